using System.Text;

namespace K8sScaleTest.Engine.Observers.Auditing;

/// <summary>Makes keys of UTF-8. The texts of those that were asked for last are kept: an object that is created is soon updated, and deleted.</summary>
internal sealed class AuditKeys
{
    // A power of two. A key stands at the place that its hash says.
    private const int Kept = 1024;
    private readonly AuditKey[] _kept = new AuditKey[Kept];

    /// <summary>The key, with its text.</summary>
    public AuditKey Of(ReadOnlySpan<byte> key)
    {
        var hash = AuditKey.HashOf(key);
        if (hash == 0) return default;
        ref var kept = ref _kept[hash % Kept];
        if (kept.Hash != hash) kept = new(hash, Encoding.UTF8.GetString(key));
        return kept;
    }
}
