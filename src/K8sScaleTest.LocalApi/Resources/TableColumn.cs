using System.Text.Json;

namespace K8sScaleTest.LocalApi.Resources;

/// <summary>A column of the Table form, which <c>kubectl get</c> asks for.</summary>
/// <param name="Name">The heading.</param>
/// <param name="Type">string, integer or date.</param>
/// <param name="Format">"name" for the name's own column.</param>
/// <param name="Description">As the API's own documentation has it.</param>
/// <param name="Priority">0 is always shown, 1 with -o wide.</param>
/// <param name="Cell">The value: a string, a number (long) or null; given the object and the moment.</param>
internal sealed record TableColumn(string Name, string Type, string Format, string Description, int Priority, Func<JsonElement, DateTimeOffset, object?> Cell)
{
    private const string CreatedDescription = "CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata";

    public static readonly TableColumn NameColumn = new(
        "Name", "string", "name",
        "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names",
        0, static (item, _) => Text(item, "metadata", "name") ?? "");

    public static readonly TableColumn Age = new("Age", "string", "", CreatedDescription, 0, static (item, now) => HumanAge(item, now));

    /// <summary>What the default converter of an aggregated server shows: the moment itself.</summary>
    public static readonly TableColumn CreatedAt = new("Created At", "date", "", CreatedDescription, 0, static (item, _) => Text(item, "metadata", "creationTimestamp"));

    public static readonly TableColumn[] NameAndAge = [NameColumn, Age];

    public static readonly TableColumn[] NameAndCreation = [NameColumn, CreatedAt];

    /// <summary>The text at a path, or null.</summary>
    public static string? Text(JsonElement item, params ReadOnlySpan<string> path)
    {
        foreach (var part in path)
        {
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty(part, out item)) return null;
        }
        return item.ValueKind == JsonValueKind.String ? item.GetString() : null;
    }

    /// <summary>The number of members or elements at a path.</summary>
    public static long Count(JsonElement item, string name) => !item.TryGetProperty(name, out var found) ? 0
        : found.ValueKind == JsonValueKind.Object ? found.EnumerateObject().Count() : found.GetArrayLength();

    private static string HumanAge(JsonElement item, DateTimeOffset now) =>
        Text(item, "metadata", "creationTimestamp") is { } created ? HumanDuration.Of(now - DateTimeOffset.Parse(created, System.Globalization.CultureInfo.InvariantCulture)) : "<unknown>";
}
