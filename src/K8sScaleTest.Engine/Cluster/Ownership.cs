using System.Globalization;
using System.Text.Json;

namespace K8sScaleTest.Engine.Cluster;

/// <summary>By what is known whose an object of a cluster is.</summary>
public static class Ownership
{
    /// <summary>The label that says which tool manages an object, as Kubernetes recommends it.</summary>
    public const string ManagedByLabel = "app.kubernetes.io/managed-by";

    /// <summary>The value of <see cref="ManagedByLabel"/> on what this module installs.</summary>
    public const string ManagedBy = "K8sScaleTest";

    /// <summary>The label that says what an object belongs to.</summary>
    public const string NameLabel = "app.kubernetes.io/name";

    /// <summary>The annotation that names the cmdlet which installed an object, and its version.</summary>
    public const string InstalledByAnnotation = "scaletest/installedBy";

    /// <summary>What the API server itself says of the APIServices that it makes for custom resources.</summary>
    private const string AutoManagedLabel = "kube-aggregator.kubernetes.io/automanaged";

    /// <summary>Whether this module installed an object, and for this purpose.</summary>
    /// <param name="item">The object as the server has it.</param>
    /// <param name="name">The value of <see cref="NameLabel"/>.</param>
    public static bool IsOurs(JsonElement item, string name) => Label(item, ManagedByLabel) == ManagedBy && Label(item, NameLabel) == name;

    /// <summary>Whether the API server made an APIService by itself, for a custom resource.</summary>
    internal static bool IsAutomatic(JsonElement item) => Label(item, AutoManagedLabel) is not null;

    /// <summary>Whose an object is, as far as it tells: the tool that manages it, its owner, who wrote it last.</summary>
    /// <param name="item">The object as the server has it.</param>
    public static string Describe(JsonElement item)
    {
        var metadata = item.GetProperty("metadata");
        List<string> facts = [];
        if (IsAutomatic(item)) facts.Add("the API server made it for custom resources of this group");
        if (Label(item, ManagedByLabel) is { } tool)
            facts.Add($"managed by {tool}{(Text(metadata, "annotations", "meta.helm.sh/release-name") is { } release ? $", release '{release}'" : Label(item, "app.kubernetes.io/instance") is { } instance ? $", instance '{instance}'" : "")}");
        if (Array(metadata, "ownerReferences").Select(owner => $"{Text(owner, "kind")} '{Text(owner, "name")}'").ToArray() is { Length: > 0 } owners) facts.Add($"owned by {string.Join(" and ", owners)}");
        if (Text(item, "spec", "service", "name") is { } service) facts.Add($"served by service '{service}' in namespace '{Text(item, "spec", "service", "namespace")}'");
        if (LastWriter(metadata) is { } writer) facts.Add(writer);
        if (facts.Count == 0) facts.Add("nothing in it says whose");
        var created = Text(metadata, "creationTimestamp");
        return string.Join("; ", facts) + (created is null ? "" : $"; created {created}");
    }

    internal static string? Text(JsonElement item, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty(name, out item)) return null;
        }

        return item.ValueKind == JsonValueKind.String ? item.GetString() : null;
    }

    internal static IEnumerable<JsonElement> Array(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    private static string? Label(JsonElement item, string name) => Text(item, "metadata", "labels", name);

    private static string? LastWriter(JsonElement metadata)
    {
        var entry = Array(metadata, "managedFields")
            .Select(field => (Manager: Text(field, "manager"), Time: Text(field, "time") ?? ""))
            // What a controller wrote into the status is no owner's word.
            .Where(field => field.Manager is { Length: > 0 } and not "kube-apiserver")
            .OrderByDescending(field => field.Time, StringComparer.Ordinal)
            .FirstOrDefault();
        return entry.Manager is null ? null : string.Create(CultureInfo.InvariantCulture, $"last written by '{entry.Manager}'{(entry.Time.Length == 0 ? "" : $" at {entry.Time}")}");
    }
}
