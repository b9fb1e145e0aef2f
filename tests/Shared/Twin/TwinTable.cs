using System.Text;

namespace K8sScaleTest.Twin;

/// <summary>The rows as the table in the docs: between the two marks of docs/local-api-rows.md stands this, and a test compares them.</summary>
internal static class TwinTable
{
    public const string Begin = "<!-- The tables are written by the tests: SCALETEST_TWIN_RECORD=1. -->";
    public const string End = "<!-- The end of the tables. -->";

    public static string Of(IReadOnlyList<Row> rows)
    {
        var text = new StringBuilder();
        foreach (var part in Parts.All)
        {
            var some = rows.Where(row => row.Part == part).ToList();
            text.Append("\n## ").Append(char.ToUpperInvariant(part[0])).Append(part.AsSpan(1)).Append(": ").Append(some.Count).Append(" rows\n\n| row | since | until | seen by |\n|---|---|---|---|\n");
            foreach (var row in some)
            {
                if (row.HoldsFor(Row.Real)) Line(text, row, "", row.Changed is null ? Version(row.Until, int.MaxValue) : "1.20", "the real server");
                if (row.HoldsFor(Row.Local) && !row.HoldsFor(Row.Real)) Line(text, row, Version(row.Since, 0), Version(row.Until, int.MaxValue), row.Witness!);
                if (row.Changed is { } why) Line(text, row, "1.36", "", "unwitnessed: " + why);
            }
        }
        return text.ToString();
    }

    private static void Line(StringBuilder text, Row row, string since, string until, string witness) =>
        text.Append("| ").Append(Cell(row.Name)).Append(" | ").Append(since).Append(" | ").Append(until).Append(" | ").Append(Cell(witness)).Append(" |\n");

    private static string Version(int minor, int none) => minor == none ? "" : "1." + minor;

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
