using System.Text.Json;

namespace K8sScaleTest.LocalApi.CustomResources;

/// <summary>One version in a definition.</summary>
internal sealed class DefinitionVersion(JsonElement version)
{
    public string Name => Definition.Text(version, "name");

    public bool Served => Definition.Member(version, "served").ValueKind == JsonValueKind.True;

    public bool Storage => Definition.Member(version, "storage").ValueKind == JsonValueKind.True;

    public bool Deprecated => Definition.Member(version, "deprecated").ValueKind == JsonValueKind.True;

    /// <summary>Null for the text that every deprecated version has.</summary>
    public string? DeprecationWarning => Definition.Member(version, "deprecationWarning") is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>Undefined where there is none.</summary>
    public JsonElement Schema => Definition.Member(Definition.Member(version, "schema"), "openAPIV3Schema");

    public bool HasStatus => Definition.Member(Definition.Member(version, "subresources"), "status").ValueKind == JsonValueKind.Object;

    /// <summary>Undefined where there is none.</summary>
    public JsonElement Scale => Definition.Member(Definition.Member(version, "subresources"), "scale");

    public IEnumerable<JsonElement> Columns => Definition.Elements(version, "additionalPrinterColumns");

    public IEnumerable<string> SelectableFields => Definition.Elements(version, "selectableFields").Select(f => Definition.Text(f, "jsonPath"));
}
