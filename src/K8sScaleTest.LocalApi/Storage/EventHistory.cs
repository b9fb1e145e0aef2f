namespace K8sScaleTest.LocalApi.Storage;

/// <summary>
/// The last events of one resource: a ring that one writer fills under the store's lock and any number of watchers read without one.
/// </summary>
/// <remarks>A watcher that falls further behind than the ring is long finds its next event overwritten, and is cut off: that is what bounds it.</remarks>
internal sealed class EventHistory
{
    private readonly int _capacity;
    private StoreEvent?[] _ring;
    private long _next;
    private long _first;

    /// <param name="capacity">Events that are kept.</param>
    /// <param name="begin">The revision at which it begins: what was before is unknown.</param>
    public EventHistory(int capacity, long begin)
    {
        CompactedThrough = begin;
        _capacity = capacity;
        _ring = new StoreEvent?[Math.Min(64, capacity)];
    }

    /// <summary>Sequence of the next event.</summary>
    public long Next => Volatile.Read(ref _next);

    /// <summary>Sequence of the oldest event still there.</summary>
    public long First => Volatile.Read(ref _first);

    /// <summary>Events after this resourceVersion are all there; a watch from an older one is answered 410.</summary>
    public long CompactedThrough { get; private set; }

    /// <summary>Appends; the store's lock is held.</summary>
    public void Append(StoreEvent change)
    {
        var ring = _ring;
        if (_next - _first == ring.Length)
        {
            if (ring.Length < _capacity) ring = Grow();
            else Forget(_first + 1);
        }
        Volatile.Write(ref ring[_next % ring.Length], change);
        Volatile.Write(ref _next, _next + 1);
    }

    /// <summary>Forgets what lies before a sequence; the store's lock is held.</summary>
    public void Forget(long before)
    {
        before = Math.Min(before, _next);
        for (var i = _first; i < before; i++)
        {
            ref var slot = ref _ring[i % _ring.Length];
            CompactedThrough = slot!.ResourceVersion;
            Volatile.Write(ref slot, null);
        }
        if (before > _first) Volatile.Write(ref _first, before);
    }

    /// <summary>Forgets everything: only a watch from this resourceVersion or a later one is served. The store's lock is held.</summary>
    public void Compact(long through)
    {
        Forget(_next);
        CompactedThrough = through;
    }

    /// <summary>The event with this sequence; null when it is not there yet or not any more.</summary>
    public StoreEvent? Read(long sequence)
    {
        var ring = Volatile.Read(ref _ring);
        var found = Volatile.Read(ref ring[sequence % ring.Length]);
        return found?.Sequence == sequence ? found : null;
    }

    /// <summary>Sequence of the first event after a resourceVersion; the store's lock is held.</summary>
    public long SequenceAfter(long resourceVersion)
    {
        long low = _first, high = _next;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_ring[middle % _ring.Length]!.ResourceVersion <= resourceVersion) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private StoreEvent?[] Grow()
    {
        var bigger = new StoreEvent?[Math.Min(_capacity, _ring.Length * 4)];
        for (var i = _first; i < _next; i++) bigger[i % bigger.Length] = _ring[i % _ring.Length];
        Volatile.Write(ref _ring, bigger);
        return bigger;
    }
}
