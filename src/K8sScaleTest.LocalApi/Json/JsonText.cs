using System.Text;
using System.Text.Json;

namespace K8sScaleTest.LocalApi.Json;

/// <summary>Small readings of JSON bytes that need no tree.</summary>
internal static class JsonText
{
    /// <summary>The properties of an object, in the order of the text; each value as a slice of it. Throws <see cref="JsonException"/> where something follows the object.</summary>
    public static void Members(ReadOnlySpan<byte> json, Slice value, List<Member> into)
    {
        into.Clear();
        var reader = new Utf8JsonReader(json.Slice(value.Start, value.Length));
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = new Slice(value.Start + (int)reader.TokenStartIndex + 1, reader.ValueSpan.Length);
            reader.Read();
            var token = reader.TokenType;
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            into.Add(new Member(name, new Slice(value.Start + start, (int)reader.BytesConsumed - start), token));
        }
        reader.Read();
    }

    /// <summary>The elements of an array.</summary>
    public static void Elements(ReadOnlySpan<byte> json, Slice value, List<Member> into)
    {
        into.Clear();
        var reader = new Utf8JsonReader(json.Slice(value.Start, value.Length));
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var token = reader.TokenType;
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            into.Add(new Member(default, new Slice(value.Start + start, (int)reader.BytesConsumed - start), token));
        }
    }

    /// <summary>The value of a string token without its quotes.</summary>
    public static byte[] Unescape(ReadOnlySpan<byte> token)
    {
        if (!token.Contains((byte)'\\')) return token.ToArray();
        var text = new byte[token.Length + 2];
        text[0] = text[^1] = (byte)'"';
        token.CopyTo(text.AsSpan(1));
        var reader = new Utf8JsonReader(text);
        reader.Read();
        var result = new byte[token.Length];
        try
        {
            return result[..reader.CopyString(result)];
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate or bytes that are no UTF-8: Go puts the replacement character.
            return LoneSurrogates(token);
        }
    }

    public static string UnescapeToString(ReadOnlySpan<byte> token) => Encoding.UTF8.GetString(token.Contains((byte)'\\') ? Unescape(token) : token);

    /// <summary>How Go names the kind of a JSON value in its error messages.</summary>
    public static string GoKind(JsonTokenType token) => token switch
    {
        JsonTokenType.String => "string",
        JsonTokenType.Number => "number",
        JsonTokenType.True or JsonTokenType.False => "bool",
        JsonTokenType.StartObject => "object",
        JsonTokenType.StartArray => "array",
        _ => "null",
    };

    private static byte[] LoneSurrogates(ReadOnlySpan<byte> token)
    {
        var text = new StringBuilder();
        var raw = Encoding.UTF8.GetString(token);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                text.Append(raw[i]);
                continue;
            }
            i++;
            text.Append(raw[i] switch
            {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'b' => '\b',
                'f' => '\f',
                'u' => (char)Convert.ToUInt16(raw.Substring(i + 1, 4), 16),
                var c => c,
            });
            if (raw[i] == 'u') i += 4;
        }
        return new UTF8Encoding(false).GetBytes(text.ToString());
    }
}
