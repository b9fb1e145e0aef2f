using System.Buffers;
using System.Text.Json;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.Resources;

/// <summary>ConfigMaps: keys, the size of all data, and immutability.</summary>
internal sealed class ConfigMapRules : IObjectRules
{
    public const int Immutable = 0;
    public const int Data = 1;
    public const int BinaryData = 2;
    private const int MaximumBytes = 1024 * 1024;

    private static readonly SearchValues<char> KeyCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._");

    public void Prepare(DecodedObject value, int version, DecodedObject? existing)
    {
    }

    public void Validate(DecodedObject value, DecodedObject? existing, List<Cause> causes)
    {
        MetaValidation.Validate(value, NameRule.Subdomain, causes);
        var data = Members(value, Data);
        var binary = Members(value, BinaryData);
        long total = 0;
        var json = value.Text.Span;
        foreach (var member in data)
        {
            var key = JsonText.UnescapeToString(member.Name.Of(json));
            Key("data", key, causes);
            if (binary.Count > 0 && Contains(json, binary, key)) causes.Add(Cause.Invalid($"data[{key}]", key, "duplicate of key present in binaryData"));
            total += TextLength(json, member);
        }
        foreach (var member in binary)
        {
            Key("binaryData", JsonText.UnescapeToString(member.Name.Of(json)), causes);
            total += DecodedLength(json, member);
        }
        if (total > MaximumBytes) causes.Add(Cause.TooLong("[]", MaximumBytes));
        if (existing is not null) ImmutableFields(value, existing, causes, ("data", Data), ("binaryData", BinaryData));
    }

    /// <summary>A ConfigMap or Secret that was made immutable stays as it is.</summary>
    internal static void ImmutableFields(DecodedObject value, DecodedObject existing, List<Cause> causes, params ReadOnlySpan<(string Name, int Index)> fields)
    {
        if (existing.Values[Immutable].Token != JsonTokenType.True) return;
        if (value.Values[Immutable].Token != JsonTokenType.True) causes.Add(Cause.Forbidden("immutable", "field is immutable when `immutable` is set"));
        foreach (var (name, index) in fields)
        {
            if (!Canonical(value, index).AsSpan().SequenceEqual(Canonical(existing, index))) causes.Add(Cause.Forbidden(name, "field is immutable when `immutable` is set"));
        }
    }

    internal static List<Member> Members(DecodedObject value, int field)
    {
        var members = new List<Member>();
        if (value.Values[field].Token == JsonTokenType.StartObject) JsonText.Members(value.Text.Span, value.Values[field].Value, members);
        return members;
    }

    internal static void Key(string field, string key, List<Cause> causes)
    {
        if (key.Length is > 0 and <= 253 && !key.AsSpan().ContainsAnyExcept(KeyCharacters) && key[0] != '.') return;
        var path = $"{field}[{key}]";
        if (key.Length > 253) causes.Add(Cause.Invalid(path, key, "must be no more than 253 bytes"));
        if (key.Length == 0 || key.AsSpan().ContainsAnyExcept(KeyCharacters))
        {
            causes.Add(Cause.Invalid(path, key, "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"));
        }
        if (key == ".") causes.Add(Cause.Invalid(path, key, "must not be '.'"));
        else if (key == "..") causes.Add(Cause.Invalid(path, key, "must not be '..'"));
        else if (key.StartsWith("..", StringComparison.Ordinal)) causes.Add(Cause.Invalid(path, key, "must not start with '..'"));
    }

    internal static long DecodedLength(ReadOnlySpan<byte> json, Member member)
    {
        if (member.Token != JsonTokenType.String) return 0;
        var text = member.Value.Text(json);
        return (text.Length / 4 * 3) - (text.EndsWith("=="u8) ? 2 : text.EndsWith("="u8) ? 1 : 0);
    }

    private static long TextLength(ReadOnlySpan<byte> json, Member member)
    {
        if (member.Token != JsonTokenType.String) return 0;
        var text = member.Value.Text(json);
        return text.Contains((byte)'\\') ? JsonText.Unescape(text).Length : text.Length;
    }

    private static bool Contains(ReadOnlySpan<byte> json, List<Member> members, string key)
    {
        foreach (var member in members)
        {
            if (JsonText.UnescapeToString(member.Name.Of(json)) == key) return true;
        }
        return false;
    }

    private static byte[] Canonical(DecodedObject value, int field)
    {
        if (value.Overrides[field] is { } instead) return instead;
        if (value.Values[field].Token is JsonTokenType.None or JsonTokenType.Null) return [];
        var to = JsonBuffer.Rent();
        CanonicalWriter.Value(to, value.Text.Span, value.Values[field], value.Type.Fields[field].Type, new FieldPath("", ""), []);
        var result = to.Length == 2 ? [] : to.ToArray();
        to.Return();
        return result;
    }
}
