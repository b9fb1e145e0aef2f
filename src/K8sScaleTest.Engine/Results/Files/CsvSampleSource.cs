using System.Text;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>Records as CSV: this module's own, or what Export-Csv of any culture made of them.</summary>
internal sealed class CsvSampleSource : SampleSource
{
    // The separators of all cultures' lists (comma, semicolon, Arabic semicolon), and those that people choose.
    private static readonly byte[][] Delimiters = [[(byte)','], [(byte)';'], Encoding.UTF8.GetBytes("\u061B"), [(byte)'\t'], [(byte)'|']];

    // No row of a driver is as long; a stray quote must not swallow the rest of a file as one cut row.
    private const int LongestCutRow = 64 * 1024;

    private readonly CsvRowReader _rows;
    private readonly StringPool _pool = new();
    private readonly int _columns;

    // For each column of the file the number of what is needed, or -1.
    private readonly int[] _needed;

    private CsvSampleSource(CsvRowReader rows, int[] needed)
    {
        _rows = rows;
        _columns = needed.Length;
        _needed = needed;
    }

    public override long Line => _rows.Line;

    public override bool MayBeCut => !_rows.Terminated && _rows.Length <= LongestCutRow;

    /// <summary>Reads the header.</summary>
    /// <exception cref="OperationFileException">It is not one of operation records.</exception>
    public static CsvSampleSource Open(FileBuffer buffer, string path)
    {
        var skipped = 0;
        while (buffer.PeekLine().StartsWith("#TYPE"u8))
        {
            buffer.Consume(buffer.PeekLine().Length);
            ConsumeLineEnd(buffer);
            skipped++;
        }

        var first = Encoding.UTF8.GetString(buffer.PeekLine());
        var delimiter = Delimiters.MaxBy(candidate => KnownNames(first, candidate).Count())!;
        var rows = new CsvRowReader(buffer, delimiter, skipped);
        if (!rows.Read()) throw ForeignFile.Empty(path);
        var names = Enumerable.Range(0, rows.FieldCount).Select(index => Encoding.UTF8.GetString(rows.Field(index))).ToList();
        var missing = SampleColumns.Needed.Where(name => !names.Contains(name)).ToList();
        if (missing.Count == SampleColumns.Needed.Count) throw ForeignFile.Csv(path, first, names);
        if (missing.Count > 0) throw ForeignFile.Missing(path, missing);
        return new CsvSampleSource(rows, [.. names.Select(name => SampleColumns.Needed.ToList().IndexOf(name))]);
    }

    public override bool Read(ref OperationSample sample)
    {
        if (!_rows.Read()) return false;
        Problem = _rows.Problem;
        if (Problem is null && _rows.FieldCount != _columns) Problem = $"it has {_rows.FieldCount} fields, and the header has {_columns}";
        for (var i = 0; i < _columns && Problem is null; i++)
        {
            if (_needed[i] < 0) continue;
            var text = _rows.Field(i);
            if (!SampleColumns.TrySet(ref sample, _needed[i], text, _pool)) Problem = BadValue(SampleColumns.Needed[_needed[i]], text);
        }

        return true;
    }

    private static IEnumerable<string> KnownNames(string header, byte[] delimiter) =>
        header.Split(Encoding.UTF8.GetString(delimiter)).Select(name => name.Trim('"')).Where(SampleColumns.Needed.Contains);

    private static void ConsumeLineEnd(FileBuffer buffer)
    {
        if (!buffer.Available.IsEmpty && buffer.Available[0] == '\r') buffer.Consume(1);
        if (!buffer.Available.IsEmpty) buffer.Consume(1);
    }
}
