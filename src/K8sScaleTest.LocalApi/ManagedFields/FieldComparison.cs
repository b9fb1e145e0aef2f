using System.Text.Json;

namespace K8sScaleTest.LocalApi.ManagedFields;

/// <summary>Which fields differ between two states (structured-merge-diff/typed/compare.go), and which fields a configuration names (tofieldset.go).</summary>
internal sealed class FieldComparison
{
    public FieldSet Added { get; } = new();

    public FieldSet Modified { get; } = new();

    public FieldSet Removed { get; } = new();

    public bool IsEmpty => Added.IsEmpty && Modified.IsEmpty && Removed.IsEmpty;

    /// <summary>Compares two objects; an undefined one has nothing.</summary>
    public static FieldComparison Of(JsonElement old, JsonElement now, MergeType type)
    {
        var result = new FieldComparison();
        result.Children(old, now, type, result.Added, result.Modified, result.Removed);
        return result;
    }

    /// <summary>The fields that an applied configuration names.</summary>
    public static FieldSet FieldsOf(JsonElement config, MergeType type)
    {
        var result = new FieldSet();
        Name(config, type, result);
        return result;
    }

    private static void Name(JsonElement value, MergeType type, FieldSet into)
    {
        switch (type.KindOf(value))
        {
            case MergeKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    var below = into.Descend(PathElement.Field(member.Name));
                    Name(member.Value, type.Child(member.Name), below);
                    var isEmpty = member.Value.ValueKind == JsonValueKind.Object && !member.Value.EnumerateObject().Any();
                    if (isEmpty || member.Value.ValueKind == JsonValueKind.Null || !type.IsField(member.Name)) below.IsMember = true;
                }
                break;
            case MergeKind.Map or MergeKind.Set when value.GetArrayLength() > 0:
                foreach (var item in value.EnumerateArray())
                {
                    if (PathElement.Of(item, type) is not { } element) continue;
                    var below = into.Descend(element);
                    Name(item, type.Element, below);
                    below.IsMember = true;
                }
                break;
            default:
                into.IsMember = true;
                break;
        }
    }

    private void Compare(JsonElement old, JsonElement now, MergeType type, string element, FieldSet added, FieldSet modified, FieldSet removed)
    {
        var (isNew, isGone) = (old.ValueKind == JsonValueKind.Undefined, now.ValueKind == JsonValueKind.Undefined);
        var kind = type.KindOf(isGone ? old : now);
        var bothEmpty = IsEmptyContainer(old) && IsEmptyContainer(now);
        if (kind == MergeKind.Leaf || bothEmpty || (!isNew && !isGone && type.KindOf(old) != kind && old.ValueKind != JsonValueKind.Null))
        {
            if (isNew) added.Add(element);
            else if (isGone) removed.Add(element);
            else if (!JsonElement.DeepEquals(old, now)) modified.Add(element);
            return;
        }
        // The nodes are made only where something differs.
        var (a, m, r) = (new FieldSet(), new FieldSet(), new FieldSet());
        Children(old, now, type, a, m, r);
        if (isNew) a.IsMember = true;
        else if (isGone) r.IsMember = true;
        Join(added, element, a);
        Join(modified, element, m);
        Join(removed, element, r);
    }

    private void Children(JsonElement old, JsonElement now, MergeType type, FieldSet added, FieldSet modified, FieldSet removed)
    {
        if (type.KindOf(now.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? old : now) is MergeKind.Map or MergeKind.Set)
        {
            var before = Items(old, type);
            var after = Items(now, type);
            foreach (var (element, item) in after) Compare(before.GetValueOrDefault(element), item, type.Element, element, added, modified, removed);
            foreach (var (element, item) in before)
            {
                if (!after.ContainsKey(element)) Compare(item, default, type.Element, element, added, modified, removed);
            }
            return;
        }
        if (now.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in now.EnumerateObject())
            {
                var before = old.ValueKind == JsonValueKind.Object && old.TryGetProperty(member.Name, out var was) ? was : default;
                if (before.ValueKind != JsonValueKind.Undefined && JsonElement.DeepEquals(before, member.Value)) continue;
                Compare(before, member.Value, type.Child(member.Name), PathElement.Field(member.Name), added, modified, removed);
            }
        }
        if (old.ValueKind != JsonValueKind.Object) return;
        foreach (var member in old.EnumerateObject())
        {
            if (now.ValueKind != JsonValueKind.Object || !now.TryGetProperty(member.Name, out _)) Compare(member.Value, default, type.Child(member.Name), PathElement.Field(member.Name), added, modified, removed);
        }
    }

    private static Dictionary<string, JsonElement> Items(JsonElement list, MergeType type)
    {
        var result = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (list.ValueKind != JsonValueKind.Array) return result;
        foreach (var item in list.EnumerateArray())
        {
            if (PathElement.Of(item, type) is { } element) result[element] = item;
        }
        return result;
    }

    private static void Join(FieldSet parent, string element, FieldSet child)
    {
        if (child.IsEmpty) return;
        var node = parent.Descend(element);
        node.IsMember = child.IsMember;
        foreach (var (name, below) in child.Children) Join(node, name, below);
    }

    private static bool IsEmptyContainer(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => true,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        _ => false,
    };
}
