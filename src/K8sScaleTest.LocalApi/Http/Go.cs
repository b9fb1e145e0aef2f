using System.Globalization;
using System.Text;
using System.Text.Json;

namespace K8sScaleTest.LocalApi.Http;

/// <summary>How Go prints things: its texts reach clients through messages.</summary>
internal static class Go
{
    /// <summary>%q.</summary>
    public static string Quote(string value)
    {
        var plain = true;
        foreach (var c in value) plain &= c is >= ' ' and < '\u007f' and not ('"' or '\\');
        if (plain) return string.Concat("\"", value, "\"");
        var text = new StringBuilder("\"");
        foreach (var rune in value.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case '\n': text.Append("\\n"); break;
                case '\r': text.Append("\\r"); break;
                case '\t': text.Append("\\t"); break;
                case '\a': text.Append("\\a"); break;
                case '\b': text.Append("\\b"); break;
                case '\f': text.Append("\\f"); break;
                case '\v': text.Append("\\v"); break;
                case < 0x20 or 0x7f: text.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"); break;
                case var v when Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse:
                    text.Append(v > 0xffff ? "\\U" + v.ToString("x8", CultureInfo.InvariantCulture) : "\\u" + v.ToString("x4", CultureInfo.InvariantCulture));
                    break;
                default: text.Append(rune.ToString()); break;
            }
        }
        return text.Append('"').ToString();
    }

    /// <summary>A part of a URL without its escapes; null where one of them is none.</summary>
    /// <param name="text">The part.</param>
    /// <param name="plus">A plus sign is a space: in a query.</param>
    public static string? Unescape(ReadOnlySpan<char> text, bool plus)
    {
        if (!text.ContainsAny('%', '+')) return text.ToString();
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var value = bytes[i];
            if (value == '%')
            {
                if (i + 2 >= bytes.Length || !char.IsAsciiHexDigit((char)bytes[i + 1]) || !char.IsAsciiHexDigit((char)bytes[i + 2])) return null;
                value = (byte)((Convert.FromHexString([(char)bytes[i + 1], (char)bytes[i + 2]]))[0]);
                i += 2;
            }
            else if (plus && value == '+')
            {
                value = (byte)' ';
            }
            bytes[length++] = value;
        }
        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    /// <summary>The error of a number that strconv cannot read.</summary>
    public static string NumberError(string function, string text)
    {
        var digits = text.AsSpan(text.StartsWith('-') || text.StartsWith('+') ? 1 : 0);
        var isNumber = digits.Length > 0 && !digits.ContainsAnyExceptInRange('0', '9') && (function != "ParseUint" || digits.Length == text.Length);
        return $"strconv.{function}: parsing {Quote(text)}: {(isNumber ? "value out of range" : "invalid syntax")}";
    }

    /// <summary>%v of decoded JSON: map[a:1 b:[x y]].</summary>
    public static string Value(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        return Value(JsonElement.ParseValue(ref reader));
    }

    private static string Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "map[" + string.Join(' ', value.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => p.Name + ":" + Value(p.Value))) + "]",
        JsonValueKind.Array => "[" + string.Join(' ', value.EnumerateArray().Select(Value)) + "]",
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null => "<nil>",
        _ => value.GetRawText(),
    };
}
