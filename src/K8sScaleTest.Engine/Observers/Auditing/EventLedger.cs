namespace K8sScaleTest.Engine.Observers.Auditing;

/// <summary>
/// All events of one scope that anybody knows of, in the order of their resourceVersions. Entries have numbers that grow with that order; those that nobody will
/// ask for any more are dropped from the front.
/// </summary>
/// <remarks>Kubernetes orders the events of one resource by resourceVersion. Two may share one, where etcd deletes several objects at once.</remarks>
internal sealed class EventLedger
{
    private LedgerEntry[] _entries = new LedgerEntry[256];
    private int _start;
    private int _count;

    /// <summary>The number of the first entry that is still there.</summary>
    public long First { get; private set; }

    /// <summary>The number that the next entry at the end will have.</summary>
    public long End => First + _count;

    /// <summary>Of all that was dropped, the highest resourceVersion; 0 before.</summary>
    public ulong DroppedThrough { get; private set; }

    /// <summary>Of all that was dropped before the driver had acknowledged it, the highest resourceVersion; 0 before.</summary>
    public ulong UnacknowledgedThrough { get; private set; }

    public ref LedgerEntry this[long number] => ref _entries[_start + (int)(number - First)];

    /// <summary>The number of the first entry with a higher resourceVersion.</summary>
    public long After(ulong resourceVersion)
    {
        if (_count == 0 || this[End - 1].ResourceVersion <= resourceVersion) return End;
        var (low, high) = (First, End - 1);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (this[middle].ResourceVersion > resourceVersion) high = middle;
            else low = middle + 1;
        }

        return low;
    }

    /// <summary>The number of an event; -1 where it is not there.</summary>
    public long Find(ulong resourceVersion, Guid uid)
    {
        for (var number = After(resourceVersion) - 1; number >= First && this[number].ResourceVersion == resourceVersion; number--)
        {
            if (this[number].Uid == uid) return number;
        }

        return -1;
    }

    /// <summary>Adds an event behind all that are not later; returns its number. The numbers of later ones grow by one.</summary>
    public long Insert(in LedgerEntry entry)
    {
        if (_start + _count == _entries.Length) MakeRoom();
        var number = After(entry.ResourceVersion);
        var at = _start + (int)(number - First);
        _entries.AsSpan(at, (int)(End - number)).CopyTo(_entries.AsSpan(at + 1));
        _entries[at] = entry;
        _count++;
        return number;
    }

    /// <summary>Drops the first entry.</summary>
    public void DropFirst()
    {
        ref var first = ref _entries[_start];
        DroppedThrough = Math.Max(DroppedThrough, first.ResourceVersion);
        if (!first.Acknowledged) UnacknowledgedThrough = Math.Max(UnacknowledgedThrough, first.ResourceVersion);
        _entries[_start] = default;
        _start++;
        _count--;
        First++;
    }

    private void MakeRoom()
    {
        var target = _count > _entries.Length / 2 ? new LedgerEntry[_entries.Length * 2] : _entries;
        _entries.AsSpan(_start, _count).CopyTo(target);
        if (ReferenceEquals(target, _entries)) Array.Clear(_entries, _count, _start);
        _entries = target;
        _start = 0;
    }
}
