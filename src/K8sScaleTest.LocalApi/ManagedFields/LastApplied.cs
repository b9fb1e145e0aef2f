using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using K8sScaleTest.LocalApi.Json;

namespace K8sScaleTest.LocalApi.ManagedFields;

/// <summary>
/// What kubectl has applied by itself, and now lets the server apply: lastappliedmanager.go and lastappliedupdater.go of apimachinery/pkg/util/managedfields. It concerns kubectl
/// alone: another name of the field manager opts out.
/// </summary>
internal static class LastApplied
{
    private const string Manager = "kubectl";
    private const string Annotation = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>The fields that are still as the client applied them, and so are no conflict; empty where it did not apply them.</summary>
    public static FieldSet Owned(JsonObject live, MergeType type, string apiVersion, string manager)
    {
        if (manager != Manager || Text(live) is not { Length: > 0 } text) return new FieldSet();
        try
        {
            using var applied = JsonDocument.Parse(text);
            var root = applied.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("apiVersion", out var version) || !version.ValueEquals(apiVersion)) return new FieldSet();
            var difference = FieldComparison.Of(root, JsonSerializer.SerializeToElement(live), type);
            var changed = FieldSet.Union(difference.Removed, FieldSet.Union(difference.Modified, difference.Added));
            return FieldSet.Difference(FieldComparison.FieldsOf(root, type), changed);
        }
        catch (JsonException)
        {
            // Not what kubectl writes: the conflicts stay.
            return new FieldSet();
        }
    }

    /// <summary>Keeps the annotation, where there is one, in step with what the server applies.</summary>
    public static void Keep(JsonObject merged, JsonObject config, string manager)
    {
        if (manager != Manager || Text(merged) is not { Length: > 0 }) return;
        var applied = config.DeepClone().AsObject();
        Annotations(applied)?.Remove(Annotation);
        Annotations(merged)![Annotation] = Encoding.UTF8.GetString(AnyValue.Canonical(JsonSerializer.SerializeToElement(applied))) + "\n";
    }

    private static string? Text(JsonObject of) => Annotations(of)?[Annotation] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>Null also where they are no object, which is refused later.</summary>
    private static JsonObject? Annotations(JsonObject of) => (of["metadata"] as JsonObject)?["annotations"] as JsonObject;
}
