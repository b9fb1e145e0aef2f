using K8sScaleTest.Engine.Informers;

namespace K8sScaleTest.Engine.Observers;

/// <summary>
/// A key of a logger: what its last dequeue saw, and the events that wait for the next. It stands in the work queue itself, so that the queue compares
/// references and hashes no strings.
/// </summary>
internal sealed class TrackedKey(string key)
{
    public string Key { get; } = key;

    /// <summary>The object as the last dequeue saw it; null when it saw none.</summary>
    public ObjectState? Seen { get; set; }

    /// <summary>Whether the object that exists now, or was last seen, was there when the logger began.</summary>
    public bool ExistedBefore { get; set; }

    /// <summary>What the handler has been told since the last dequeue; null for nothing.</summary>
    public PendingEvents? Pending { get; set; }
}
