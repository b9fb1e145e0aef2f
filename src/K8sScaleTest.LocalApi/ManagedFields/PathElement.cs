using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using K8sScaleTest.LocalApi.Json;

namespace K8sScaleTest.LocalApi.ManagedFields;

/// <summary>The elements of a field's path as FieldsV1 writes them.</summary>
internal static class PathElement
{
    public static string Field(string name) => "f:" + name;

    public static string Value(JsonElement value) => "v:" + Encoding.UTF8.GetString(AnyValue.Canonical(value));

    /// <summary>The keys by which an element of a list is known; null when it has none of them.</summary>
    public static string? Key(JsonElement item, MergeType list)
    {
        if (item.ValueKind != JsonValueKind.Object) return null;
        var to = JsonBuffer.Rent();
        to.Byte((byte)'{');
        foreach (var key in list.Keys)
        {
            if (item.TryGetProperty(key, out var value))
            {
                to.NameString(key);
                to.Raw(AnyValue.Canonical(value));
            }
            else if (list.KeyDefault(key) is { } instead)
            {
                to.NameString(key);
                to.Raw(instead);
            }
        }
        to.Byte((byte)'}');
        var result = to.Length == 2 ? null : "k:" + Encoding.UTF8.GetString(to.Written);
        to.Return();
        return result;
    }

    /// <summary>The element of a value in a list that tells its elements apart.</summary>
    public static string? Of(JsonElement item, MergeType list) => list.Kind == MergeKind.Set ? Value(item) : Key(item, list);

    public static string? Of(JsonNode? item, MergeType list) => Of(item is null ? JsonDocument.Parse("null").RootElement : JsonSerializer.SerializeToElement(item), list);

    /// <summary>Fields by name, then keys, values and indices.</summary>
    public static int Compare(string a, string b) => a[0] == b[0] ? string.CompareOrdinal(a, b) : Rank(a[0]) - Rank(b[0]);

    /// <summary>As a message shows it: .name, [port=80,protocol="TCP"], ["x"].</summary>
    public static string Show(string element)
    {
        var text = element[2..];
        switch (element[0])
        {
            case 'f': return "." + text;
            case 'k':
                using (var keys = JsonDocument.Parse(text)) return "[" + string.Join(',', keys.RootElement.EnumerateObject().Select(k => $"{k.Name}={k.Value.GetRawText()}")) + "]";
            case 'v': return $"[={text}]";
            default: return $"[{text}]";
        }
    }

    /// <summary>Whether a text is an element: a kind, a colon, and for all but a field what is read as JSON.</summary>
    public static bool IsOne(string element)
    {
        if (element.Length < 2 || element[1] != ':') return false;
        try
        {
            switch (element[0])
            {
                case 'f': return true;
                case 'k':
                    using (var keys = JsonDocument.Parse(element.AsMemory(2))) return keys.RootElement.ValueKind == JsonValueKind.Object;
                case 'v':
                    using (JsonDocument.Parse(element.AsMemory(2))) return true;
                default: return element[0] == 'i' && int.TryParse(element.AsSpan(2), System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out _);
            }
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static int Rank(char kind) => kind switch { 'f' => 0, 'k' => 1, 'v' => 2, _ => 3 };
}
