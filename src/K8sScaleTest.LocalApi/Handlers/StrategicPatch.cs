using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.Handlers;

/// <summary>
/// A strategic merge patch with lists or directives: lists whose elements have a merge key are merged by it, lists of plain values that merge
/// are added to, $patch, $deleteFromPrimitiveList, $setElementOrder and $retainKeys are obeyed.
/// </summary>
internal sealed class StrategicPatch : IPatch
{
    private const string DeleteFromList = "$deleteFromPrimitiveList/";
    private const string ElementOrder = "$setElementOrder/";
    private readonly ReadOnlyMemory<byte> _text;

    public StrategicPatch(ReadOnlyMemory<byte> text)
    {
        var root = PatchKinds.Root(text.Span, why => ApiStatus.BadRequest(why.StartsWith("unexpected end", StringComparison.Ordinal) ? "unexpected EOF" : why));
        if (root.Token != JsonTokenType.StartObject)
        {
            throw new ApiException(ApiStatus.BadRequest($"json: cannot unmarshal {JsonText.GoKind(root.Token)} into Go value of type map[string]interface {{}}"));
        }
        _text = AnyValue.Canonical(text.Span, root);
    }

    /// <summary>Whether a patch says more than a merge patch could: that one is applied without a tree.</summary>
    public static bool Needed(ReadOnlySpan<byte> text) => text.Contains((byte)'[') || text.IndexOf("\"$"u8) >= 0 || text.IndexOf("\\u0024"u8) >= 0;

    public void Apply(JsonBuffer to, ReadOnlyMemory<byte> current, ApiRequest request)
    {
        var target = JsonNode.Parse(current.Span)!.AsObject();
        var patch = JsonNode.Parse(_text.Span)!.AsObject();
        var merged = Merge(target, patch, Fields(request.Version.Type));
        to.Raw(Encoding.UTF8.GetBytes(merged.ToJsonString()));
    }

    public string Describe(ReadOnlySpan<byte> patched) => Go.Value(_text.Span);

    public string Explain(GoTypeException wrong) => wrong.ConverterMessage;

    private static Field[] Fields(ObjectType type) => [new("metadata", FieldType.Of(MetaFields.ObjectMeta)), .. type.Fields];


    private static JsonObject Merge(JsonObject target, JsonObject patch, Field[] fields)
    {
        switch (Directive(patch))
        {
            case "replace":
                patch.Remove("$patch");
                return patch.DeepClone().AsObject();
            case "delete":
                return [];
            case "merge" or null:
                patch.Remove("$patch");
                break;
            case { } unknown:
                throw new ApiException(ApiStatus.Internal($"unknown patch type: {unknown} in map: {Go.Value(Encoding.UTF8.GetBytes(patch.ToJsonString()))}"));
        }
        if (patch["$retainKeys"] is JsonArray keep)
        {
            var kept = keep.Select(k => k!.GetValue<string>()).ToHashSet();
            foreach (var name in target.Select(p => p.Key).Where(k => !kept.Contains(k)).ToArray()) target.Remove(name);
        }
        foreach (var (name, value) in patch)
        {
            if (name == "$retainKeys") continue;
            if (name.StartsWith(DeleteFromList, StringComparison.Ordinal)) DeleteValues(target, name[DeleteFromList.Length..], value as JsonArray);
            else if (!name.StartsWith(ElementOrder, StringComparison.Ordinal)) MergeMember(target, name, value, fields);
        }
        foreach (var (name, value) in patch)
        {
            if (name.StartsWith(ElementOrder, StringComparison.Ordinal) && value is JsonArray order) Order(target, name[ElementOrder.Length..], order, fields);
        }
        return target;
    }

    private static void MergeMember(JsonObject target, string name, JsonNode? value, Field[] fields)
    {
        var field = Array.Find(fields, f => f.Name == name);
        switch (value)
        {
            case null:
                target.Remove(name);
                break;
            case JsonObject change:
                var inner = field?.Type.Shape == Shape.Object ? field.Type.Object!.Fields : [];
                target[name] = Merge(target[name] as JsonObject is { } old ? old.DeepClone().AsObject() : [], change.DeepClone().AsObject(), inner);
                break;
            case JsonArray list when field?.MergeKey is { } key:
                var keyed = target[name] as JsonArray ?? [];
                target[name] = Ordered(MergeByKey(keyed, list, key, field.Type.Element!.Object!.Fields), list, keyed, key);
                break;
            case JsonArray list when field?.MergeValues == true:
                var before = target[name] as JsonArray ?? [];
                var values = before.DeepClone().AsArray();
                foreach (var item in list)
                {
                    if (!values.Any(v => JsonNode.DeepEquals(v, item))) values.Add(item?.DeepClone());
                }
                target[name] = Ordered(values, list, before, null);
                break;
            default:
                target[name] = value.DeepClone();
                break;
        }
    }

    private static JsonArray MergeByKey(JsonArray target, JsonArray patch, string key, Field[] fields)
    {
        var result = target.DeepClone().AsArray();
        if (patch.OfType<JsonObject>().Any(p => Directive(p) == "replace"))
        {
            return [.. patch.OfType<JsonObject>().Where(p => Directive(p) != "replace").Select(p => (JsonNode)p.DeepClone())];
        }
        foreach (var change in patch)
        {
            if (change is not JsonObject item || item[key] is not { } identity)
            {
                throw new ApiException(ApiStatus.Internal($"map: {change?.ToJsonString()} does not contain declared merge key: {key}"));
            }
            var at = -1;
            for (var i = 0; i < result.Count; i++)
            {
                if (result[i] is JsonObject existing && JsonNode.DeepEquals(existing[key], identity)) at = i;
            }
            if (Directive(item) == "delete")
            {
                if (at >= 0) result.RemoveAt(at);
            }
            else if (at >= 0)
            {
                result[at] = Merge(result[at]!.DeepClone().AsObject(), item.DeepClone().AsObject(), fields);
            }
            else
            {
                result.Add(Merge([], item.DeepClone().AsObject(), fields));
            }
        }
        return result;
    }

    private static void DeleteValues(JsonObject target, string name, JsonArray? values)
    {
        if (target[name] is not JsonArray list || values is null) return;
        target[name] = new JsonArray([.. list.Where(v => !values.Any(d => JsonNode.DeepEquals(d, v))).Select(v => v?.DeepClone())]);
    }

    private static void Order(JsonObject target, string name, JsonArray order, Field[] fields)
    {
        if (target[name] is JsonArray list) target[name] = Ordered(list, order, list, Array.Find(fields, f => f.Name == name)?.MergeKey);
    }

    /// <summary>
    /// What the patch names in the patch's order, the others in the order that they had, and the one merged into the other: of two that both had a place before, the earlier
    /// goes first, and else what the patch names (apimachinery/pkg/util/strategicpatch/patch.go, normalizeElementOrder).
    /// </summary>
    private static JsonArray Ordered(JsonArray merged, JsonArray patchOrder, JsonArray serverOrder, string? key)
    {
        int At(JsonArray order, JsonNode? item)
        {
            for (var i = 0; i < order.Count; i++)
            {
                if (JsonNode.DeepEquals(key is null ? order[i] : order[i]?[key], key is null ? item : item?[key])) return i;
            }
            return -1;
        }
        var named = new Queue<JsonNode?>(merged.Where(item => At(patchOrder, item) >= 0).OrderBy(item => At(patchOrder, item)));
        var others = new Queue<JsonNode?>(merged.Where(item => At(patchOrder, item) < 0).OrderBy(item => At(serverOrder, item)));
        var result = new JsonArray();
        while (named.Count + others.Count > 0)
        {
            var othersFirst = named.Count == 0 || (others.Count > 0 && At(serverOrder, named.Peek()) is >= 0 and var place && At(serverOrder, others.Peek()) < place);
            result.Add((othersFirst ? others : named).Dequeue()?.DeepClone());
        }
        return result;
    }

    private static string? Directive(JsonObject patch) => patch.TryGetPropertyValue("$patch", out var value) ? value?.GetValue<string>() : null;
}
