using System.Text;

namespace K8sScaleTest.Engine.Informers;

/// <summary>Lets keys that are kept as strings be found by the UTF-8 of a response, so that no string is made of a key that is known.</summary>
internal sealed class Utf8KeyComparer : IEqualityComparer<string>, IAlternateEqualityComparer<ReadOnlySpan<byte>, string>
{
    private const int OnStack = 512;

    public bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.Ordinal);

    public int GetHashCode(string obj)
    {
        Span<byte> room = stackalloc byte[OnStack];
        if (obj.Length > OnStack / 3) room = new byte[Encoding.UTF8.GetMaxByteCount(obj.Length)];
        return GetHashCode(room[..Encoding.UTF8.GetBytes(obj, room)]);
    }

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        HashCode hash = default;
        hash.AddBytes(alternate);
        return hash.ToHashCode();
    }

    public bool Equals(ReadOnlySpan<byte> alternate, string other)
    {
        // Names are ASCII nearly always; then this compares without decoding.
        if (alternate.Length == other.Length && Ascii.Equals(alternate, other)) return true;
        return alternate.Length != other.Length && Encoding.UTF8.GetCharCount(alternate) == other.Length && string.Equals(Create(alternate), other, StringComparison.Ordinal);
    }

    public string Create(ReadOnlySpan<byte> alternate) => Encoding.UTF8.GetString(alternate);
}
