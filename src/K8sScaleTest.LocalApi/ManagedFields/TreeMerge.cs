using System.Text.Json.Nodes;

namespace K8sScaleTest.LocalApi.ManagedFields;

/// <summary>Merges an applied configuration into an object, and removes what nobody wants any more.</summary>
internal static class TreeMerge
{
    public static JsonObject Merge(JsonObject live, JsonObject config, MergeType type)
    {
        var result = live.DeepClone().AsObject();
        foreach (var (name, value) in config) result[name] = Value(result[name], value, type.Child(name));
        return result;
    }

    /// <param name="value">Changed in place.</param>
    /// <param name="gone">The fields that are nobody's any more.</param>
    /// <param name="owned">What anybody owns: a field with some of it below stays.</param>
    /// <param name="type">Of the value.</param>
    public static void Remove(JsonNode value, FieldSet gone, FieldSet? owned, MergeType type)
    {
        foreach (var (element, below) in gone.Children)
        {
            var still = owned?.Get(element) is { IsEmpty: false } found ? found : null;
            switch (value)
            {
                case JsonObject map when element[0] == 'f' && map.ContainsKey(element[2..]):
                    var name = element[2..];
                    if (map[name] is { } child && below.Children.Count > 0) Remove(child, below, still, type.Child(name));
                    // An object or list that only held what is gone goes with it.
                    if (still is null && (below.Children.Count == 0 ? below.IsMember : IsEmpty(map[name]))) map.Remove(name);
                    break;
                case JsonArray list when element[0] is 'k' or 'v':
                    for (var i = list.Count - 1; i >= 0; i--)
                    {
                        if (PathElement.Of(list[i], type) != element) continue;
                        if (still is null && below.IsMember) list.RemoveAt(i);
                        else if (list[i] is { } item) Remove(item, below, still, type.Element);
                    }
                    break;
                default:
                    break;
            }
        }
    }

    private static JsonNode? Value(JsonNode? live, JsonNode? config, MergeType type)
    {
        switch (config)
        {
            case JsonObject map when live is JsonObject old && type.Kind is (MergeKind.Object or MergeKind.Deduced):
                return Merge(old, map, type);
            case JsonArray list when live is JsonArray old && type.Kind is (MergeKind.Map or MergeKind.Set):
                return Items(old, list, type);
            default:
                return config?.DeepClone();
        }
    }

    private static JsonArray Items(JsonArray live, JsonArray config, MergeType type)
    {
        var result = live.DeepClone().AsArray();
        foreach (var item in config)
        {
            var element = PathElement.Of(item, type);
            var at = -1;
            for (var i = 0; i < result.Count && at < 0; i++)
            {
                if (element is not null && PathElement.Of(result[i], type) == element) at = i;
            }
            if (at < 0) result.Add(item?.DeepClone());
            else result[at] = Value(result[at], item, type.Element);
        }
        return result;
    }

    private static bool IsEmpty(JsonNode? value) => value is JsonObject { Count: 0 } or JsonArray { Count: 0 } or null;
}
