using System.Text;
using System.Text.Json;
using K8sScaleTest.LocalApi.Json;

namespace K8sScaleTest.LocalApi.ManagedFields;

/// <summary>
/// A set of fields (structured-merge-diff's fieldpath.Set) as a tree: each node says whether it belongs to the set itself, and which of the
/// fields below it do. Path elements are kept as FieldsV1 writes them: f:name, k:{"port":80}, v:"x", i:0.
/// </summary>
internal sealed class FieldSet
{
    private List<KeyValuePair<string, FieldSet>>? _children;

    /// <summary>Whether this field belongs to the set.</summary>
    public bool IsMember { get; set; }

    public IReadOnlyList<KeyValuePair<string, FieldSet>> Children => _children ?? (IReadOnlyList<KeyValuePair<string, FieldSet>>)[];

    public bool IsEmpty
    {
        get
        {
            if (IsMember) return false;
            if (_children is null) return true;
            foreach (var child in _children)
            {
                if (!child.Value.IsEmpty) return false;
            }
            return true;
        }
    }

    /// <summary>The node of a field below this one, made if need be.</summary>
    public FieldSet Descend(string element)
    {
        var children = _children ??= [];
        var at = Find(element);
        if (at < 0)
        {
            at = ~at;
            children.Insert(at, new(element, new FieldSet()));
        }
        return children[at].Value;
    }

    public FieldSet? Get(string element) => _children is not null && Find(element) is >= 0 and var at ? _children[at].Value : null;

    /// <summary>Takes a node over as it is.</summary>
    public void Adopt(string element, FieldSet child) => Set(element, child);

    public void Add(string element) => Descend(element).IsMember = true;

    /// <summary>What is in either.</summary>
    public static FieldSet Union(FieldSet a, FieldSet b)
    {
        var result = new FieldSet { IsMember = a.IsMember || b.IsMember };
        foreach (var (element, child) in a.Children) result.Set(element, b.Get(element) is { } other ? Union(child, other) : child);
        foreach (var (element, child) in b.Children)
        {
            if (a.Get(element) is null) result.Set(element, child);
        }
        return result;
    }

    /// <summary>What is in both.</summary>
    public static FieldSet Intersection(FieldSet a, FieldSet b)
    {
        var result = new FieldSet { IsMember = a.IsMember && b.IsMember };
        foreach (var (element, child) in a.Children)
        {
            if (b.Get(element) is { } other && Intersection(child, other) is { IsEmpty: false } both) result.Set(element, both);
        }
        return result;
    }

    /// <summary>What is in the first and not in the second.</summary>
    public static FieldSet Difference(FieldSet a, FieldSet b)
    {
        var result = new FieldSet { IsMember = a.IsMember && !b.IsMember };
        foreach (var (element, child) in a.Children)
        {
            var rest = b.Get(element) is { } other ? Difference(child, other) : child;
            if (!rest.IsEmpty) result.Set(element, rest);
        }
        return result;
    }

    /// <summary>Without a field and everything below it.</summary>
    public FieldSet Without(string element)
    {
        var result = new FieldSet { IsMember = IsMember };
        foreach (var (name, child) in Children)
        {
            if (name != element) result.Set(name, child);
        }
        return result;
    }

    /// <summary>The fields as paths, as messages show them: .spec.ports[port=80].name.</summary>
    public IEnumerable<string> Paths(string prefix = "")
    {
        if (IsMember) yield return prefix;
        foreach (var (element, child) in Children)
        {
            foreach (var path in child.Paths(prefix + PathElement.Show(element))) yield return path;
        }
    }

    /// <summary>Writes it as FieldsV1.</summary>
    public void WriteTo(JsonBuffer to, bool root = true)
    {
        to.Byte((byte)'{');
        // A field that has none below it needs no dot.
        if (IsMember && !root && _children is { Count: > 0 }) to.Raw("\".\":{}"u8);
        foreach (var (element, child) in Children)
        {
            to.NameString(element);
            child.WriteTo(to, root: false);
        }
        to.Byte((byte)'}');
    }

    /// <summary>Reads FieldsV1; null for what is none.</summary>
    public static FieldSet? Read(JsonElement json, bool root = true)
    {
        if (json.ValueKind != JsonValueKind.Object) return null;
        var result = new FieldSet();
        var any = false;
        foreach (var member in json.EnumerateObject())
        {
            if (member.Name == ".")
            {
                result.IsMember = true;
                continue;
            }
            any = true;
            if (!PathElement.IsOne(member.Name) || Read(member.Value, root: false) is not { } child) return null;
            result.Set(member.Name, child);
        }
        if (!any && !root) result.IsMember = true;
        return result;
    }

    public byte[] ToArray()
    {
        var to = JsonBuffer.Rent();
        WriteTo(to);
        var result = to.ToArray();
        to.Return();
        return result;
    }

    public override string ToString() => Encoding.UTF8.GetString(ToArray());

    private void Set(string element, FieldSet child)
    {
        var children = _children ??= [];
        var at = Find(element);
        if (at < 0) children.Insert(~at, new(element, child));
        else children[at] = new(element, child);
    }

    private int Find(string element)
    {
        int low = 0, high = _children!.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = PathElement.Compare(_children[middle].Key, element);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        return ~low;
    }
}
