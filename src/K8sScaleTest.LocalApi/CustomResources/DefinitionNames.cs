using System.Text.Json;

namespace K8sScaleTest.LocalApi.CustomResources;

/// <summary>The names in a definition's spec or status.</summary>
internal sealed class DefinitionNames(JsonElement names)
{
    public string Plural => Definition.Text(names, "plural");

    public string Singular => Definition.Text(names, "singular");

    public string Kind => Definition.Text(names, "kind");

    public string ListKind => Definition.Text(names, "listKind");

    public string[] ShortNames => [.. Definition.Elements(names, "shortNames").Select(n => n.GetString()!)];

    public string[] Categories => [.. Definition.Elements(names, "categories").Select(n => n.GetString()!)];
}
