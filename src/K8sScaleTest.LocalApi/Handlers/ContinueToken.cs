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
            if (root.GetProperty("v").GetString() != "meta.k8s.io/v1") throw Bad("server does not recognize this encoded version " + Go.Quote(root.GetProperty("v").ToString()));
            var version = root.GetProperty("rv").GetInt64();
            if (version == 0) throw Bad("incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
            var start = root.GetProperty("start").GetString()!;
            if (start.Length == 0) throw Bad("encoded start key empty (version meta.k8s.io/v1)");
            return new ContinueToken(version, start);
        }
        catch (JsonException)
        {
            throw Bad(Json.GoJsonError.Describe(json));
        }
        catch (Exception wrong) when (wrong is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw Bad("server does not recognize this encoded version \"\"");
        }
    }

    public override string ToString()
    {
        var start = JsonEncodedText.Encode(Start).ToString();
        return System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{{\"v\":\"meta.k8s.io/v1\",\"rv\":{ResourceVersion},\"start\":\"{start}\"}}"));
    }

    private static ApiException Bad(string why) => new(ApiStatus.BadRequest("invalid continue token: continue key is not valid: " + why));
}
