using System.Globalization;
using System.Text.Json;

namespace K8sScaleTest.LocalApi.Resources;

/// <summary>What <c>kubectl get events</c> shows, of events in their old and in their new form.</summary>
internal static class EventColumns
{
    private const string FieldPath = "If referring to a piece of an object instead of an entire object, this string should contain a valid JSON/Go field access statement, such as desiredState.manifest.containers[2]. For example, if the object reference is to a container within a pod, this would take on a value like: \"spec.containers{name}\" (where \"name\" refers to the name of the container that triggered the event) or if no container name is specified \"spec.containers[2]\" (container with index 2 in this pod). This syntax is chosen only to have some well-defined way of referencing a part of an object.";

    public static readonly TableColumn[] All = [
        new("Last Seen", "string", "", "The time at which the most recent occurrence of this event was recorded.", 0, LastSeen),
        new("Type", "string", "", "Type of this event (Normal, Warning), new types could be added in the future", 0, static (item, _) => TableColumn.Text(item, "type") ?? ""),
        new("Reason", "string", "", "This should be a short, machine understandable string that gives the reason for the transition into the object's current status.", 0, static (item, _) => TableColumn.Text(item, "reason") ?? ""),
        new("Object", "string", "", "The object that this event is about.", 0, About),
        new("Subobject", "string", "", FieldPath, 1, static (item, _) => TableColumn.Text(item, "involvedObject", "fieldPath") ?? ""),
        new("Source", "string", "", "The component reporting this event. Should be a short machine understandable string.", 1, Source),
        new("Message", "string", "", "A human-readable description of the status of this operation.", 0, static (item, _) => TableColumn.Text(item, "message")?.Trim() ?? ""),
        new("First Seen", "string", "", "The time at which the event was first recorded. (Time of server receipt is in TypeMeta.)", 1, FirstSeen),
        new("Count", "string", "", "The number of times this event has occurred.", 1, static (item, _) => Count(item)),
        TableColumn.NameColumn with { Priority = 1 },
    ];

    private static string FirstSeen(JsonElement item, DateTimeOffset now) => Since(TableColumn.Text(item, "firstTimestamp") ?? TableColumn.Text(item, "eventTime"), now);

    private static string LastSeen(JsonElement item, DateTimeOffset now)
    {
        if (item.TryGetProperty("series", out _)) return Since(TableColumn.Text(item, "series", "lastObservedTime"), now);
        return TableColumn.Text(item, "lastTimestamp") is { } last ? Since(last, now) : FirstSeen(item, now);
    }

    private static string Since(string? time, DateTimeOffset now) => time is null ? "<unknown>" : HumanDuration.Of(now - DateTimeOffset.Parse(time, CultureInfo.InvariantCulture));

    private static string About(JsonElement item, DateTimeOffset now)
    {
        var kind = TableColumn.Text(item, "involvedObject", "kind")?.ToLowerInvariant() ?? "";
        return TableColumn.Text(item, "involvedObject", "name") is { Length: > 0 } name ? $"{kind}/{name}" : kind;
    }

    private static string Source(JsonElement item, DateTimeOffset now)
    {
        var component = First(TableColumn.Text(item, "source", "component"), TableColumn.Text(item, "reportingComponent"));
        var instance = First(TableColumn.Text(item, "source", "host"), TableColumn.Text(item, "reportingInstance"));
        return instance.Length == 0 ? component : $"{component}, {instance}";
    }

    private static string First(string? one, string? other) => one is { Length: > 0 } ? one : other ?? "";

    private static long Count(JsonElement item)
    {
        if (item.TryGetProperty("series", out var series)) return Number(series);
        // An event in the new form has no count of its own.
        return Number(item) is var count and not 0 ? count : 1;
    }

    private static long Number(JsonElement item) => item.TryGetProperty("count", out var count) ? count.GetInt64() : 0;
}
