using System.Text.Json;
using System.Text.Json.Nodes;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.ManagedFields;

/// <summary>What server-side apply knows of a type: how its values are owned, and the types of what is below.</summary>
internal sealed class MergeType
{
    public static readonly MergeType Leaf = new() { Kind = MergeKind.Leaf };
    public static readonly MergeType Deduced = new() { Kind = MergeKind.Deduced };
    private static readonly MergeType Metadata = Of(MetaFields.ObjectMeta);

    private readonly Dictionary<string, MergeType> _fields = new(StringComparer.Ordinal);
    private bool _keepsUnknown;
    private MergeType? _values;
    private Dictionary<string, byte[]>? _keyDefaults;

    public MergeKind Kind { get; private init; }

    /// <summary>The keys of a list's elements.</summary>
    public string[] Keys { get; private init; } = [];

    /// <summary>Of a list's elements.</summary>
    public MergeType Element { get; private init; } = null!;

    /// <summary>The type of a member.</summary>
    public MergeType Child(string name) => _fields.TryGetValue(name, out var found) ? found : _values ?? Deduced;

    /// <summary>Whether a member is a field of the type, not a key of a map.</summary>
    public bool IsField(string name) => _fields.ContainsKey(name);

    public byte[]? KeyDefault(string key) => _keyDefaults?.GetValueOrDefault(key);

    /// <summary>The path of the first member that the type does not know; null where it knows all.</summary>
    public string? Undeclared(JsonNode? value, string path)
    {
        switch (value)
        {
            case JsonObject map when Kind == MergeKind.Object:
                foreach (var (name, member) in map)
                {
                    if (_values is null && !_keepsUnknown && !IsField(name)) return $"{path}.{name}";
                    if (Child(name).Undeclared(member, $"{path}.{name}") is { } found) return found;
                }
                return null;
            case JsonArray list when Kind == MergeKind.Map:
                foreach (var item in list)
                {
                    if (Element.Undeclared(item, path + PathElement.Show(PathElement.Of(item, this) ?? "i:0")) is { } found) return found;
                }
                return null;
            default:
                return null;
        }
    }

    /// <summary>The type of a whole object.</summary>
    public static MergeType OfKind(ObjectType type)
    {
        var result = type.Structural is { } schema ? Of(schema) : Of(type);
        result._fields["apiVersion"] = result._fields["kind"] = Leaf;
        result._fields["metadata"] = Metadata;
        return result;
    }

    private static MergeType Of(ObjectType type, int depth = 0)
    {
        var result = new MergeType { Kind = MergeKind.Object };
        // A type that contains itself is owned as a whole from some depth on; so is a list of it, always.
        if (depth > 12) return Leaf;
        foreach (var field in type.Fields) result._fields[field.Name] = Of(field, depth + 1);
        return result;
    }

    private static MergeType Of(Field field, int depth)
    {
        if (field.Atomic) return Leaf;
        switch (field.Type.Shape)
        {
            case Shape.Object:
                return Of(field.Type.Object!, depth);
            case Shape.Map:
                return new MergeType { Kind = MergeKind.Object, _values = field.Type.Element!.Shape == Shape.Object ? Of(field.Type.Element.Object!, depth) : Leaf };
            case Shape.Any:
                return Deduced;
            case Shape.List when field.MapKeys is { } keys && field.Type.Element!.Object is { } item:
                return new MergeType { Kind = MergeKind.Map, Keys = [.. keys.Order(StringComparer.Ordinal)], Element = Of(item, depth), _keyDefaults = Defaults(keys) };
            case Shape.List when field.MergeValues:
                return new MergeType { Kind = MergeKind.Set, Element = Leaf };
            default:
                return Leaf;
        }
    }

    /// <summary>The only key of a built-in kind that has a default.</summary>
    private static Dictionary<string, byte[]>? Defaults(string[] keys) => keys.Contains("protocol") ? new() { ["protocol"] = "\"TCP\""u8.ToArray() } : null;

    private static MergeType Of(StructuralSchema schema)
    {
        if (schema.IntOrString || schema.MapType == "atomic") return Leaf;
        if (schema.Type == "array" || schema.Items is not null)
        {
            if (schema.Items is null || schema.ListType is not ("map" or "set")) return Leaf;
            if (schema.ListType == "set") return new MergeType { Kind = MergeKind.Set, Element = Leaf };
            var defaults = schema.ListMapKeys.Where(k => schema.Items.Properties?.GetValueOrDefault(k)?.Default is not null).ToDictionary(k => k, k => schema.Items.Properties![k].Default!);
            return new MergeType { Kind = MergeKind.Map, Keys = [.. schema.ListMapKeys.Order(StringComparer.Ordinal)], Element = Of(schema.Items), _keyDefaults = defaults };
        }
        if (schema.Type is not ("object" or "")) return Leaf;
        var result = new MergeType { Kind = schema.Type.Length == 0 ? MergeKind.Deduced : MergeKind.Object };
        foreach (var (name, property) in schema.Properties ?? []) result._fields[name] = Of(property);
        if (schema.Additional is { } additional) result._values = Of(additional);
        result._keepsUnknown = schema.PreserveUnknownFields || schema.AllowsAdditional;
        if (schema.EmbeddedResource) result._fields["metadata"] = Metadata;
        return result;
    }

    /// <summary>How a value of this type is owned: where the type does not say, the value does.</summary>
    public MergeKind KindOf(JsonElement value) => Kind switch
    {
        MergeKind.Deduced => value.ValueKind == JsonValueKind.Object ? MergeKind.Object : MergeKind.Leaf,
        MergeKind.Object when value.ValueKind is not JsonValueKind.Object => MergeKind.Leaf,
        MergeKind.Map or MergeKind.Set when value.ValueKind is not JsonValueKind.Array => MergeKind.Leaf,
        _ => Kind,
    };
}
