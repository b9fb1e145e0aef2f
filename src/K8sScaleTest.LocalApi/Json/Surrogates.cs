using System.Buffers.Text;

namespace K8sScaleTest.LocalApi.Json;

/// <summary>Escapes in JSON of one half of a surrogate pair, which stand for no character: Go reads U+FFFD instead, where .NET gives up.</summary>
internal static class Surrogates
{
    private const int Escape = 6;

    /// <summary>Rewrites such escapes in place; they keep their length.</summary>
    public static void Repair(Span<byte> json)
    {
        if (json.IndexOf("\\ud"u8) < 0 && json.IndexOf("\\uD"u8) < 0) return;
        for (var at = 0; at < json.Length; at++)
        {
            if (json[at] != (byte)'\\') continue;
            if (CodeAt(json, at) is not { } code)
            {
                // An escaped backslash begins no escape of its own.
                at++;
                continue;
            }
            if (char.IsHighSurrogate(code) && CodeAt(json, at + Escape) is { } next && char.IsLowSurrogate(next)) at += Escape;
            else if (char.IsSurrogate(code)) "fffd"u8.CopyTo(json[(at + 2)..]);
            at += Escape - 1;
        }
    }

    private static char? CodeAt(ReadOnlySpan<byte> json, int at) =>
        at + Escape <= json.Length && json[at] == (byte)'\\' && json[at + 1] == (byte)'u'
        && Utf8Parser.TryParse(json.Slice(at + 2, 4), out ushort code, out var read, 'x') && read == 4
            ? (char)code : null;
}
