namespace K8sScaleTest.Engine.Observers.Auditing;

/// <summary>
/// The objects of the scope as lists and events tell of them. It finds events that must have been and that nobody knows of: a modification of what was never added,
/// a second object under one name without the end of the first.
/// </summary>
internal sealed class ObjectHistory(WatchAudit audit)
{
    private readonly Dictionary<Guid, (ulong ResourceVersion, ulong SeenAt, string? Key)> _live = [];
    private readonly Dictionary<string, Guid> _names = [];
    private readonly List<ulong> _lists = [];
    private readonly List<(Guid Uid, string? Key, ulong ResourceVersion)> _listed = [];
    private readonly List<InferredEvent> _inferred = [];
    private AuditParticipant? _listing;

    /// <summary>Events that must have been and that nobody was delivered.</summary>
    public IReadOnlyList<InferredEvent> Inferred => _inferred;

    /// <summary>A participant begins a list. One list at a time is read for the audit: the others would say the same.</summary>
    public bool Begin(AuditParticipant participant)
    {
        if (_listing is not null && _listing != participant) return false;
        _listing = participant;
        _listed.Clear();
        return true;
    }

    public void Add(AuditParticipant participant, Guid uid, string? key, ulong resourceVersion)
    {
        if (_listing == participant && uid != Guid.Empty) _listed.Add((uid, key, resourceVersion));
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
            foreach (var (uid, key, version) in _listed) Keep(uid, key, version, resourceVersion);
        }
        else
        {
            foreach (var (uid, key, version) in _listed)
            {
                if (_live.TryGetValue(uid, out var live) && resourceVersion > live.SeenAt) _live[uid] = live with { SeenAt = resourceVersion };
                if (version > _lists[0] && !IsKnown(uid, version))
                    audit.Insert(new() { ResourceVersion = version, Uid = uid, Key = key, Proof = AuditProof.List }, null);
            }
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
        if (_lists.Count == 0 || entry.ResourceVersion <= _lists[0] || entry.Uid == Guid.Empty) return;
        var known = _live.TryGetValue(entry.Uid, out var last);
        if (known && entry.Kind == AuditEventKind.Added)
        {
            // It had moved out of the selector, or the object is another one of the same uid, which cannot be.
            _inferred.Add(new(AuditEventKind.Deleted, entry.Uid, entry.Key, last.SeenAt, entry.ResourceVersion));
        }
        else if (!known && entry.Kind is AuditEventKind.Modified or AuditEventKind.Deleted)
        {
            _inferred.Add(new(AuditEventKind.Added, entry.Uid, entry.Key, LastListBefore(entry.ResourceVersion), entry.ResourceVersion));
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

    private void Keep(Guid uid, string? key, ulong version, ulong seenAt)
    {
        if (key is not null && _names.TryGetValue(key, out var other) && other != uid && _live.TryGetValue(other, out var last) && last.SeenAt < version)
        {
            _inferred.Add(new(AuditEventKind.Deleted, other, key, last.SeenAt, version));
            _live.Remove(other);
        }

        _live[uid] = (version, Math.Max(version, seenAt), key);
        if (key is not null) _names[key] = uid;
    }

    private void Forget(Guid uid)
    {
        if (_live.Remove(uid, out var last) && last.Key is { } key && _names.TryGetValue(key, out var holder) && holder == uid) _names.Remove(key);
    }
}
