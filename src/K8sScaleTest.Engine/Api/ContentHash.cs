using System.Runtime.InteropServices;

namespace K8sScaleTest.Engine.Api;

/// <summary>
/// A 64-bit hash that tells contents apart (no defence against an attacker): 16 bytes at a time through a folded 128-bit multiplication, as wyhash does.
/// </summary>
internal static class ContentHash
{
    private const ulong First = 0xa0761d6478bd642f;
    private const ulong Second = 0xe7037ed1a0b428db;

    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        var hash = Fold((ulong)bytes.Length ^ First, Second);
        while (bytes.Length >= 16)
        {
            var words = MemoryMarshal.Cast<byte, ulong>(bytes[..16]);
            hash = Fold(words[0] ^ First ^ hash, words[1] ^ Second);
            bytes = bytes[16..];
        }

        Span<byte> tail = stackalloc byte[16];
        tail.Clear();
        bytes.CopyTo(tail);
        var last = MemoryMarshal.Cast<byte, ulong>(tail);
        return Fold(last[0] ^ First ^ hash, last[1] ^ Second ^ (ulong)bytes.Length);
    }

    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }
}
