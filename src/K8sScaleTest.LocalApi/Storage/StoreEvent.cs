namespace K8sScaleTest.LocalApi.Storage;

/// <summary>One change of one object, kept in the history that watches read.</summary>
internal sealed class StoreEvent(long sequence, long resourceVersion, StoredObject? previous, StoredObject? current)
{
    private StoredObject? _previousNow;

    /// <summary>Position in the history of the resource, without gaps.</summary>
    public long Sequence { get; } = sequence;

    public long ResourceVersion { get; } = resourceVersion;

    /// <summary>The state before; null for a new object.</summary>
    public StoredObject? Previous { get; } = previous;

    /// <summary>The state after; null for a deletion.</summary>
    public StoredObject? Current { get; } = current;

    /// <summary>The last state under the resourceVersion of this event: what DELETED shows. Made when the first watcher needs it, then shared.</summary>
    public StoredObject PreviousNow => _previousNow ??= Previous!.At(ResourceVersion);
}
