using K8sScaleTest.Engine.Observers.Paths;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Tests.Results.Files;

/// <summary>The page on the files names every column of every file.</summary>
public sealed class ColumnDocsTests
{
    [Theory]
    [InlineData("## Records of paths")]
    [InlineData("## Records of watches")]
    public void Each_column_stands_in_its_section(string section)
    {
        var page = File.ReadAllText(Path.Combine(Root(), "docs", "files.md"));
        var begin = page.IndexOf(section, StringComparison.Ordinal);
        Assert.True(begin >= 0, $"{section} is missing");
        var end = page.IndexOf("\n## ", begin + 1, StringComparison.Ordinal);
        var named = page[begin..end].Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .SelectMany(line => line.Split('|')[1].Split(',', StringSplitOptions.TrimEntries)).ToHashSet(StringComparer.Ordinal);
        var columns = section.EndsWith("paths", StringComparison.Ordinal) ? PathColumns.Names : WatchColumns.Names;
        Assert.Equal([], columns.Where(column => !named.Contains(column)));
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "K8sScaleTest.sln"))) folder = Path.GetDirectoryName(folder.TrimEnd(Path.DirectorySeparatorChar))!;
        return folder;
    }
}
