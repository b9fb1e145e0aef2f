using System.Globalization;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.RealApi.Tests.Shell;

/// <summary>A record file as another program would read it: lines of values, without this module's readers.</summary>
internal sealed class RecordLines
{
    private readonly List<Dictionary<string, string>> _rows = [];

    public RecordLines(string path)
    {
        var text = File.ReadAllText(path);
        EndsWhole = text.EndsWith('\n');
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r')).ToList();
        if (!EndsWhole) lines.RemoveAt(lines.Count - 1);
        Assert.Equal(string.Join(',', OperationColumns.Names), lines[0]);
        foreach (var line in lines.Skip(1))
        {
            var values = Split(line);
            Assert.Equal(OperationColumns.Names.Count, values.Count);
            _rows.Add(OperationColumns.Names.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second));
        }
    }

    /// <summary>Whether the last line is whole.</summary>
    public bool EndsWhole { get; }

    /// <summary>Microseconds since 1970 at which the last operation in the file had finished.</summary>
    public long LastFinished => _rows.Max(row => long.Parse(row["FinishedUnixMicroseconds"], CultureInfo.InvariantCulture));

    /// <summary>Names of the succeeded operations of one kind.</summary>
    public IEnumerable<string> Succeeded(OperationKind operation) =>
        _rows.Where(row => row["Operation"] == operation.ToString() && row["Outcome"] == "Succeeded" && row["Phase"] != "WarmUp").Select(row => row["Name"]);

    // RFC 4180, but for line breaks within quotes, which no message of a succeeded operation has.
    private static List<string> Split(string line)
    {
        var values = new List<string>();
        for (var i = 0; i <= line.Length; i++)
        {
            if (i < line.Length && line[i] == '"')
            {
                var end = i + 1;
                while (line[end] != '"' || (end + 1 < line.Length && line[end + 1] == '"')) end += line[end] == '"' ? 2 : 1;
                values.Add(line[(i + 1)..end].Replace("\"\"", "\"", StringComparison.Ordinal));
                i = end + 1;
            }
            else
            {
                var end = line.IndexOf(',', i);
                if (end < 0) end = line.Length;
                values.Add(line[i..end]);
                i = end;
            }
        }

        return values;
    }
}
