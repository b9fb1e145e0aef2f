using K8sScaleTest.LocalApi.Faults;
using K8sScaleTest.LocalApi.Ledgers;

namespace K8sScaleTest.LocalApi.Storage;

/// <summary>The objects of one resource with their history and watchers. No lock is held while anything is written to a connection.</summary>
internal sealed class ObjectStore(RevisionCounter revisions, int history)
{
    private readonly ObjectTree _objects = new();
    private readonly EventHistory _history = new(history, revisions.Current);
    private readonly LedgerRing<EventEntry>? _events = revisions.Ledger?.NewEvents();
    private volatile WatchSignal[] _signals = [];
    private int _watchEpoch;

    public EventHistory History => _history;

    public RevisionCounter Revisions => revisions;

    public int Count => _objects.Count;

    /// <summary>The ledger of this resource's events, numbered as the history is; null where there is none.</summary>
    public LedgerRing<EventEntry>? Events => _events;

    /// <summary>What happens to events of this resource on their way to all watchers; null for nothing.</summary>
    public CommitFaults? Faults { get; set; }

    public StoredObject? Find(string key)
    {
        lock (revisions.Gate) return _objects.Find(key);
    }

    /// <summary>The revision, and the sequence of the first event after it.</summary>
    public (long ResourceVersion, long NextSequence) Now
    {
        get
        {
            lock (revisions.Gate) return (revisions.Current, _history.Next);
        }
    }

    /// <summary>All objects at one moment, with the revision of that moment and the sequence of the first event after it.</summary>
    public (ObjectSnapshot Objects, long ResourceVersion, long NextSequence) Snapshot()
    {
        lock (revisions.Gate) return (_objects.Snapshot(), revisions.Current, _history.Next);
    }

    /// <summary>Adds a new object; false when its key is taken. <paramref name="created"/> has its resourceVersion afterwards.</summary>
    /// <param name="created">The new object.</param>
    /// <param name="request">The number in the ledger of the request that does it.</param>
    public bool TryCreate(StoredObject created, long request = -1)
    {
        lock (revisions.Gate)
        {
            if (_objects.Find(created.Key) is not null) return false;
            created.Commit(revisions.Advance());
            _objects.Set(created);
            Append(created.ResourceVersion, null, created, request);
        }
        Wake();
        return true;
    }

    /// <summary>Replaces a state by the next, unless another write came between.</summary>
    /// <param name="expected">The state that was found.</param>
    /// <param name="next">The state that takes its place.</param>
    /// <param name="request">The number in the ledger of the request that does it.</param>
    public bool TryReplace(StoredObject expected, StoredObject next, long request = -1)
    {
        lock (revisions.Gate)
        {
            if (!ReferenceEquals(_objects.Find(expected.Key), expected)) return false;
            next.Commit(revisions.Advance());
            _objects.Set(next);
            Append(next.ResourceVersion, expected, next, request);
        }
        Wake();
        return true;
    }

    /// <summary>Removes an object, unless another write came between.</summary>
    /// <param name="expected">The state that was found.</param>
    /// <param name="request">The number in the ledger of the request that does it.</param>
    public bool TryRemove(StoredObject expected, long request = -1)
    {
        lock (revisions.Gate)
        {
            if (!ReferenceEquals(_objects.Find(expected.Key), expected)) return false;
            _objects.Remove(expected.Key);
            Append(revisions.Advance(), expected, null, request);
        }
        Wake();
        return true;
    }

    /// <summary>The objects as they were at a revision, or null when the history does not reach back to it.</summary>
    public ObjectSnapshot? SnapshotAt(long resourceVersion)
    {
        lock (revisions.Gate)
        {
            if (resourceVersion < _history.CompactedThrough) return null;
            var from = _history.SequenceAfter(resourceVersion);
            if (from == _history.Next) return _objects.Snapshot();
            var past = _objects.Fork();
            for (var i = _history.Next - 1; i >= from; i--)
            {
                var change = _history.Read(i)!;
                if (change.Previous is { } before) past.Set(before);
                else past.Remove(change.Current!.Key);
            }
            return past.Snapshot();
        }
    }

    /// <summary>Where a watch from a resourceVersion begins, or -1 when its history is gone.</summary>
    public long SequenceAfter(long resourceVersion)
    {
        lock (revisions.Gate) return resourceVersion < _history.CompactedThrough ? -1 : _history.SequenceAfter(resourceVersion);
    }

    public void Subscribe(WatchSignal signal)
    {
        lock (revisions.Gate) _signals = [.. _signals, signal];
    }

    public void Unsubscribe(WatchSignal signal)
    {
        lock (revisions.Gate) _signals = [.. _signals.Where(s => s != signal)];
    }

    /// <summary>Changes when all watches that are open have to end.</summary>
    public int WatchEpoch => Volatile.Read(ref _watchEpoch);

    /// <summary>Ends the watches once they have delivered what has happened.</summary>
    public void EndWatches()
    {
        Interlocked.Increment(ref _watchEpoch);
        Wake();
    }

    /// <summary>The watchers of the moment, for whoever looks after them.</summary>
    public IReadOnlyList<WatchSignal> Signals => _signals;

    /// <summary>Forgets the history: a watch or list from before is answered 410.</summary>
    /// <returns>The resourceVersion through which all is forgotten.</returns>
    public long Compact()
    {
        lock (revisions.Gate)
        {
            _history.Compact(revisions.Current);
            return revisions.Current;
        }
    }

    /// <summary>Whether the history reaches back so far that <see cref="GoBack"/> can.</summary>
    public bool CanGoBack(long resourceVersion)
    {
        lock (revisions.Gate) return resourceVersion >= _history.CompactedThrough;
    }

    /// <summary>Makes the objects what they were at a revision, without an event; what came after is forgotten. The lock is held, and the counter is the caller's.</summary>
    public void GoBack(long resourceVersion)
    {
        for (var i = _history.Next - 1; i >= _history.First; i--)
        {
            var change = _history.Read(i)!;
            if (change.ResourceVersion <= resourceVersion) break;
            if (change.Previous is { } before) _objects.Set(before);
            else _objects.Remove(change.Current!.Key);
        }
        _history.Compact(resourceVersion);
    }

    /// <summary>Enters a change into history and ledger; the lock is held.</summary>
    private void Append(long resourceVersion, StoredObject? previous, StoredObject? current, long request)
    {
        var change = new StoreEvent(_history.Next, resourceVersion, previous, current);
        Faults?.Decide(change);
        // The ledger first: a watcher may read the history the moment it is written.
        if (_events is not null)
        {
            var type = previous is null ? EventType.Added : current is null ? EventType.Deleted : EventType.Modified;
            revisions.Ledger!.Changed(_events, change, type, (current ?? previous)!.Key, request);
        }
        _history.Append(change);
    }

    private void Wake()
    {
        foreach (var signal in _signals) signal.Set();
    }
}
