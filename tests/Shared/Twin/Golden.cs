using System.Reflection;
using System.Text.RegularExpressions;

namespace K8sScaleTest.Twin;

/// <summary>
/// The answers kept in the repository, one file for a row and version. Those of 1.20 were recorded from a real API server: run the tests against one with
/// SCALETEST_TWIN_RECORD=1. Those of 1.36, for rows that are newer or changed, were written down by the local API server under the same switch, and then compared with
/// the source that the row cites. SCALETEST_TWIN_ANSWERS names a folder in which every answer is left, to be compared with these files by diff.
/// </summary>
internal static partial class Golden
{
    private static readonly string Folder = typeof(Golden).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "TwinGolden").Value!;

    public static bool Records => Environment.GetEnvironmentVariable("SCALETEST_TWIN_RECORD") == "1";

    public static string PathOf(Row row, int minor) =>
        Path.Combine(Folder, "v1." + row.GoldenOf(minor), row.Part.Replace(' ', '-'), NoWord().Replace(row.Name, "-").Trim('-') + ".txt");

    /// <summary>Compares what a server of the version answered with what is kept, or keeps it.</summary>
    public static async Task CheckAsync(Row row, int minor, string transcript, CancellationToken cancel)
    {
        var path = PathOf(row, minor);
        if (Environment.GetEnvironmentVariable("SCALETEST_TWIN_ANSWERS") is { Length: > 0 } folder) await File.WriteAllTextAsync(Path.Combine(folder, Path.GetFileName(path)), transcript, cancel);
        if (Records && row.GoldenOf(minor) == minor)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, transcript, cancel);
            return;
        }
        Assert.True(File.Exists(path), $"There is no golden answer for the row «{row}» ({Path.GetFileName(path)}): record it with SCALETEST_TWIN_RECORD=1.\n{transcript}");
        Same(await File.ReadAllTextAsync(path, cancel), transcript, $"kept for 1.{row.GoldenOf(minor)}", "answered");
    }

    /// <summary>Fails with the first lines that differ, and the whole of what was found.</summary>
    public static void Same(string expected, string actual, string whatExpected, string whatActual)
    {
        if (expected == actual) return;
        var (left, right) = (expected.Split('\n'), actual.Split('\n'));
        var at = 0;
        while (at < left.Length && at < right.Length && left[at] == right[at]) at++;
        var from = Math.Max(0, at - 3);
        string Part(string[] lines) => string.Join('\n', lines.Skip(from).Take(at - from + 8));
        Assert.Fail($"Line {at + 1} differs.\n--- {whatExpected}\n{Part(left)}\n--- {whatActual}\n{Part(right)}\n--- all that was {whatActual}\n{actual}");
    }

    /// <summary>Files that no row reads.</summary>
    public static IEnumerable<string> Orphans()
    {
        var known = TwinRows.All.SelectMany(row => new[] { Row.Real, Row.Local }.Where(row.HoldsFor).Select(minor => Path.GetFullPath(PathOf(row, minor)))).ToHashSet();
        return Directory.EnumerateFiles(Folder, "*.txt", SearchOption.AllDirectories).Where(file => !known.Contains(Path.GetFullPath(file)));
    }

    [GeneratedRegex("[^A-Za-z0-9]+")]
    private static partial Regex NoWord();
}
