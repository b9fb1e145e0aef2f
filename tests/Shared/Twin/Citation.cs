using System.Globalization;
using System.Text.RegularExpressions;

namespace K8sScaleTest.Twin;

/// <summary>
/// Lines of a source that a row rests on, written as <c>apiserver/pkg/storage/cacher/cacher.go:622, 1324 (v0.36.3)</c>: the repository, the path in it, the lines, and its tag, or the
/// commit where there is none.
/// </summary>
internal sealed partial record Citation(string Repository, string Path, IReadOnlyList<int> Lines, string Version)
{
    /// <summary>The repositories that are cited, each in the version that belongs to the Kubernetes that the local API server emulates.</summary>
    public static IReadOnlyDictionary<string, string> Versions { get; } = new Dictionary<string, string>
    {
        ["api"] = "v0.36.3",
        ["apiextensions-apiserver"] = "v0.36.3",
        ["apimachinery"] = "v0.36.3",
        ["apiserver"] = "v0.36.3",
        ["go-restful"] = "d027240e5b12",
        ["json"] = "cfa47c3a1cc8",
    };

    public static IReadOnlyList<Citation> In(string text) =>
        [.. Form().Matches(text).Select(m => new Citation(m.Groups["repository"].Value, m.Groups["path"].Value, [.. m.Groups["line"].Captures.Select(c => int.Parse(c.Value, CultureInfo.InvariantCulture))], m.Groups["version"].Value))];

    /// <summary>What is wrong with the citations of a text; null where nothing is.</summary>
    public static string? Fault(string text)
    {
        var all = In(text);
        if (all.Count == 0) return "it cites nothing";
        if (Regex.Count(text, @"\.go\b") != all.Count) return "a file is named without its repository, lines and version";
        foreach (var one in all)
        {
            if (!Versions.TryGetValue(one.Repository, out var version)) return $"the repository {one.Repository} is not known";
            if (one.Version != version) return $"{one.Repository} is cited in {version}";
            if (!one.Lines.SequenceEqual(one.Lines.Distinct().Order()) || one.Lines[0] == 0) return "its lines are not in their order";
        }
        return null;
    }

    [GeneratedRegex(@"(?<repository>[a-z-]+)/(?<path>[A-Za-z0-9_./-]+\.go):(?<line>[0-9]{1,5})(, (?<line>[0-9]{1,5}))* \((?<version>v[0-9]+\.[0-9]+\.[0-9]+|[0-9a-f]{12})\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
