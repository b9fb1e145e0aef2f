using K8sScaleTest.LocalApi.Faults;

namespace K8sScaleTest.LocalApi.Storage;

/// <summary>One change of one object, kept in the history that watches read.</summary>
internal sealed class StoreEvent(long sequence, long resourceVersion, StoredObject? previous, StoredObject? current)
{
    private StoredObject? _previousNow;
    private int _fault;

    /// <summary>Position in the history of the resource, without gaps.</summary>
    public long Sequence { get; } = sequence;

    public long ResourceVersion { get; } = resourceVersion;

    /// <summary>The state before; null for a new object.</summary>
    public StoredObject? Previous { get; } = previous;

    /// <summary>The state after; null for a deletion.</summary>
    public StoredObject? Current { get; } = current;

    /// <summary>What a fault that was decided for all watchers does to it, with that fault; nothing for 0.</summary>
    public (FaultAction Action, ushort Fault) Ordered => ((FaultAction)(_fault >> 16), (ushort)_fault);

    /// <summary>The fault that was decided for all watchers; 0 for none.</summary>
    public ushort Fault => (ushort)_fault;

    /// <summary>Decides a fault for all watchers; before any of them can see the event.</summary>
    public void Order(FaultAction action, ushort fault) => _fault = (int)action << 16 | fault;

    /// <summary>The last state under the resourceVersion of this event: what DELETED shows. Made when the first watcher needs it, then shared.</summary>
    public StoredObject PreviousNow => _previousNow ??= Previous!.At(ResourceVersion);
}
