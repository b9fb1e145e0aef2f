using System.Globalization;
using System.Management.Automation;
using System.Xml.Linq;

namespace K8sScaleTest.Help;

/// <summary>Writes help in PowerShell's own format (MAML), which Get-Help reads.</summary>
internal sealed class MamlWriter(DocComments comments)
{
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    private static readonly Dictionary<string, string> Standard = new(StringComparer.Ordinal)
    {
        ["WhatIf"] = "Says what would be done, and does nothing.",
        ["Confirm"] = "Asks before it does anything.",
    };

    // By the full name of the implementing type, as a cref has it.
    private Dictionary<string, string> _cmdletNames = [];

    public XDocument Write(IReadOnlyCollection<CmdletInfo> cmdlets)
    {
        _cmdletNames = cmdlets.ToDictionary(cmdlet => cmdlet.ImplementingType.FullName!, cmdlet => cmdlet.Name, StringComparer.Ordinal);
        return new(new XElement(
            XName.Get("helpItems", "http://msh"),
            new XAttribute("schema", "maml"),
            cmdlets.Select(Cmdlet)));
    }

    /// <summary>What the help of a cmdlet lacks: nobody reads a help that is not there.</summary>
    public IEnumerable<string> Gaps(CmdletInfo cmdlet)
    {
        var type = cmdlet.ImplementingType;
        if (comments.Summary(type).Length == 0) yield return $"{cmdlet.Name} has no summary.";
        if (!comments.Remarks(type).Any()) yield return $"{cmdlet.Name} has no remarks: they are its description.";
        if (comments.SaysTwice(type)) yield return $"{cmdlet.Name} has a section of its comment twice, or a paragraph within a paragraph.";
        if (comments.SeeAlso(type).GroupBy(also => also, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            yield return $"{cmdlet.Name} refers to {twice.Key} twice.";
        if (!comments.Examples(type).Any()) yield return $"{cmdlet.Name} has no example.";
        foreach (var parameter in AllParameters(cmdlet).Where(parameter => Description(type, parameter).All(text => text.Length == 0)))
            yield return $"-{parameter.Name} of {cmdlet.Name} has no summary.";
    }

    private static bool IsShown(CommandParameterInfo parameter) => !PSCmdlet.CommonParameters.Contains(parameter.Name);

    private static XElement Paragraphs(XName name, IEnumerable<string> paragraphs) =>
        new(name, paragraphs.Where(text => text.Length > 0).Select(text => new XElement(Maml + "para", text)));

    // Of several sets, the one in which a parameter asks least is shown in the list of parameters: required is what no set goes without. The syntax has each set.
    private static IEnumerable<CommandParameterInfo> AllParameters(CmdletInfo cmdlet) =>
        cmdlet.ParameterSets
            .SelectMany(set => set.Parameters)
            .Where(IsShown)
            .GroupBy(parameter => parameter.Name, StringComparer.OrdinalIgnoreCase)
            .Select(same => same.OrderBy(parameter => parameter.IsMandatory).First())
            .OrderBy(parameter => parameter.Name, StringComparer.Ordinal);

    private static string TypeName(Type type) => Nullable.GetUnderlyingType(type) is { } value ? value.Name : type.Name;

    private static string PipelineInput(CommandParameterInfo parameter) =>
        (parameter.ValueFromPipeline, parameter.ValueFromPipelineByPropertyName) switch
        {
            (true, true) => "True (ByValue, ByPropertyName)",
            (true, false) => "True (ByValue)",
            (false, true) => "True (ByPropertyName)",
            _ => "False",
        };

    // What was not set says nothing: 0 and 00:00:00 mostly stand for "by default", which the words explain.
    private static string? DefaultOf(CommandParameterInfo parameter, object? value) =>
        value switch
        {
            Array values => string.Join(", ", values.Cast<object>().Select(item => Convert.ToString(item, CultureInfo.InvariantCulture))),
            ValueType when value.Equals(Activator.CreateInstance(parameter.ParameterType)) => null,
            _ => Convert.ToString(value, CultureInfo.InvariantCulture),
        };

    private XElement Cmdlet(CmdletInfo cmdlet)
    {
        var type = cmdlet.ImplementingType;
        var defaults = Activator.CreateInstance(type)!;
        return new(
            Command + "command",
            new XAttribute(XNamespace.Xmlns + "maml", Maml.NamespaceName),
            new XAttribute(XNamespace.Xmlns + "command", Command.NamespaceName),
            new XAttribute(XNamespace.Xmlns + "dev", Dev.NamespaceName),
            new XElement(
                Command + "details",
                new XElement(Command + "name", cmdlet.Name),
                Paragraphs(Maml + "description", [comments.Summary(type)]),
                new XElement(Command + "verb", cmdlet.Verb),
                new XElement(Command + "noun", cmdlet.Noun)),
            Paragraphs(Maml + "description", comments.Remarks(type)),
            new XElement(Command + "syntax", cmdlet.ParameterSets.Select(set => SyntaxItem(cmdlet, set))),
            new XElement(Command + "parameters", AllParameters(cmdlet).Select(parameter => Parameter(type, parameter, defaults))),
            new XElement(Command + "inputTypes", Inputs(cmdlet).DefaultIfEmpty("None").Select(input => TypeElement("inputType", input))),
            new XElement(Command + "returnValues", Outputs(cmdlet)),
            new XElement(Command + "examples", comments.Examples(type).Select(Example)),
            new XElement(Command + "relatedLinks", comments.SeeAlso(type).Select(Link)));
    }

    private static IEnumerable<string> Inputs(CmdletInfo cmdlet) =>
        AllParameters(cmdlet)
            .Where(parameter => parameter.ValueFromPipeline || parameter.ValueFromPipelineByPropertyName)
            .Select(parameter => TypeName(parameter.ParameterType))
            .Distinct();

    private static XElement TypeElement(string name, string type, string description = "") =>
        new(Command + name, new XElement(Dev + "type", new XElement(Maml + "name", type)), Paragraphs(Maml + "description", [description]));

    private IEnumerable<XElement> Outputs(CmdletInfo cmdlet) => cmdlet.OutputType.Count == 0
        ? [TypeElement("returnValue", "None")]
        : cmdlet.OutputType.Select(output => TypeElement("returnValue", output.Name, output.Type is { } type ? comments.Summary(type) : ""));

    private XElement Link(string target) =>
        new(Maml + "navigationLink", new XElement(Maml + "linkText", _cmdletNames.GetValueOrDefault(target, target)), new XElement(Maml + "uri"));

    private static XElement Example((string Code, string Text) example, int index) =>
        new(
            Command + "example",
            new XElement(Maml + "title", string.Create(CultureInfo.InvariantCulture, $"-------------------------- Example {index + 1} --------------------------")),
            new XElement(Dev + "code", example.Code),
            Paragraphs(Dev + "remarks", [example.Text]));

    private XElement SyntaxItem(CmdletInfo cmdlet, CommandParameterSetInfo set) =>
        new(
            Command + "syntaxItem",
            new XElement(Maml + "name", cmdlet.Name),
            set.Parameters
                .Where(IsShown)
                .OrderBy(parameter => parameter.Position < 0 ? int.MaxValue : parameter.Position)
                .ThenByDescending(parameter => parameter.IsMandatory)
                .Select(parameter => Parameter(cmdlet.ImplementingType, parameter, defaults: null)));

    private XElement Parameter(Type cmdlet, CommandParameterInfo parameter, object? defaults)
    {
        var isSwitch = parameter.ParameterType == typeof(SwitchParameter);
        var element = new XElement(
            Command + "parameter",
            new XAttribute("required", parameter.IsMandatory),
            new XAttribute("variableLength", parameter.ParameterType.IsArray),
            new XAttribute("globbing", false),
            new XAttribute("pipelineInput", PipelineInput(parameter)),
            new XAttribute("position", parameter.Position < 0 ? "named" : parameter.Position.ToString(CultureInfo.InvariantCulture)),
            new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
            new XElement(Maml + "name", parameter.Name),
            Paragraphs(Maml + "description", Description(cmdlet, parameter)));
        if (!isSwitch)
        {
            var type = TypeName(parameter.ParameterType);
            element.Add(new XElement(Command + "parameterValue", new XAttribute("required", true), type));
            element.Add(new XElement(Dev + "type", new XElement(Maml + "name", type)));
        }

        if (!isSwitch && defaults is not null && DefaultOf(parameter, cmdlet.GetProperty(parameter.Name)?.GetValue(defaults)) is { Length: > 0 } value)
            element.Add(new XElement(Dev + "defaultValue", value));
        return element;
    }

    private IEnumerable<string> Description(Type cmdlet, CommandParameterInfo parameter)
    {
        if (Standard.TryGetValue(parameter.Name, out var words) && cmdlet.GetProperty(parameter.Name) is null) return [words];
        IEnumerable<string> values = parameter.Attributes.OfType<ValidateSetAttribute>().Select(set => $"One of: {string.Join(", ", set.ValidValues)}.");
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        if (type.IsEnum) values = values.Append($"One of: {string.Join(", ", Enum.GetNames(type))}.");
        return comments.Parameter(cmdlet, parameter.Name).Concat(values);
    }
}
