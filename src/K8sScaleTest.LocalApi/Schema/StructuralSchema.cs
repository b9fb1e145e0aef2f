using System.Text.Json;
using System.Text.RegularExpressions;
using K8sScaleTest.LocalApi.Json;

namespace K8sScaleTest.LocalApi.Schema;

/// <summary>The OpenAPI schema of a version of a custom resource, taken apart once (apiextensions-apiserver/pkg/apiserver/schema).</summary>
internal sealed class StructuralSchema
{
    /// <summary>A schema that allows everything: what a version without one has.</summary>
    public static readonly StructuralSchema Anything = Parse(JsonDocument.Parse("""{"type":"object","x-kubernetes-preserve-unknown-fields":true}""").RootElement);

    private StructuralSchema(JsonElement source) => Source = source;

    /// <summary>As it stands in the definition.</summary>
    public JsonElement Source { get; }

    /// <summary>object, array, string, integer, number, boolean; empty where none is given.</summary>
    public string Type { get; private set; } = "";

    /// <summary>In the order of their names.</summary>
    public SortedDictionary<string, StructuralSchema>? Properties { get; private set; }

    /// <summary>Of a list's elements.</summary>
    public StructuralSchema? Items { get; private set; }

    /// <summary>Of the values of a map.</summary>
    public StructuralSchema? Additional { get; private set; }

    /// <summary>additionalProperties: true or a schema.</summary>
    public bool AllowsAdditional { get; private set; }

    /// <summary>Canonical JSON; null for none.</summary>
    public byte[]? Default { get; private set; }

    public bool Nullable { get; private set; }

    public bool PreserveUnknownFields { get; private set; }

    public bool EmbeddedResource { get; private set; }

    public bool IntOrString { get; private set; }

    /// <summary>atomic, set or map; empty for atomic.</summary>
    public string ListType { get; private set; } = "";

    public string[] ListMapKeys { get; private set; } = [];

    /// <summary>granular or atomic; empty for granular.</summary>
    public string MapType { get; private set; } = "";

    public string[] Required { get; private set; } = [];

    public JsonElement[]? Enum { get; private set; }

    public string Format { get; private set; } = "";

    public string Pattern { get; private set; } = "";

    public Regex? PatternExpression { get; private set; }

    public double? Minimum { get; private set; }

    public double? Maximum { get; private set; }

    public bool ExclusiveMinimum { get; private set; }

    public bool ExclusiveMaximum { get; private set; }

    public double? MultipleOf { get; private set; }

    public long? MinLength { get; private set; }

    public long? MaxLength { get; private set; }

    public long? MinItems { get; private set; }

    public long? MaxItems { get; private set; }

    public long? MinProperties { get; private set; }

    public long? MaxProperties { get; private set; }

    public StructuralSchema[] AllOf { get; private set; } = [];

    public StructuralSchema[] AnyOf { get; private set; } = [];

    public StructuralSchema[] OneOf { get; private set; } = [];

    public StructuralSchema? Not { get; private set; }

    /// <summary>The schema of a member, if it has one of its own or as a map's value.</summary>
    public StructuralSchema? Child(string name) => Properties is not null && Properties.TryGetValue(name, out var found) ? found : Additional;

    /// <summary>Takes a schema apart; one that a definition was accepted with.</summary>
    public static StructuralSchema Parse(JsonElement json)
    {
        var result = new StructuralSchema(json.Clone());
        if (json.ValueKind != JsonValueKind.Object) return result;
        foreach (var member in json.EnumerateObject()) result.Read(member.Name, member.Value);
        return result;
    }

    private void Read(string name, JsonElement value)
    {
        switch (name)
        {
            case "type": Type = value.GetString()!; break;
            case "properties": Properties = new(value.EnumerateObject().ToDictionary(p => p.Name, p => Parse(p.Value)), StringComparer.Ordinal); break;
            case "items" when value.ValueKind == JsonValueKind.Object: Items = Parse(value); break;
            case "additionalProperties":
                AllowsAdditional = value.ValueKind != JsonValueKind.False;
                if (value.ValueKind == JsonValueKind.Object) Additional = Parse(value);
                break;
            case "default": Default = value.ValueKind == JsonValueKind.Null ? null : AnyValue.Canonical(value); break;
            case "nullable": Nullable = value.GetBoolean(); break;
            case "required": Required = Strings(value); break;
            case "enum": Enum = [.. value.EnumerateArray().Select(v => v.Clone())]; break;
            case "format": Format = value.GetString()!; break;
            case "pattern":
                Pattern = value.GetString()!;
                PatternExpression = GoPattern.TryCompile(Pattern);
                break;
            case "minimum": Minimum = value.GetDouble(); break;
            case "maximum": Maximum = value.GetDouble(); break;
            case "exclusiveMinimum": ExclusiveMinimum = value.GetBoolean(); break;
            case "exclusiveMaximum": ExclusiveMaximum = value.GetBoolean(); break;
            case "multipleOf": MultipleOf = value.GetDouble(); break;
            case "allOf": AllOf = All(value); break;
            case "anyOf": AnyOf = All(value); break;
            case "oneOf": OneOf = All(value); break;
            case "not": Not = Parse(value); break;
            default: ReadSizesAndExtensions(name, value); break;
        }
    }

    private void ReadSizesAndExtensions(string name, JsonElement value)
    {
        switch (name)
        {
            case "minLength": MinLength = value.GetInt64(); break;
            case "maxLength": MaxLength = value.GetInt64(); break;
            case "minItems": MinItems = value.GetInt64(); break;
            case "maxItems": MaxItems = value.GetInt64(); break;
            case "minProperties": MinProperties = value.GetInt64(); break;
            case "maxProperties": MaxProperties = value.GetInt64(); break;
            case "x-kubernetes-preserve-unknown-fields": PreserveUnknownFields = value.GetBoolean(); break;
            case "x-kubernetes-embedded-resource": EmbeddedResource = value.GetBoolean(); break;
            case "x-kubernetes-int-or-string": IntOrString = value.GetBoolean(); break;
            case "x-kubernetes-list-type": ListType = value.GetString()!; break;
            case "x-kubernetes-list-map-keys": ListMapKeys = Strings(value); break;
            case "x-kubernetes-map-type": MapType = value.GetString()!; break;
            default: break;
        }
    }

    private static string[] Strings(JsonElement value) => [.. value.EnumerateArray().Select(v => v.GetString()!)];

    private static StructuralSchema[] All(JsonElement value) => [.. value.EnumerateArray().Select(Parse)];
}
