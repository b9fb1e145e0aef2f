using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.Resources;

/// <summary>Changes a field of an object through a tree: for the kinds that are seldom written.</summary>
internal static class FieldEditor
{
    /// <summary>The field as a tree; a fresh object where it is absent. What the schema does not know is noted, and is gone.</summary>
    public static JsonObject Read(DecodedObject value, int field)
    {
        var member = value.Values[field];
        if (value.Overrides[field] is { Length: > 0 } instead) return JsonNode.Parse(instead)!.AsObject();
        if (member.Token is JsonTokenType.None or JsonTokenType.Null) return [];
        var to = JsonBuffer.Rent();
        CanonicalWriter.Value(to, value.Text.Span, member, value.Type.Fields[field].Type, new FieldPath(value.Type.ShortName, value.Type.Fields[field].Name), value.UnknownFields);
        var result = JsonNode.Parse(to.Written)!.AsObject();
        to.Return();
        return result;
    }

    /// <summary>The field's text, or "".</summary>
    public static string Text(DecodedObject value, int field) =>
        value.Values[field].Token == JsonTokenType.String ? JsonText.UnescapeToString(value.Values[field].Value.Text(value.Text.Span)) : "";

    /// <summary>Puts a tree in the place of a field; an empty one removes it, unless it always stands.</summary>
    public static void Write(DecodedObject value, int field, JsonObject tree)
    {
        var type = value.Type.Fields[field];
        if (tree.Count == 0 && !type.Always)
        {
            value.Overrides[field] = [];
            return;
        }
        var json = Encoding.UTF8.GetBytes(tree.ToJsonString());
        var to = JsonBuffer.Rent();
        CanonicalWriter.Value(to, json, new Member(default, new Slice(0, json.Length), JsonTokenType.StartObject), type.Type, new FieldPath(value.Type.ShortName, type.Name), []);
        value.Overrides[field] = to.ToArray();
        to.Return();
    }

    public static void Write(DecodedObject value, int field, string text)
    {
        var to = JsonBuffer.Rent();
        to.String(text);
        value.Overrides[field] = to.ToArray();
        to.Return();
    }
}
