namespace K8sScaleTest.LocalApi.Storage;

/// <summary>The objects of one resource with their history and watchers. No lock is held while anything is written to a connection.</summary>
internal sealed class ObjectStore(RevisionCounter revisions, int history)
{
    private readonly ObjectTree _objects = new();
    private readonly EventHistory _history = new(history, revisions.Current);
    private volatile WatchSignal[] _signals = [];

    public EventHistory History => _history;

    public RevisionCounter Revisions => revisions;

    public int Count => _objects.Count;

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
    public bool TryCreate(StoredObject created)
    {
        lock (revisions.Gate)
        {
            if (_objects.Find(created.Key) is not null) return false;
            created.Commit(revisions.Advance());
            _objects.Set(created);
            _history.Append(created.ResourceVersion, null, created);
        }
        Wake();
        return true;
    }

    /// <summary>Replaces a state by the next, unless another write came between.</summary>
    public bool TryReplace(StoredObject expected, StoredObject next)
    {
        lock (revisions.Gate)
        {
            if (!ReferenceEquals(_objects.Find(expected.Key), expected)) return false;
            next.Commit(revisions.Advance());
            _objects.Set(next);
            _history.Append(next.ResourceVersion, expected, next);
        }
        Wake();
        return true;
    }

    /// <summary>Removes an object, unless another write came between.</summary>
    public bool TryRemove(StoredObject expected)
    {
        lock (revisions.Gate)
        {
            if (!ReferenceEquals(_objects.Find(expected.Key), expected)) return false;
            _objects.Remove(expected.Key);
            _history.Append(revisions.Advance(), expected, null);
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

    /// <summary>The watchers of the moment, for whoever looks after them.</summary>
    public IReadOnlyList<WatchSignal> Signals => _signals;

    private void Wake()
    {
        foreach (var signal in _signals) signal.Set();
    }
}
