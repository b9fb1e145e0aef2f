using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Observers.Auditing;

/// <summary>
/// Audits watchers and informers of one scope (resource, namespace, selectors) against each other, against the writes that a driver had acknowledged, against
/// lists, and against the history of each object: which events were missed, doubled, out of order, or took the watch back.
/// </summary>
/// <remarks>
/// <para>An event is missed when a watch covered its resourceVersion without a break and did not deliver it: a watch that delivers an event or a bookmark says with it
/// that all before it has been delivered. What lies between the end of one watch and the list before the next is a gap, and legal.</para>
/// <para>An event of which nobody knows cannot be missed: a single watch of a server in which nobody writes by acknowledgement is audited by its own
/// order, its lists and the history of its objects alone.</para>
/// <para>Participants may be on any threads; each call takes a lock, so that watchers by the hundred hand over from the thread of their records.</para>
/// </remarks>
public sealed class WatchAudit
{
    /// <summary>Faults that are kept of each participant, beside their number.</summary>
    public const int MostFaults = 1000;

    // How often what is settled is taken over, in events; and how long an acknowledgement is waited for, in events.
    private const int TrimEvery = 1024;
    private const long LongestWait = 200_000;
    private readonly List<AuditParticipant> _participants = [];
    private readonly Dictionary<(ulong ResourceVersion, Guid Uid), string> _acknowledged = [];
    private readonly Dictionary<Guid, ulong> _written = [];
    private readonly Dictionary<Guid, PendingDelete> _deletes = [];
    private readonly List<PendingDelete> _unbounded = [];
    private readonly Dictionary<Guid, ulong> _deleted = [];
    private ulong _reached;
    private long _settled;
    private long _trimAt = TrimEvery;
    private readonly bool _driven;
    private (Guid Uid, ulong ResourceVersion)? _sentinel;

    /// <summary>An audit without participants.</summary>
    /// <param name="driven">Whether a driver's acknowledgements will come: events are then kept until they have been acknowledged, too.</param>
    public WatchAudit(bool driven = false)
    {
        _driven = driven;
        Objects = new(this);
    }

    internal Lock Gate { get; } = new();

    internal AuditKeys Keys { get; } = new();

    internal EventLedger Ledger { get; } = new();

    internal ObjectHistory Objects { get; }

    /// <summary>Adds a watcher or an informer.</summary>
    /// <param name="name">What tells it from the others.</param>
    public AuditParticipant Join(string name)
    {
        var participant = new AuditParticipant(this, name);
        lock (Gate) _participants.Add(participant);
        return participant;
    }

    /// <summary>Takes over what a driver's operation says: a write that succeeded, of an object in this scope.</summary>
    public void Acknowledge(in OperationRow row)
    {
        if (row.Outcome != Outcome.Succeeded || row.Phase == Phase.WarmUp || !Guid.TryParse(row.Uid, out var uid)) return;
        var key = row.Run.Namespace.Length == 0 ? row.Name : $"{row.Run.Namespace}/{row.Name}";
        if (row.Operation == OperationKind.Delete) AcknowledgeDelete(uid, key, row.Finished);
        else if (ulong.TryParse(row.ResourceVersion, out var version)) AcknowledgeWrite(uid, key, version, row.Launched);
    }

    /// <summary>A create or an update was acknowledged.</summary>
    /// <param name="uid">The object's uid.</param>
    /// <param name="key">Its namespace and name.</param>
    /// <param name="resourceVersion">What the write made of it.</param>
    /// <param name="launched">When the write was launched, in ticks.</param>
    public void AcknowledgeWrite(Guid uid, string key, ulong resourceVersion, long launched)
    {
        lock (Gate)
        {
            _written[uid] = Math.Max(resourceVersion, _written.GetValueOrDefault(uid));
            Bound(resourceVersion, launched);
            var number = Ledger.Find(resourceVersion, uid);
            if (number >= 0) Ledger[number].Acknowledged = true;
            else if (resourceVersion > Ledger.UnacknowledgedThrough) _acknowledged[(resourceVersion, uid)] = key; // else it may have been delivered, and dropped
        }
    }

    /// <summary>A delete was acknowledged.</summary>
    /// <param name="uid">The object's uid.</param>
    /// <param name="key">Its namespace and name.</param>
    /// <param name="finished">When its response had been read, in ticks.</param>
    public void AcknowledgeDelete(Guid uid, string key, long finished)
    {
        lock (Gate)
        {
            _written.Remove(uid, out var last);
            if (_deleted.Remove(uid, out var delivered))
            {
                var number = Ledger.Find(delivered, uid);
                if (number >= 0) Ledger[number].Acknowledged = true;
                return;
            }

            var pending = new PendingDelete { Uid = uid, Key = key, Finished = finished, After = last };
            _deletes[uid] = pending;
            _unbounded.Add(pending);
        }
    }

    /// <summary>
    /// The driver's last write, which ends the horizon: all that was acknowledged before its launch must have been delivered when its event arrives.
    /// </summary>
    /// <param name="uid">Its object's uid.</param>
    /// <param name="key">Its object's namespace and name.</param>
    /// <param name="resourceVersion">What the write made of it.</param>
    /// <param name="launched">When it was launched, in ticks.</param>
    public void Sentinel(Guid uid, string key, ulong resourceVersion, long launched)
    {
        lock (Gate) _sentinel = (uid, resourceVersion);
        AcknowledgeWrite(uid, key, resourceVersion, launched);
    }

    /// <summary>Whether every participant that has begun has come to the sentinel.</summary>
    public bool SentinelReached
    {
        get
        {
            lock (Gate) return _sentinel is { } sentinel && _participants.TrueForAll(each => !each.Began || each.Through >= sentinel.ResourceVersion);
        }
    }

    /// <summary>What was found of each participant, up to now. It may be asked once, when all have ended.</summary>
    public IReadOnlyList<AuditResult> Conclude()
    {
        lock (Gate)
        {
            // What was acknowledged and nobody was delivered.
            foreach (var ((version, uid), key) in _acknowledged.ToList())
                Insert(new() { ResourceVersion = version, Uid = uid, Key = AuditKey.Of(key), Acknowledged = true, Proof = AuditProof.Acknowledgement }, null);
            for (; _settled < Ledger.End; _settled++) Objects.Settle(Ledger[_settled]);
            return [.. _participants.Select(Conclude)];
        }
    }

    /// <summary>Somebody has come to a resourceVersion.</summary>
    internal void Reached(ulong resourceVersion)
    {
        if (resourceVersion > _reached) _reached = resourceVersion;
    }

    /// <summary>A delete was delivered; returns whether the driver had it acknowledged before.</summary>
    internal bool Deleted(Guid uid, ulong resourceVersion)
    {
        if (_deletes.Remove(uid)) return true;
        if (_driven) _deleted[uid] = resourceVersion;
        return false;
    }

    /// <summary>Adds an event that nobody knew of before.</summary>
    /// <param name="entry">The event.</param>
    /// <param name="deliveredTo">Who was just delivered it; null where nobody was.</param>
    internal void Insert(LedgerEntry entry, AuditParticipant? deliveredTo)
    {
        if (_acknowledged.Remove((entry.ResourceVersion, entry.Uid))) entry.Acknowledged = true;
        var number = Ledger.Insert(entry);
        if (number < _settled)
        {
            _settled++;
            Objects.InsertedLate(entry);
        }

        if (entry.ResourceVersion <= _reached)
        {
            foreach (var participant in _participants)
            {
                if (participant != deliveredTo) participant.Inserted(number, entry);
            }
        }

        if (Ledger.End >= _trimAt) Trim();
    }

    private AuditResult Conclude(AuditParticipant participant)
    {
        long missed = 0;
        long undecided = 0;
        foreach (var each in Objects.Inferred)
        {
            // It lies before the event that tells of it.
            if (_deletes.ContainsKey(each.Uid) || !participant.Covers(each.After, each.Before)) continue;
            missed++;
            participant.ReportMissed(each.Kind, each.Key, each.Uid, each.Before, AuditProof.History);
        }

        foreach (var each in _deletes.Values)
        {
            if (each.Before == 0 || participant.Through < each.Before) continue;
            if (!participant.Covers(Math.Max(each.After, Objects.SeenAt(each.Uid)), each.Before))
            {
                undecided++;
                continue;
            }

            missed++;
            participant.ReportMissed(AuditEventKind.Deleted, each.Key, each.Uid, each.Before, AuditProof.Acknowledgement);
        }

        return participant.Conclude(missed, undecided, _sentinel);
    }

    /// <summary>A write that was launched after a delete was acknowledged came after it.</summary>
    private void Bound(ulong resourceVersion, long launched)
    {
        for (var i = _unbounded.Count - 1; i >= 0; i--)
        {
            var pending = _unbounded[i];
            if (launched <= pending.Finished) continue;
            pending.Before = resourceVersion;
            _unbounded.RemoveAt(i);
        }
    }

    /// <summary>Takes over what all participants have passed, and drops what nobody will ask for.</summary>
    private void Trim()
    {
        _trimAt = Ledger.End + TrimEvery;
        if (!Objects.Began)
        {
            // Taken over before it is known what there was, they would be lost on the history.
            if (Ledger.End - Ledger.First <= LongestWait) return;
            Objects.GiveUp();
        }

        var passed = Ledger.End;
        foreach (var participant in _participants)
        {
            if (participant.Began) passed = Math.Min(passed, participant.Next);
        }

        for (; _settled < passed; _settled++) Objects.Settle(Ledger[_settled]);
        while (Ledger.First < _settled && (!_driven || Ledger[Ledger.First].Acknowledged || Ledger.End - Ledger.First > LongestWait))
        {
            // An earlier event of the object says nothing of its delete, whose acknowledgement may be on its way.
            ref var first = ref Ledger[Ledger.First];
            if (_deleted.TryGetValue(first.Uid, out var deleted) && deleted == first.ResourceVersion) _deleted.Remove(first.Uid);
            Ledger.DropFirst();
        }
    }
}
