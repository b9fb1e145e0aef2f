using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace K8sScaleTest.Engine.ScaleTests;

/// <summary>
/// Reads a plan: a YAML file of sections, settings, and lists of texts. What settings there are, whoever applies them says; everything that is no setting is
/// an error with its line, so that a slip never passes for a default.
/// </summary>
public static class PlanFile
{
    private const long LargestFile = 1024 * 1024;

    /// <summary>Reads a plan from a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="known">The settings that there are, as paths (section.key, or key at the top).</param>
    /// <returns>The settings, in the order of the file.</returns>
    /// <exception cref="PlanFileException">There is no such file, it is no YAML, or it holds what is no setting.</exception>
    public static IReadOnlyList<PlanSetting> Read(string path, IReadOnlyCollection<string> known)
    {
        if (Directory.Exists(path)) throw new PlanFileException($"The plan {path} is a folder: a plan is a file.");
        string text;
        try
        {
            var file = new FileInfo(path);
            if (file.Exists && file.Length > LargestFile)
                throw new PlanFileException($"The plan {path} has {file.Length:N0} bytes; no plan is longer than {LargestFile:N0}. Is it the right file?");
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PlanFileException($"The plan {path} cannot be read: {e.Message}", e);
        }

        return Parse(text, path, known);
    }

    /// <summary>Reads a plan from its text.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="known">The settings that there are.</param>
    /// <exception cref="PlanFileException">It is no YAML, or holds what is no setting.</exception>
    public static IReadOnlyList<PlanSetting> Parse(string text, string name, IReadOnlyCollection<string> known)
    {
        ArgumentNullException.ThrowIfNull(known);
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            throw new PlanFileException(string.Create(CultureInfo.InvariantCulture, $"{name}, line {e.Start.Line}: this is not valid YAML: {e.Message}"), e);
        }

        if (stream.Documents.Count == 0 || IsNull(stream.Documents[0].RootNode)) return [];
        if (stream.Documents.Count > 1) throw new PlanFileException($"{name} holds {stream.Documents.Count} YAML documents; a plan is one.");
        if (stream.Documents[0].RootNode is not YamlMappingNode root) throw Fault(name, stream.Documents[0].RootNode, "a plan is a mapping: settings such as 'driver:' with 'rate: 100' below it");
        var settings = new List<PlanSetting>();
        var sections = known.Select(path => path.Split('.')).Where(parts => parts.Length == 2).Select(parts => parts[0]).ToHashSet(StringComparer.Ordinal);
        foreach (var (key, value) in root.Children)
        {
            var section = KeyOf(key, name);
            if (!sections.Contains(section)) settings.Add(Setting("", section, key, value, name, known));
            else if (value is YamlMappingNode map) settings.AddRange(map.Children.Select(child => Setting(section, KeyOf(child.Key, name), child.Key, child.Value, name, known)));
            else if (!IsNull(value)) throw Fault(name, value, $"'{section}' is a section: its settings stand below it, indented");
        }

        return settings;
    }

    private static PlanSetting Setting(string section, string key, YamlNode place, YamlNode value, string name, IReadOnlyCollection<string> known)
    {
        var path = section.Length == 0 ? key : $"{section}.{key}";
        if (!known.Contains(path)) throw Fault(name, place, $"there is no setting '{path}'{Meant(path, section, known)}");
        return value switch
        {
            YamlScalarNode scalar when !IsNull(scalar) => new(section, key, [scalar.Value!], IsList: false, value.Start.Line),
            YamlSequenceNode list => new(section, key, [.. list.Children.Select(item => ItemOf(item, path, name))], IsList: true, value.Start.Line),
            YamlScalarNode => throw Fault(name, place, $"'{path}' has no value; leave the line out for the default"),
            _ => throw Fault(name, value, $"'{path}' is one value, or a list of them, not a mapping"),
        };
    }

    private static string Meant(string path, string section, IReadOnlyCollection<string> known)
    {
        if (section.Length == 0 && known.FirstOrDefault(each => each.EndsWith("." + path, StringComparison.Ordinal)) is { } inside) return $"; did you mean '{inside}'?";
        string[] there = [.. (section.Length == 0 ? known.Select(each => each.Split('.')[0]) : known.Where(each => each.StartsWith(section + ".", StringComparison.Ordinal))).Distinct().Order(StringComparer.Ordinal)];
        var near = there.MinBy(each => Distance(each, path))!;
        return Distance(near, path) <= Math.Max(1, path.Length / 4) ? $"; did you mean '{near}'?" : $"; there are {string.Join(", ", there)}";
    }

    /// <summary>Edits that make one text of the other (Levenshtein 1965), without regard to case.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                var same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
                row[j] = same ? diagonal : 1 + Math.Min(diagonal, Math.Min(above, row[j - 1]));
                diagonal = above;
            }
        }

        return row[b.Length];
    }

    private static string KeyOf(YamlNode key, string name) =>
        key is YamlScalarNode { Value.Length: > 0 } scalar ? scalar.Value : throw Fault(name, key, "a setting's name is a text");

    private static string ItemOf(YamlNode item, string path, string name) =>
        item is YamlScalarNode scalar && !IsNull(scalar) ? scalar.Value! : throw Fault(name, item, $"'{path}' is a list of texts");

    private static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: ScalarStyle.Plain or ScalarStyle.Any } scalar && scalar.Value is null or "" or "~" or "null" or "Null" or "NULL";

    private static PlanFileException Fault(string name, YamlNode place, string what) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{name}, line {place.Start.Line}: {what}."));
}
