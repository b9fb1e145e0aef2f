using System.Text;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Observers.Auditing;

/// <summary>An object's namespace and name: as a hash, which tells them apart, and as a text, for reports.</summary>
/// <param name="Hash">The hash; 0 where nobody knows the name.</param>
/// <param name="Text">The text; null where nobody knows the name, or will ask for it.</param>
internal readonly record struct AuditKey(ulong Hash, string? Text)
{
    /// <summary>Of a text.</summary>
    public static AuditKey Of(string text)
    {
        Span<byte> bytes = stackalloc byte[512]; // a namespace has 63 bytes at most, a name 253
        return new(Encoding.UTF8.TryGetBytes(text, bytes, out var length) ? HashOf(bytes[..length]) : HashOf(Encoding.UTF8.GetBytes(text)), text);
    }

    /// <summary>The hash of a key in UTF-8.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> key) => key.IsEmpty ? 0 : ContentHash.Of(key);
}
