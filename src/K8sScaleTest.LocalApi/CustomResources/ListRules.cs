using System.Text.Json;
using K8sScaleTest.LocalApi.Http;

namespace K8sScaleTest.LocalApi.CustomResources;

/// <summary>The x-kubernetes extensions of lists and maps in a schema.</summary>
internal static class ListRules
{
    private const string ListType = "x-kubernetes-list-type";
    private const string MapType = "x-kubernetes-map-type";
    private const string MapKeys = "x-kubernetes-list-map-keys";

    public static void Validate(JsonElement schema, string path, List<Cause> causes)
    {
        var type = Definition.Text(schema, "type");
        if (Definition.Member(schema, "x-kubernetes-preserve-unknown-fields").ValueKind == JsonValueKind.False) causes.Add(Cause.InvalidJson(path + ".x-kubernetes-preserve-unknown-fields", "false", "must be true or undefined"));
        var mapType = Definition.Text(schema, MapType);
        if (mapType.Length > 0)
        {
            WrongType(type, "object", MapType, path, causes);
            if (mapType is not ("atomic" or "granular")) causes.Add(Cause.NotSupported($"{path}.{MapType}", Go.Quote(mapType), "atomic", "granular"));
        }
        var listType = Definition.Text(schema, ListType);
        var items = Definition.Member(schema, "items");
        if (listType.Length > 0)
        {
            if (type != "array") WrongType(type, "array", ListType, path, causes);
            else if (listType == "set") SetItems(items, path, causes);
            if (listType is not ("atomic" or "set" or "map")) causes.Add(Cause.NotSupported($"{path}.{ListType}", Go.Quote(listType), "atomic", "set", "map"));
        }
        string[] keys = [.. Definition.Elements(schema, MapKeys).Select(k => k.GetString()!)];
        if (keys.Length > 0 && listType.Length == 0) causes.Add(Cause.Required($"{path}.{ListType}", "must be map if x-kubernetes-list-map-keys is non-empty"));
        else if (keys.Length > 0 && listType != "map") causes.Add(Cause.Invalid($"{path}.{ListType}", listType, "must be map if x-kubernetes-list-map-keys is non-empty"));
        if (listType == "map") Map(items, keys, path, causes);
        if (listType is "set" or "map" && items.ValueKind == JsonValueKind.Object) Nullables(items, keys, listType, path, causes);
    }

    private static void WrongType(string type, string wanted, string extension, string path, List<Cause> causes)
    {
        var what = $"must be {wanted} if {extension} is specified";
        if (type.Length == 0) causes.Add(Cause.Required(path + ".type", what));
        else if (type != wanted) causes.Add(Cause.Invalid(path + ".type", type, what));
    }

    private static void SetItems(JsonElement items, string path, List<Cause> causes)
    {
        const string What = "must be atomic as item of a list with x-kubernetes-list-type=set";
        var (type, list, map) = (Definition.Text(items, "type"), Definition.Text(items, ListType), Definition.Text(items, MapType));
        if (type == "array" && list is not ("" or "atomic")) causes.Add(Cause.Invalid($"{path}.items.{ListType}", list, What));
        if (type == "object" && map != "atomic") causes.Add(Cause.InvalidJson($"{path}.items.{MapType}", list.Length == 0 ? "null" : Go.Quote(list), What));
    }

    private static void Map(JsonElement items, string[] keys, string path, List<Cause> causes)
    {
        if (keys.Length == 0) causes.Add(Cause.Required($"{path}.{MapKeys}", "must not be empty if x-kubernetes-list-type is map"));
        if (items.ValueKind != JsonValueKind.Object)
        {
            causes.Add(Cause.Required(path + ".items", "must have a schema if x-kubernetes-list-type is map"));
            return;
        }
        var type = Definition.Text(items, "type");
        if (type != "object")
        {
            causes.Add(Cause.Invalid(path + ".items.type", type, "must be object if parent array's x-kubernetes-list-type is map"));
            return;
        }
        var shown = "[" + string.Join(',', keys.Select(Go.Quote)) + "]";
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            if (Definition.Member(Definition.Member(items, "properties"), key) is not { ValueKind: JsonValueKind.Object } property) causes.Add(Cause.InvalidJson($"{path}.{MapKeys}", shown, "entries must all be names of item properties"));
            else if (Definition.Text(property, "type") is "array" or "object") causes.Add(Cause.Invalid($"{path}.items.properties[{key}].type", type, "must be a scalar type if parent array's x-kubernetes-list-type is map"));
            if (!seen.Add(key)) causes.Add(Cause.InvalidJson($"{path}.{MapKeys}", shown, "must not contain duplicate entries"));
        }
    }

    private static void Nullables(JsonElement items, string[] keys, string listType, string path, List<Cause> causes)
    {
        if (SchemaRules.Flag(items, "nullable")) causes.Add(Cause.Forbidden(path + ".items.nullable", "cannot be nullable when x-kubernetes-list-type is " + listType));
        if (listType != "map") return;
        var required = Definition.Elements(items, "required").Select(r => r.GetString()).ToArray();
        foreach (var key in keys)
        {
            if (Definition.Member(Definition.Member(items, "properties"), key) is not { ValueKind: JsonValueKind.Object } property) continue;
            var at = $"{path}.items.properties[{key}]";
            if (!required.Contains(key) && !SchemaRules.Has(property, "default")) causes.Add(Cause.Required(at + ".default", "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property"));
            if (SchemaRules.Flag(property, "nullable")) causes.Add(Cause.Forbidden(at + ".nullable", "this property is in x-kubernetes-list-map-keys, so it cannot be nullable"));
        }
    }
}
