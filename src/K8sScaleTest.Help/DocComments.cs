using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace K8sScaleTest.Help;

/// <summary>The doc comments of an assembly, as the compiler wrote them.</summary>
internal sealed partial class DocComments
{
    private readonly Dictionary<string, XElement> _members;

    /// <param name="path">The assembly's XML documentation file.</param>
    public DocComments(string path) =>
        _members = XDocument.Load(path).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value, StringComparer.Ordinal);

    public string Summary(Type type) => Text(Member($"T:{type.FullName}")?.Element("summary"));

    public IEnumerable<string> Remarks(Type type) => Paragraphs(Member($"T:{type.FullName}")?.Element("remarks"));

    /// <summary>Whether a comment says a section twice, as two versions of it merged into one do: of the second nothing would be shown.</summary>
    public bool SaysTwice(Type type) =>
        Member($"T:{type.FullName}") is { } member && (member.Elements("summary").Count() > 1 || member.Elements("remarks").Count() > 1 || member.Descendants("para").Any(para => para.Element("para") is not null));

    /// <summary>What an example does, and the lines to type.</summary>
    public IEnumerable<(string Code, string Text)> Examples(Type type) =>
        Member($"T:{type.FullName}")?.Elements("example").Select(example => (Lines(example.Element("code")), Text(example, except: "code"))) ?? [];

    /// <summary>What a cmdlet's seealso elements name: types in full, and topics as they are.</summary>
    public IEnumerable<string> SeeAlso(Type type) =>
        Member($"T:{type.FullName}")?.Elements("seealso").Select(also => also.Attribute("cref")?.Value[2..] ?? also.Attribute("href")!.Value) ?? [];

    /// <summary>A parameter is a property of the cmdlet or of a class that it derives from.</summary>
    public IEnumerable<string> Parameter(Type cmdlet, string name)
    {
        if (cmdlet.GetProperty(name)?.DeclaringType is not { } declaring) return [];
        var member = Member($"P:{declaring.FullName}.{name}");
        return [Text(member?.Element("summary")), .. Paragraphs(member?.Element("remarks"))];
    }

    // The text, cut at para and at code; the lines of code stay as they are.
    private static List<string> Paragraphs(XElement? element)
    {
        List<string> paragraphs = [];
        var words = new XElement("words");
        foreach (var node in element?.Nodes() ?? [])
        {
            if (node is not XElement { Name.LocalName: "para" or "code" } block)
            {
                words.Add(node);
                continue;
            }

            paragraphs.Add(Text(words));
            words.RemoveNodes();
            paragraphs.Add(block.Name == "code" ? Lines(block) : Text(block));
        }

        paragraphs.Add(Text(words));
        return [.. paragraphs.Where(text => text.Length > 0)];
    }

    // Without the indentation that all lines share: it is that of the comment.
    private static string Lines(XElement? code)
    {
        var lines = (code?.Value ?? string.Empty).Trim('\r', '\n').Split('\n').Select(line => line.TrimEnd()).ToList();
        var shared = lines.Where(line => line.Length > 0).Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty().Min();
        return string.Join('\n', lines.Select(line => line.Length > shared ? line[shared..] : string.Empty)).Trim('\n');
    }

    private static string Text(XElement? element, string? except = null)
    {
        if (element is null) return string.Empty;
        var text = new StringBuilder();
        foreach (var node in element.Nodes())
        {
            text.Append(node switch
            {
                XText words => words.Value,
                XElement { Name.LocalName: var name } when name == except => string.Empty,
                XElement { Name.LocalName: "see" or "seealso" or "paramref" } reference => Name(reference),
                XElement inner => Text(inner),
                _ => string.Empty,
            });
        }

        return Spaces().Replace(text.ToString(), " ").Trim();
    }

    // A cref ends in the name that a reader of the help knows: T:K8sScaleTest.OperationRecord, M:X.Y(System.Int32).
    private static string Name(XElement reference)
    {
        var name = (reference.Attribute("cref") ?? reference.Attribute("langword") ?? reference.Attribute("name") ?? reference.Attribute("href"))?.Value ?? reference.Value;
        if (reference.Attribute("cref") is null) return name;
        var end = name.IndexOf('(', StringComparison.Ordinal) is var bracket and >= 0 ? name[..bracket] : name;
        return end[(end.LastIndexOfAny(['.', ':']) + 1)..];
    }

    private XElement? Member(string id) => _members.GetValueOrDefault(id.Replace('+', '.'));

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
