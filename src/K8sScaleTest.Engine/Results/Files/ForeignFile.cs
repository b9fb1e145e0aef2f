using System.Globalization;
using System.Text;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>The messages for files that hold no operation records: what was found, and what is needed.</summary>
internal static class ForeignFile
{
    private const string Needed = "Needed is a file that a driver's -OutFile wrote (Csv or JsonLines), or records that Export-Csv wrote";

    public static OperationFileException Empty(string path) =>
        new($"'{path}' is empty. {Needed}. A run that was stopped before its first operation leaves none.");

    public static OperationFileException NoRecords(string path) => new($"'{path}' holds no whole record: nothing can be measured. {Needed}.");

    public static OperationFileException Missing(string path, IReadOnlyList<string> columns) => new(
        $"'{path}' lacks {(columns.Count == 1 ? "the column" : "the columns")} {string.Join(", ", columns)}. {Needed} with all properties; "
        + "was Select-Object in between?");

    public static OperationFileException Json(string path, ReadOnlySpan<byte> start) => start[0] == '['
        ? new($"'{path}' is one JSON array. {Needed}; JSON is read with one object a line.")
        : new($"'{path}' begins with JSON that is no operation record: {SampleSource.Excerpt(start)} {Needed}.");

    public static OperationFileException Csv(string path, string firstLine, IReadOnlyList<string> fields)
    {
        var shown = SampleSource.Excerpt(Encoding.UTF8.GetBytes(firstLine));
        if (IsOriginal(fields))
        {
            return new($"'{path}' is a file in the Go programs' format: it does not say when operations were scheduled, "
                + $"so no latency free of coordinated omission can be had of it. {Needed}.");
        }

        if (firstLine.StartsWith("<Objs", StringComparison.Ordinal) || firstLine.StartsWith("<?xml", StringComparison.Ordinal))
        {
            return new($"'{path}' is XML. Read it with Import-Clixml and pipe the records to this command, if it is Export-Clixml's.");
        }

        return new($"'{path}' is not a file of operation records: its first line is '{shown}'. {Needed}, whose header begins with RunId.");
    }

    private static bool IsOriginal(IReadOnlyList<string> fields) =>
        fields.Count >= 4 && DateTime.TryParseExact(fields[0], "yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);
}
