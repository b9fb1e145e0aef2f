using System.Text;
using System.Text.Json;

namespace K8sScaleTest.LocalApi.Json;

/// <summary>The texts of encoding/json for input that is no JSON.</summary>
internal static class GoJsonError
{
    public static string Describe(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
            }
        }
        catch (JsonException)
        {
            return At(json, reader);
        }
        return "unexpected end of JSON input";
    }

    private static string At(ReadOnlySpan<byte> json, Utf8JsonReader reader)
    {
        var at = (int)reader.BytesConsumed;
        while (at < json.Length && json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') at++;
        var context = reader.TokenType switch
        {
            JsonTokenType.None => "looking for beginning of value",
            JsonTokenType.StartObject => "looking for beginning of object key string",
            JsonTokenType.PropertyName => "after object key",
            _ when reader.CurrentDepth == 0 => "after top-level value",
            _ => "after object key:value pair",
        };
        if (reader.TokenType != JsonTokenType.None && at < json.Length && json[at] is (byte)',' or (byte)':')
        {
            var colon = json[at] == (byte)':';
            at++;
            while (at < json.Length && json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') at++;
            context = colon || reader.TokenType == JsonTokenType.PropertyName ? "looking for beginning of value" : "looking for beginning of object key string";
        }
        else if (reader.TokenType == JsonTokenType.PropertyName)
        {
            context = "looking for beginning of value";
        }
        if (at >= json.Length) return "unexpected end of JSON input";
        Rune.DecodeFromUtf8(json[at..], out var rune, out _);
        var shown = rune.Value switch { '\'' => @"'\''", '"' => "'\"'", _ => $"'{rune}'" };
        return $"invalid character {shown} {context}";
    }
}
