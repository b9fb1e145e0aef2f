using System.Text;
using System.Text.Json;
using K8sScaleTest.LocalApi.Http;

namespace K8sScaleTest.LocalApi.Handlers;

/// <summary>The continue token of a paged list: apiserver/pkg/storage/continue.go.</summary>
/// <param name="ResourceVersion">The revision of the first page; -1 continues at the latest, for who accepts an inconsistent rest.</param>
/// <param name="Start">The key, without the namespace of the request, from which to go on.</param>
internal readonly record struct ContinueToken(long ResourceVersion, string Start)
{
    private static readonly System.Buffers.SearchValues<char> Alphabet = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    public static ContinueToken Parse(string text)
    {
        byte[] json;
        try
        {
            json = System.Buffers.Text.Base64Url.DecodeFromChars(text);
        }
        catch (FormatException)
        {
            throw Bad($"illegal base64 data at input byte {text.AsSpan().IndexOfAnyExcept(Alphabet)}");
        }
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) throw Bad($"json: cannot unmarshal {KindOf(root)} into Go value of type storage.continueToken");
            var version = root.TryGetProperty("rv", out var rv) ? Number(rv) : 0;
            var start = Text(root, "start");
            if (Text(root, "v") is var encoded and not "meta.k8s.io/v1") throw Bad("server does not recognize this encoded version " + encoded);
            if (version == 0) throw Bad("incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
            if (start.Length == 0) throw Bad("encoded start key empty (version meta.k8s.io/v1)");
            // Nothing above the prefix of the request may be reached.
            if (start.TrimStart('/').Split('/').Any(part => part is "" or "." or "..")) throw Bad(start);
            return new ContinueToken(version, start.TrimStart('/'));
        }
        catch (JsonException)
        {
            throw Bad(Json.GoJsonError.Describe(json));
        }
    }

    public override string ToString()
    {
        var start = JsonEncodedText.Encode(Start).ToString();
        return System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{{\"v\":\"meta.k8s.io/v1\",\"rv\":{ResourceVersion},\"start\":\"{start}\"}}"));
    }

    private static string Text(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return "";
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Mismatch(value, name, "string");
    }

    private static long Number(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null) return 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : throw Mismatch(value, "rv", "int64");
    }

    private static ApiException Mismatch(JsonElement value, string field, string type) =>
        Bad($"json: cannot unmarshal {KindOf(value)}{(value.ValueKind == JsonValueKind.Number ? " " + value.GetRawText() : "")} into Go struct field continueToken.{field} of type {type}");

    private static string KindOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "bool",
        var kind => kind.ToString().ToLowerInvariant(),
    };

    private static ApiException Bad(string why) => new(ApiStatus.BadRequest("invalid continue token: continue key is not valid: " + why));
}
