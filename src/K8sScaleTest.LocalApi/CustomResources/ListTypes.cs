using System.Text;
using System.Text.Json;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.CustomResources;

/// <summary>Lists that are sets or maps hold nothing twice (apiextensions-apiserver/pkg/apiserver/schema/listtype).</summary>
internal static class ListTypes
{
    public static void Validate(JsonElement value, StructuralSchema schema, string path, List<Cause> causes)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    if (schema.Properties is not null && schema.Properties.TryGetValue(member.Name, out var property)) Validate(member.Value, property, path.Length == 0 ? member.Name : path + "." + member.Name, causes);
                    else if (schema.Additional is { } additional) Validate(member.Value, additional, $"{path}[{member.Name}]", causes);
                }
                break;
            case JsonValueKind.Array:
                if (schema.ListType == "set") Duplicates(value.EnumerateArray().Select(v => Encoding.UTF8.GetString(AnyValue.Canonical(v))), path, causes);
                else if (schema.ListType == "map") Map(value, schema, path, causes);
                var index = 0;
                foreach (var element in value.EnumerateArray())
                {
                    if (schema.Items is { } items) Validate(element, items, $"{path}[{index}]", causes);
                    index++;
                }
                break;
            default:
                break;
        }
    }

    private static void Map(JsonElement value, StructuralSchema schema, string path, List<Cause> causes)
    {
        var index = 0;
        foreach (var element in value.EnumerateArray())
        {
            if (element.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
            {
                causes.Add(Cause.InvalidJson($"{path}[{index}]", SchemaValidator.Json(element), "must be an object for an array of list-type map"));
                return;
            }
            index++;
        }
        Duplicates(value.EnumerateArray().Select(e => KeyOf(e, schema.ListMapKeys)), path, causes);
    }

    /// <summary>The keys of an element as JSON, sorted as Go prints a map.</summary>
    private static string KeyOf(JsonElement element, string[] keys)
    {
        var to = JsonBuffer.Rent();
        to.Byte((byte)'{');
        foreach (var key in keys.Order(StringComparer.Ordinal))
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(key, out var value)) continue;
            to.NameString(key);
            to.Raw(AnyValue.Canonical(value));
        }
        to.Byte((byte)'}');
        var result = Encoding.UTF8.GetString(to.Written);
        to.Return();
        return result;
    }

    private static void Duplicates(IEnumerable<string> items, string path, List<Cause> causes)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var index = 0;
        foreach (var item in items)
        {
            seen.TryGetValue(item, out var times);
            seen[item] = times + 1;
            // The first repetition is reported, and no later one.
            if (times == 1) causes.Add(Cause.Duplicate($"{path}[{index}]", item));
            index++;
        }
    }
}
