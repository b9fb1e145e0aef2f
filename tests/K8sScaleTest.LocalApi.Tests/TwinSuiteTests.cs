using System.Reflection;
using System.Text.RegularExpressions;
using K8sScaleTest.Twin;

namespace K8sScaleTest.LocalApi.Tests;

/// <summary>The suite as a whole.</summary>
public sealed partial class TwinSuiteTests
{
    [Fact]
    public void Every_row_has_a_name_of_its_own_a_part_and_a_witness()
    {
        Assert.Empty(TwinRows.All.GroupBy(row => Golden.PathOf(row, Row.Local), StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1).Select(same => same.First().Name));
        Assert.All(TwinRows.All, row => Assert.Contains(row.Part, Parts.All));
        Assert.All(TwinRows.All.Where(row => !row.HoldsFor(Row.Real)), row => Assert.False(string.IsNullOrEmpty(row.Witness), $"{row}: it is not run against a real server, and names no other witness."));
    }

    [Fact]
    public void What_nobody_has_witnessed_cites_the_line_of_the_source_and_every_other_witness_is_a_test()
    {
        var tests = typeof(TwinSuiteTests).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Where(method => method.GetCustomAttribute<FactAttribute>() is not null).Select(method => method.Name).ToHashSet();
        foreach (var row in TwinRows.All)
        {
            if (row.Changed is { } why) Assert.True(SourceLine().IsMatch(why), $"{row}: no line of a source in «{why}».");
            if (row.Witness is not { } witness) continue;
            if (witness.StartsWith("unwitnessed: ", StringComparison.Ordinal)) Assert.True(SourceLine().IsMatch(witness), $"{row}: no line of a source in «{witness}».");
            else Assert.True(NamedTest().Match(witness) is { Success: true } test && tests.Contains(test.Groups[1].Value), $"{row}: «{witness}» names no test.");
        }
    }

    [Fact]
    public void Writes_lists_and_watches_alone_are_more_than_120_rows_that_a_real_server_answers_too() =>
        Assert.True(TwinRows.All.Count(row => row.Part is Parts.Write or Parts.List or Parts.Watch && row.HoldsFor(Row.Real)) > 120);

    [Fact]
    public void No_golden_answer_is_without_its_row() => Assert.Empty(Golden.Orphans());

    [Fact]
    public async Task The_table_in_the_docs_is_the_suite()
    {
        var path = typeof(TwinSuiteTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "LocalApiDocument").Value!;
        var text = (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n");
        var (begin, end) = (text.IndexOf(TwinTable.Begin, StringComparison.Ordinal) + TwinTable.Begin.Length, text.IndexOf(TwinTable.End, StringComparison.Ordinal));
        var expected = $"\n{TwinTable.Of(TwinRows.All)}\n";
        if (Golden.Records) await File.WriteAllTextAsync(path, text[..begin] + expected + text[end..], TestContext.Current.CancellationToken);
        else Golden.Same(expected, text[begin..end], "the rows", "in the docs; SCALETEST_TWIN_RECORD=1 writes them");
    }

    // A file of Go, and its line and the version in which it stands there, or the function and the version that has it so.
    [GeneratedRegex(@"\.go(:[0-9]+(, ([a-z_/]+\.go:)?[0-9]+)* \(v[0-9.]+\)| \([A-Za-z_]+, v[0-9.]+\))")]
    private static partial Regex SourceLine();

    [GeneratedRegex(@"\(([A-Za-z]+(_[A-Za-z0-9]+)+)")]
    private static partial Regex NamedTest();
}
