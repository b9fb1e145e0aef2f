using System.Runtime.InteropServices;

namespace K8sScaleTest.Engine.Observers.Auditing;

/// <summary>
/// The objects of the scope as lists and events tell of them. It finds events that must have been and that nobody knows of: a modification of what was never added,
/// a second object under one name without the end of the first.
/// </summary>
/// <remarks>Of each object that lives a uid and three numbers are kept, and no text: names stand as hashes.</remarks>
internal sealed class ObjectHistory(WatchAudit audit)
{
    private readonly Dictionary<Guid, (ulong ResourceVersion, ulong SeenAt, ulong Name)> _live = [];
    private readonly Dictionary<ulong, Guid> _names = [];
    private readonly List<ulong> _lists = [];
    private readonly List<(Guid Uid, AuditKey Key, ulong ResourceVersion)> _listed = [];
    private readonly List<InferredEvent> _inferred = [];
    private AuditParticipant? _listing;
    private ulong _settledThrough;
    private bool _givenUp;

    /// <summary>Events that must have been and that nobody was delivered.</summary>
    public IReadOnlyList<InferredEvent> Inferred => _inferred;

    /// <summary>Whether it knows what there was, so that events may be taken over.</summary>
    public bool Began => _lists.Count > 0 || _givenUp;

    /// <summary>No list came: there will be no history.</summary>
    public void GiveUp() => _givenUp = _lists.Count == 0;

    /// <summary>A participant begins a list. One list at a time is read for the audit: the others would say the same.</summary>
    public bool Begin(AuditParticipant participant)
    {
        if (_givenUp || (_listing is not null && _listing != participant)) return false;
        _listing = participant;
        _listed.Clear();
        return true;
    }

    public void Add(AuditParticipant participant, Guid uid, ReadOnlySpan<byte> key, ulong resourceVersion)
    {
        if (_listing != participant || uid == Guid.Empty) return;

        // A text is made of a key only where the list may be the first to tell of its object.
        var name = _lists.Count == 0 || IsKnown(uid, resourceVersion) ? new AuditKey(AuditKey.HashOf(key), null) : audit.Keys.Of(key);
        _listed.Add((uid, name, resourceVersion));
    }

    public void Abandon(AuditParticipant participant)
    {
        if (_listing == participant) _listing = null;
    }

    /// <summary>The list is whole: the first tells what there is; later ones bear witness to the writes that made what they hold.</summary>
    public void Complete(AuditParticipant participant, ulong resourceVersion)
    {
        if (_listing != participant) return;
        _listing = null;
        if (_lists.Count == 0)
        {
            _live.EnsureCapacity(_listed.Count);
            _names.EnsureCapacity(_listed.Count);
            foreach (var (uid, key, version) in _listed) Keep(uid, key, version, resourceVersion);
        }
        else
        {
            foreach (var (uid, key, version) in _listed) Witness(uid, key, version, resourceVersion);
        }

        _lists.Add(resourceVersion);
        _listed.Clear();
        _listed.TrimExcess();
    }

    /// <summary>The last resourceVersion at which an object is known to have been there; 0 where that is not known.</summary>
    public ulong SeenAt(Guid uid) => _live.TryGetValue(uid, out var live) ? live.SeenAt : 0;

    /// <summary>Takes over the next event in the order of resourceVersions.</summary>
    public void Settle(in LedgerEntry entry)
    {
        _settledThrough = Math.Max(_settledThrough, entry.ResourceVersion);
        if (_lists.Count == 0 || entry.ResourceVersion <= _lists[0] || entry.Uid == Guid.Empty) return;
        var known = _live.TryGetValue(entry.Uid, out var last);
        if (known && entry.Kind == AuditEventKind.Added)
        {
            // It had moved out of the selector, or the object is another one of the same uid, which cannot be.
            _inferred.Add(new(AuditEventKind.Deleted, entry.Uid, entry.Key.Text, last.SeenAt, entry.ResourceVersion));
        }
        else if (!known && entry.Kind is AuditEventKind.Modified or AuditEventKind.Deleted)
        {
            _inferred.Add(new(AuditEventKind.Added, entry.Uid, entry.Key.Text, LastListBefore(entry.ResourceVersion), entry.ResourceVersion));
        }

        if (entry.Kind == AuditEventKind.Deleted) Forget(entry.Uid);
        else Keep(entry.Uid, entry.Key, entry.ResourceVersion, last.SeenAt);
    }

    /// <summary>An event came to be known after its moment had been taken over.</summary>
    public void InsertedLate(in LedgerEntry entry)
    {
        var (uid, version) = (entry.Uid, entry.ResourceVersion);
        _inferred.RemoveAll(each => each.Uid == uid && version > each.After && version < each.Before);
        if (_live.TryGetValue(uid, out var last) && last.ResourceVersion < version)
        {
            if (entry.Kind == AuditEventKind.Deleted) Forget(uid);
            else Keep(uid, entry.Key, version, last.SeenAt);
        }
    }

    /// <summary>A list holds an object in this version: somebody made it so.</summary>
    private void Witness(Guid uid, AuditKey key, ulong version, ulong listed)
    {
        var isLive = _live.TryGetValue(uid, out var live);
        if (isLive && listed > live.SeenAt) _live[uid] = live with { SeenAt = listed };
        if (version <= _lists[0] || IsKnown(uid, version)) return;

        // What is taken over already goes beyond the list: its object may have been known, and have gone since.
        if (!isLive && _settledThrough > listed) return;
        audit.Insert(new() { ResourceVersion = version, Uid = uid, Key = key, Proof = AuditProof.List }, null);
    }

    private bool IsKnown(Guid uid, ulong version) =>
        audit.Ledger.Find(version, uid) >= 0 || (_live.TryGetValue(uid, out var last) && last.ResourceVersion >= version);

    private ulong LastListBefore(ulong resourceVersion)
    {
        ulong last = 0;
        foreach (var list in _lists)
        {
            if (list < resourceVersion && list > last) last = list;
        }

        return last;
    }

    private void Keep(Guid uid, AuditKey key, ulong version, ulong seenAt)
    {
        if (key.Hash != 0)
        {
            ref var holder = ref CollectionsMarshal.GetValueRefOrAddDefault(_names, key.Hash, out var held);
            if (held && holder != uid && _live.TryGetValue(holder, out var last) && last.SeenAt < version)
            {
                _inferred.Add(new(AuditEventKind.Deleted, holder, key.Text, last.SeenAt, version));
                _live.Remove(holder);
            }

            holder = uid;
        }

        _live[uid] = (version, Math.Max(version, seenAt), key.Hash);
    }

    private void Forget(Guid uid)
    {
        if (_live.Remove(uid, out var last) && last.Name != 0 && _names.TryGetValue(last.Name, out var holder) && holder == uid) _names.Remove(last.Name);
    }
}
