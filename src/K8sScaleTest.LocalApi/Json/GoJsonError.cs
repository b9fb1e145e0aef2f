using System.Text;
using System.Text.Json;

namespace K8sScaleTest.LocalApi.Json;

/// <summary>The texts of encoding/json for input that is no JSON, or not the object that is asked for.</summary>
internal static class GoJsonError
{
    private const string TypeOfObjects = "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }";

    public static string Describe(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, isFinalBlock: false, default);
        var containers = new Stack<bool>();
        var root = JsonTokenType.None;
        try
        {
            while (reader.Read())
            {
                if (root == JsonTokenType.None) root = reader.TokenType;
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) containers.Push(reader.TokenType == JsonTokenType.StartArray);
                else if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray) containers.Pop();
            }
        }
        catch (JsonException)
        {
            return At(json, reader, containers.TryPeek(out var isArray) && isArray);
        }
        if (!IsWhole(json, ref root)) return "unexpected end of JSON input";
        return $"json: cannot unmarshal {JsonText.GoKind(root)} into Go value of type {TypeOfObjects}";
    }

    /// <summary>A number may go on until the end is known.</summary>
    private static bool IsWhole(ReadOnlySpan<byte> json, ref JsonTokenType root)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read()) return false;
            root = reader.TokenType;
            reader.Skip();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string At(ReadOnlySpan<byte> json, Utf8JsonReader reader, bool inArray)
    {
        var at = AfterSpace(json, (int)reader.BytesConsumed);
        var afterComma = LastBefore(json, at) == (byte)',';
        var context = reader.TokenType switch
        {
            JsonTokenType.None => "looking for beginning of value",
            JsonTokenType.StartObject => "looking for beginning of object key string",
            JsonTokenType.StartArray => "looking for beginning of value",
            JsonTokenType.PropertyName => LastBefore(json, at) == (byte)':' ? "looking for beginning of value" : "after object key",
            _ when reader.CurrentDepth == 0 => "after top-level value",
            _ when afterComma => inArray ? "looking for beginning of value" : "looking for beginning of object key string",
            _ => inArray ? "after array element" : "after object key:value pair",
        };
        if (reader.TokenType != JsonTokenType.None && at < json.Length && json[at] is (byte)',' or (byte)':')
        {
            var colon = json[at] == (byte)':';
            at = AfterSpace(json, at + 1);
            context = colon || reader.TokenType == JsonTokenType.PropertyName || inArray ? "looking for beginning of value" : "looking for beginning of object key string";
        }
        if (at >= json.Length) return "unexpected end of JSON input";
        Rune.DecodeFromUtf8(json[at..], out var rune, out _);
        var shown = rune.Value switch { '\'' => @"'\''", '"' => "'\"'", _ => $"'{rune}'" };
        return $"invalid character {shown} {context}";
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t';

    private static int AfterSpace(ReadOnlySpan<byte> json, int at)
    {
        while (at < json.Length && IsSpace(json[at])) at++;
        return at;
    }

    private static byte LastBefore(ReadOnlySpan<byte> json, int at)
    {
        at = Math.Min(at, json.Length) - 1;
        while (at >= 0 && IsSpace(json[at])) at--;
        return at < 0 ? (byte)0 : json[at];
    }
}
