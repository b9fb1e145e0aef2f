using System.Text.Json;

namespace K8sScaleTest.LocalApi.Json;

/// <summary>Values that no type describes.</summary>
internal static class AnyValue
{
    /// <summary>
    /// A value as Go would write it again: what trees choke on (half surrogates, keys given twice) is gone from it.
    /// </summary>
    public static byte[] Canonical(ReadOnlySpan<byte> json, Member value)
    {
        var to = JsonBuffer.Rent();
        try
        {
            Write(to, json, value);
            return to.ToArray();
        }
        finally
        {
            to.Return();
        }
    }

    /// <summary>The same of a value that was parsed already.</summary>
    public static byte[] Canonical(JsonElement value)
    {
        var text = System.Text.Encoding.UTF8.GetBytes(value.GetRawText());
        var reader = new Utf8JsonReader(text);
        reader.Read();
        return Canonical(text, new Member(default, new Slice(0, text.Length), reader.TokenType));
    }

    /// <summary>Writes a value compactly with the keys of its objects sorted, as Go writes a map.</summary>
    public static void Write(JsonBuffer to, ReadOnlySpan<byte> json, Member member)
    {
        switch (member.Token)
        {
            case JsonTokenType.StartObject:
                var members = new List<Member>();
                JsonText.Members(json, member.Value, members);
                MemberOrder.Sort(json, members);
                to.Byte((byte)'{');
                foreach (var entry in members)
                {
                    to.Separate();
                    to.RawString(entry.Name.Of(json));
                    to.Byte((byte)':');
                    Write(to, json, entry);
                }
                to.Byte((byte)'}');
                break;
            case JsonTokenType.StartArray:
                var elements = new List<Member>();
                JsonText.Elements(json, member.Value, elements);
                to.Byte((byte)'[');
                foreach (var element in elements)
                {
                    to.Separate();
                    Write(to, json, element);
                }
                to.Byte((byte)']');
                break;
            case JsonTokenType.String:
                to.RawString(member.Value.Text(json));
                break;
            case JsonTokenType.Number:
                GoNumber.Write(to, member.Value.Of(json));
                break;
            default:
                to.Raw(member.Value.Of(json));
                break;
        }
    }
}
