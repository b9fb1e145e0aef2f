using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using K8sScaleTest.LocalApi.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace K8sScaleTest.LocalApi.Http;

/// <summary>YAML to JSON and back, as sigs.k8s.io/yaml has it: YAML 1.1, of which only what JSON can say.</summary>
internal static partial class YamlText
{
    private const int MaximumDepth = 100;
    private const int MaximumNodes = 1_000_000;

    /// <summary>The first document as JSON; throws <see cref="FormatException"/> with what is wrong, as Go says it.</summary>
    public static byte[] ToJson(ReadOnlySpan<byte> yaml)
    {
        var to = JsonBuffer.Rent();
        try
        {
            var parser = new Parser(new StringReader(Encoding.UTF8.GetString(yaml)));
            parser.Consume<StreamStart>();
            if (!parser.TryConsume<DocumentStart>(out _)) return "null"u8.ToArray();
            var anchors = new Dictionary<AnchorName, byte[]>();
            var nodes = 0;
            Node(parser, to, anchors, 0, ref nodes);
            return to.ToArray();
        }
        catch (YamlException broken)
        {
            var what = broken.InnerException?.Message ?? broken.Message;
            if (what.Contains("invalid mapping", StringComparison.Ordinal)) what = "mapping values are not allowed in this context";
            // The first line is not named.
            throw new FormatException($"error converting YAML to JSON: yaml: {(broken.Start.Line > 1 ? $"line {broken.Start.Line}: " : "")}{what}");
        }
        catch (Exception broken) when (broken is InvalidOperationException or ArgumentException)
        {
            // What the library gives up on without a word of its own for it: a flow that ends in a reserved character, a tag that is no URI.
            throw new FormatException($"error converting YAML to JSON: yaml: {broken.Message}");
        }
        finally
        {
            to.Return();
        }
    }

    /// <summary>JSON as YAML: keys in their order, two spaces, plain where that can be read back.</summary>
    public static byte[] FromJson(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var to = new StringBuilder();
        var root = JsonElement.ParseValue(ref reader);
        if (root.ValueKind is JsonValueKind.Object or JsonValueKind.Array) Write(to, root, 0);
        else to.Append(Scalar(root)).Append('\n');
        return Encoding.UTF8.GetBytes(to.ToString());
    }

    private static void Node(Parser parser, JsonBuffer to, Dictionary<AnchorName, byte[]> anchors, int depth, ref int nodes)
    {
        if (depth > MaximumDepth || ++nodes > MaximumNodes) throw new FormatException("error converting YAML to JSON: yaml: exceeded max depth of " + MaximumDepth);
        var start = to.Length;
        var anchor = AnchorName.Empty;
        switch (parser.Current)
        {
            case AnchorAlias alias:
                parser.MoveNext();
                if (!anchors.TryGetValue(alias.Value, out var known)) throw new FormatException($"error converting YAML to JSON: yaml: unknown anchor '{alias.Value}' referenced");
                // An alias repeated in aliases grows without bounds: so does the count.
                nodes += known.Length / 8;
                to.Raw(known);
                return;
            case Scalar scalar:
                parser.MoveNext();
                anchor = scalar.Anchor;
                Scalar(to, scalar);
                break;
            case SequenceStart sequence:
                parser.MoveNext();
                anchor = sequence.Anchor;
                to.Byte((byte)'[');
                while (!parser.TryConsume<SequenceEnd>(out _))
                {
                    to.Separate();
                    Node(parser, to, anchors, depth + 1, ref nodes);
                }
                to.Byte((byte)']');
                break;
            case MappingStart mapping:
                parser.MoveNext();
                anchor = mapping.Anchor;
                to.Byte((byte)'{');
                while (!parser.TryConsume<MappingEnd>(out _))
                {
                    if (parser.Current is not Scalar key) throw new FormatException("error converting YAML to JSON: Unsupported map key of type: map");
                    parser.MoveNext();
                    to.Separate();
                    to.String(key.Value);
                    to.Byte((byte)':');
                    Node(parser, to, anchors, depth + 1, ref nodes);
                }
                to.Byte((byte)'}');
                break;
            default:
                throw new FormatException("error converting YAML to JSON: yaml: unexpected end of stream");
        }
        if (!anchor.IsEmpty) anchors[anchor] = to.Written[start..].ToArray();
    }

    private static void Scalar(JsonBuffer to, Scalar scalar)
    {
        var text = scalar.Value;
        if (scalar.Style != ScalarStyle.Plain || (!scalar.Tag.IsEmpty && scalar.Tag.Value == "tag:yaml.org,2002:str"))
        {
            to.String(text);
            return;
        }
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL": to.Raw("null"u8); return;
            case "true" or "True" or "TRUE" or "y" or "Y" or "yes" or "Yes" or "YES" or "on" or "On" or "ON": to.Raw("true"u8); return;
            case "false" or "False" or "FALSE" or "n" or "N" or "no" or "No" or "NO" or "off" or "Off" or "OFF": to.Raw("false"u8); return;
            default: break;
        }
        if (char.IsAsciiDigit(text[0]) || text[0] is '-' or '+' or '.')
        {
            var plain = text.Replace("_", "", StringComparison.Ordinal);
            if (Integer(plain) is { } whole)
            {
                to.Number(whole);
                return;
            }
            if (FloatText().IsMatch(plain) && double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            {
                to.Raw(Encoding.ASCII.GetBytes(GoNumber.Text(number)));
                return;
            }
        }
        to.String(text);
    }

    private static long? Integer(string text)
    {
        var sign = text[0] is '-' or '+' ? 1 : 0;
        var digits = text.AsSpan(sign);
        var negative = text[0] == '-';
        try
        {
            if (digits.StartsWith("0x", StringComparison.Ordinal)) return Signed(Convert.ToInt64(digits[2..].ToString(), 16), negative);
            if (digits.StartsWith("0b", StringComparison.Ordinal)) return Signed(Convert.ToInt64(digits[2..].ToString(), 2), negative);
            if (digits.StartsWith("0o", StringComparison.Ordinal)) return Signed(Convert.ToInt64(digits[2..].ToString(), 8), negative);
            if (digits.Length > 1 && digits[0] == '0' && !digits.ContainsAnyExceptInRange('0', '7')) return Signed(Convert.ToInt64(digits.ToString(), 8), negative);
        }
        catch (Exception wrong) when (wrong is FormatException or OverflowException or ArgumentException)
        {
            return null;
        }
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    private static long Signed(long value, bool negative) => negative ? -value : value;

    private static void Write(StringBuilder to, JsonElement value, int indent, bool continues = false)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray())
            {
                to.Append(' ', continues ? 0 : indent).Append("- ");
                continues = false;
                if (IsNested(item)) Write(to, item, indent + 2, continues: true);
                else to.Append(Leaf(item, indent + 2)).Append('\n');
            }
            return;
        }
        foreach (var member in value.EnumerateObject().OrderBy(m => m.Name, StringComparer.Ordinal))
        {
            to.Append(' ', continues ? 0 : indent).Append(Text(member.Name)).Append(':');
            continues = false;
            if (!IsNested(member.Value))
            {
                to.Append(' ').Append(Leaf(member.Value, indent + 2)).Append('\n');
                continue;
            }
            to.Append('\n');
            // A list stands as deep as its key.
            Write(to, member.Value, member.Value.ValueKind == JsonValueKind.Array ? indent : indent + 2);
        }
    }

    private static bool IsNested(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any(),
        JsonValueKind.Array => value.GetArrayLength() > 0,
        _ => false,
    };

    private static string Leaf(JsonElement value, int indent) => value.ValueKind switch
    {
        JsonValueKind.Object => "{}",
        JsonValueKind.Array => "[]",
        JsonValueKind.String when value.GetString() is { } text && CanBeBlock(text) => Block(text, indent),
        _ => Scalar(value),
    };

    private static bool CanBeBlock(string text) =>
        text.Contains('\n', StringComparison.Ordinal) && text[0] is not (' ' or '\n') && text.All(c => c is '\n' or '\t' || (c >= ' ' && c != '\u007f')) && !text.Contains(" \n", StringComparison.Ordinal) && !text.Contains("\t\n", StringComparison.Ordinal);

    private static string Block(string text, int indent)
    {
        var trailing = text.Length - text.TrimEnd('\n').Length;
        var lines = text.TrimEnd('\n').Split('\n').Concat(Enumerable.Repeat("", Math.Max(0, trailing - 1)));
        var head = trailing switch { 0 => "|-", 1 => "|", _ => "|+" };
        return head + string.Concat(lines.Select(l => "\n" + (l.Length == 0 ? "" : new string(' ', indent) + l)));
    }

    private static string Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Text(value.GetString()!),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Null => "null",
        _ => value.GetRawText(),
    };

    /// <summary>Plain where it is read back as the same text, else between double quotes.</summary>
    private static string Text(string text)
    {
        if (PlainText().IsMatch(text))
        {
            var to = JsonBuffer.Rent();
            Scalar(to, new Scalar(text));
            var same = to.Written is [(byte)'"', ..];
            to.Return();
            if (same && !text.StartsWith('0') && !DateText().IsMatch(text)) return text;
        }
        // A JSON string is a YAML string.
        var quoted = JsonBuffer.Rent();
        quoted.String(text);
        var result = Encoding.UTF8.GetString(quoted.Written);
        quoted.Return();
        return result;
    }

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")]
    private static partial Regex FloatText();

    [GeneratedRegex(@"^[A-Za-z0-9_./(][A-Za-z0-9_./@()=+ -]*(:[A-Za-z0-9_./@()=+-]+)*\z(?<! )")]
    private static partial Regex PlainText();

    [GeneratedRegex("^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}")]
    private static partial Regex DateText();
}
