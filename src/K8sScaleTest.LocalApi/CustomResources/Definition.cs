using System.Text.Json;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.CustomResources;

/// <summary>A CustomResourceDefinition, read.</summary>
internal sealed class Definition
{
    private readonly JsonElement _spec;
    private readonly JsonElement _status;

    private Definition(JsonElement root)
    {
        Name = root.TryGetProperty("metadata", out var metadata) ? Text(metadata, "name") : "";
        IsDeleting = metadata.ValueKind == JsonValueKind.Object && metadata.TryGetProperty("deletionTimestamp", out _);
        Approval = metadata.ValueKind == JsonValueKind.Object && metadata.TryGetProperty("annotations", out var annotations) ? Text(annotations, "api-approved.kubernetes.io") : "";
        root.TryGetProperty("spec", out _spec);
        root.TryGetProperty("status", out _status);
        Names = new DefinitionNames(Member(_spec, "names"));
        Versions = [.. Elements(_spec, "versions").Select(v => new DefinitionVersion(v))];
    }

    public string Name { get; }

    public bool IsDeleting { get; }

    /// <summary>The annotation that a group of Kubernetes itself needs.</summary>
    public string Approval { get; }

    public string Group => Text(_spec, "group");

    public string Scope => Text(_spec, "scope");

    public DefinitionNames Names { get; }

    public IReadOnlyList<DefinitionVersion> Versions { get; }

    public string Conversion => Text(Member(_spec, "conversion"), "strategy");

    public JsonElement Webhook => Member(Member(_spec, "conversion"), "webhook");

    public bool PreserveUnknownFields => Member(_spec, "preserveUnknownFields").ValueKind == JsonValueKind.True;

    public DefinitionNames AcceptedNames => new(Member(_status, "acceptedNames"));

    public string[] StoredVersions => [.. Elements(_status, "storedVersions").Select(v => v.GetString()!)];

    public JsonElement Spec => _spec;

    /// <summary>Whether a part is there and the same in all versions.</summary>
    public bool AllHave(string part)
    {
        JsonElement[] parts = [.. Elements(_spec, "versions").Select(v => Member(v, part))];
        return parts.Length > 0 && parts.All(p => p.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null) && JsonElement.DeepEquals(p, parts[0]));
    }

    /// <summary>Whether a condition is true.</summary>
    public bool Is(string condition) => Elements(_status, "conditions").Any(c => Text(c, "type") == condition && Text(c, "status") == "True");

    /// <summary>Reads a stored definition.</summary>
    public static Definition Read(StoredObject stored)
    {
        var text = new byte[stored.Body.Length + 1];
        text[0] = (byte)'{';
        stored.Body.CopyTo(text, 1);
        return Read(text);
    }

    public static Definition Read(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        return new Definition(document.RootElement.Clone());
    }

    internal static string Text(JsonElement of, string name) => Member(of, name) is { ValueKind: JsonValueKind.String } found ? found.GetString()! : "";

    internal static JsonElement Member(JsonElement of, string name) => of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var found) ? found : default;

    internal static IEnumerable<JsonElement> Elements(JsonElement of, string name) => Member(of, name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];
}
