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
            if (row.Changed is { } why) Assert.True(Citation.Fault(why) is null, $"{row}: {Citation.Fault(why)}: «{why}».");
            if (row.Witness is not { } witness) continue;
            if (witness.StartsWith("unwitnessed: ", StringComparison.Ordinal)) Assert.True(Citation.Fault(witness) is null, $"{row}: {Citation.Fault(witness)}: «{witness}».");
            else Assert.True(NamedTest().Match(witness) is { Success: true } test && tests.Contains(test.Groups[1].Value), $"{row}: «{witness}» names no test.");
        }
    }

    [Theory]
    [InlineData("It changed: apiserver/pkg/storage/cacher/cacher.go:622, 1324 (v0.36.3), apimachinery/pkg/labels/selector.go:212 (v0.36.3)", null)]
    [InlineData("json/internal/golang/encoding/json/decode.go:279 (cfa47c3a1cc8)", null)]
    [InlineData("no source at all", "it cites nothing")]
    [InlineData("apiserver/pkg/storage/cacher/cacher.go (Watch, v1.36)", "it cites nothing")]
    [InlineData("apiserver/pkg/storage/cacher/cacher.go:1 (v0.36.3), cache_watcher.go:2", "a file is named without its repository, lines and version")]
    [InlineData("kubernetes/pkg/apis/core/v1/defaults.go:1 (v1.36.3)", "the repository kubernetes is not known")]
    [InlineData("apiserver/pkg/storage/cacher/cacher.go:1 (v0.35.0)", "apiserver is cited in v0.36.3")]
    [InlineData("apiserver/pkg/storage/cacher/cacher.go:2, 1 (v0.36.3)", "its lines are not in their order")]
    public void A_citation_names_repository_path_lines_and_version(string text, string? fault) => Assert.Equal(fault, Citation.Fault(text));

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

    [GeneratedRegex(@"\(([A-Za-z]+(_[A-Za-z0-9]+)+)")]
    private static partial Regex NamedTest();
}
