using System.Diagnostics;

namespace K8sScaleTest.Engine.Observers.Auditing;

/// <summary>
/// One watcher or informer under audit. It says what it was given, in the order in which it was given it; any thread, one at a time.
/// </summary>
public sealed class AuditParticipant
{
    private readonly WatchAudit _audit;
    private readonly List<AuditGap> _gaps = [];
    private readonly List<AuditFault> _faults = [];

    // As they were then: when they are reported the ledger may have dropped them.
    private readonly Dictionary<(ulong ResourceVersion, Guid Uid), LedgerEntry> _skipped = [];
    private ulong _from;
    private ulong _watchedFrom;
    private ulong _watchedThrough;
    private long _lastWord;
    private long _watchEnded;
    private long _events;
    private int _watches;
    private int _lists;
    private long _duplicated;
    private long _outOfOrder;
    private long _regressed;
    private long _eventsInGaps;

    internal AuditParticipant(WatchAudit audit, string name)
    {
        _audit = audit;
        Name = name;
    }

    /// <summary>What tells it from the others.</summary>
    public string Name { get; }

    /// <summary>How far it has come, by an event, a bookmark or a list.</summary>
    public ulong Through { get; private set; }

    /// <summary>Whether it has had a list, from which it is audited.</summary>
    internal bool Began => _from != 0;

    /// <summary>The number in the ledger of the first event that it has not come to.</summary>
    internal long Next { get; set; }

    /// <summary>A list begins (or the initial events of a WatchList).</summary>
    /// <returns>Whether the audit wants to know of its objects: not of those that many participants get at once.</returns>
    public bool ListBegan()
    {
        lock (_audit.Gate) return _audit.Objects.Begin(this);
    }

    /// <summary>An object of the list.</summary>
    public void Listed(Guid uid, ReadOnlySpan<byte> key, ulong resourceVersion)
    {
        lock (_audit.Gate) _audit.Objects.Add(this, uid, key, resourceVersion);
    }

    /// <summary>The list failed before its end: it says nothing.</summary>
    public void ListFailed()
    {
        lock (_audit.Gate) _audit.Objects.Abandon(this);
    }

    /// <summary>The list is whole.</summary>
    /// <param name="resourceVersion">Its resourceVersion.</param>
    /// <param name="ended">When it was whole, in ticks.</param>
    public void ListEnded(ulong resourceVersion, long ended)
    {
        lock (_audit.Gate)
        {
            _lists++;
            if (_from == 0)
            {
                _from = Through = resourceVersion;
                Next = _audit.Ledger.After(resourceVersion);
                _audit.Reached(resourceVersion);
            }
            else if (resourceVersion < Through)
            {
                _regressed++;
                Report(AuditFaultKind.Regressed, AuditEventKind.Position, null, Guid.Empty, resourceVersion, AuditProof.Delivery);
            }
            else
            {
                SkipTo(resourceVersion, ended);
            }

            _lastWord = ended;
            _audit.Objects.Complete(this, resourceVersion);
        }
    }

    /// <summary>A watch was accepted.</summary>
    /// <param name="resourceVersion">After which resourceVersion it was asked to begin.</param>
    /// <param name="opened">When, in ticks.</param>
    public void WatchOpened(ulong resourceVersion, long opened)
    {
        lock (_audit.Gate)
        {
            _watches++;
            _watchedFrom = _watchedThrough = resourceVersion;
            if (resourceVersion > Through) SkipTo(resourceVersion, opened);
        }
    }

    /// <summary>A watch that had been accepted has ended.</summary>
    /// <param name="ended">When, in ticks.</param>
    public void WatchEnded(long ended)
    {
        lock (_audit.Gate) _watchEnded = ended;
    }

    /// <summary>A bookmark: all up to it has been delivered.</summary>
    public void Bookmark(ulong resourceVersion, long received)
    {
        lock (_audit.Gate)
        {
            if (resourceVersion < _watchedThrough)
            {
                _regressed++;
                Report(AuditFaultKind.Regressed, AuditEventKind.Position, null, Guid.Empty, resourceVersion, AuditProof.Delivery);
                return;
            }

            _watchedThrough = resourceVersion;
            _lastWord = received;
            if (resourceVersion <= Through) return;
            Pass(resourceVersion, Guid.Empty);
            _audit.Reached(resourceVersion);
        }
    }

    /// <summary>An event.</summary>
    /// <param name="kind">ADDED, MODIFIED or DELETED.</param>
    /// <param name="uid">Its object's uid.</param>
    /// <param name="key">Its object's namespace and name (UTF-8).</param>
    /// <param name="resourceVersion">Its resourceVersion.</param>
    /// <param name="received">When it was received, in ticks.</param>
    public void Event(AuditEventKind kind, Guid uid, ReadOnlySpan<byte> key, ulong resourceVersion, long received)
    {
        lock (_audit.Gate)
        {
            _events++;
            _lastWord = received;
            var acknowledged = kind == AuditEventKind.Deleted && _audit.Deleted(uid, resourceVersion);
            var entry = new LedgerEntry { ResourceVersion = resourceVersion, Uid = uid, Kind = kind, Proof = AuditProof.OtherParticipant, Acknowledged = acknowledged };
            if (resourceVersion > _watchedThrough)
            {
                var replayed = resourceVersion <= Through;
                _watchedThrough = resourceVersion;
                if (replayed) Replay(entry, key);
                else Deliver(entry, key);
            }
            else
            {
                DeliverLate(entry, key);
            }
        }
    }

    /// <summary>Whether its watches have covered a resourceVersion, and it has come to it.</summary>
    internal bool Covers(ulong resourceVersion) => Covers(resourceVersion - 1, resourceVersion);

    /// <summary>Whether its watches have covered all resourceVersions after one through another.</summary>
    internal bool Covers(ulong after, ulong through)
    {
        if (_from == 0 || after < _from || through > Through) return false;
        foreach (var gap in _gaps)
        {
            if (after < gap.Through && through > gap.After) return false;
        }

        return true;
    }

    /// <summary>Somebody knows of an event only now that this participant has passed without it, or is yet to come to.</summary>
    internal void Inserted(long number, in LedgerEntry entry)
    {
        if (_from == 0 || entry.ResourceVersion > Through)
        {
            if (Next > number) Next++;
            return;
        }

        Next++;
        if (Covers(entry.ResourceVersion)) _skipped[(entry.ResourceVersion, entry.Uid)] = entry;
        else if (entry.ResourceVersion > _from) _eventsInGaps++;
    }

    internal void ReportMissed(AuditEventKind kind, string? key, Guid uid, ulong resourceVersion, AuditProof proof) =>
        Report(AuditFaultKind.Missed, kind, key, uid, resourceVersion, proof);

    internal AuditResult Conclude(long missedBesides, long undecided, (Guid Uid, ulong ResourceVersion)? sentinel)
    {
        foreach (var ((resourceVersion, uid), skipped) in _skipped.OrderBy(each => each.Key.ResourceVersion))
        {
            var number = _audit.Ledger.Find(resourceVersion, uid);
            var entry = number < 0 ? skipped : _audit.Ledger[number];
            Report(AuditFaultKind.Missed, entry.Kind, entry.Key.Text, uid, resourceVersion, entry.Acknowledged ? AuditProof.Acknowledgement : entry.Proof);
        }

        return new()
        {
            Participant = Name,
            From = _from,
            Through = Through,
            SentinelArrived = sentinel is { } last ? Arrived(last) : null,
            Events = _events,
            Watches = _watches,
            Lists = _lists,
            Missed = _skipped.Count + missedBesides,
            Duplicated = _duplicated,
            OutOfOrder = _outOfOrder,
            Regressed = _regressed,
            Gaps = [.. _gaps],
            EventsInGaps = _eventsInGaps,
            Undecided = undecided,
            Silence = Stopwatch.GetElapsedTime(_lastWord, Math.Max(_lastWord, _watchEnded)),
            Faults = [.. _faults],
        };
    }

    /// <summary>Its event may have come before its acknowledgement told who it is: what was covered and not skipped was delivered.</summary>
    private bool Arrived((Guid Uid, ulong ResourceVersion) sentinel) => Covers(sentinel.ResourceVersion) && !_skipped.ContainsKey((sentinel.ResourceVersion, sentinel.Uid));

    private void Deliver(in LedgerEntry entry, ReadOnlySpan<byte> key)
    {
        var (resourceVersion, uid) = (entry.ResourceVersion, entry.Uid);
        Pass(resourceVersion, uid);
        var number = _audit.Ledger.Find(resourceVersion, uid);
        if (number < 0)
        {
            _audit.Insert(entry with { Key = _audit.Keys.Of(key) }, this);
            Next = _audit.Ledger.After(resourceVersion);
        }
        else if (_audit.Ledger[number].Kind == AuditEventKind.Unknown)
        {
            _audit.Ledger[number].Kind = entry.Kind;
        }

        // Only now: whoever had come this far before had passed without it.
        _audit.Reached(resourceVersion);
    }

    /// <summary>An event that does not go beyond what this watch has delivered.</summary>
    private void DeliverLate(in LedgerEntry entry, ReadOnlySpan<byte> key)
    {
        var (resourceVersion, uid) = (entry.ResourceVersion, entry.Uid);
        var known = _audit.Ledger.Find(resourceVersion, uid) >= 0;
        AuditFaultKind fault;
        if (_skipped.Remove((resourceVersion, uid)))
        {
            // Several objects deleted at once share a resourceVersion, in any order.
            if (resourceVersion == _watchedThrough) return;
            fault = AuditFaultKind.OutOfOrder;
        }
        else if ((known || resourceVersion <= _audit.Ledger.DroppedThrough) && Covers(resourceVersion))
        {
            fault = AuditFaultKind.Duplicated;
        }
        else if (!known && resourceVersion == _watchedThrough && uid != Guid.Empty)
        {
            _audit.Insert(entry with { Key = _audit.Keys.Of(key) }, this);
            Next = _audit.Ledger.After(resourceVersion);
            return;
        }
        else if (resourceVersion <= _watchedFrom)
        {
            fault = AuditFaultKind.Regressed;
        }
        else
        {
            fault = AuditFaultKind.OutOfOrder;
            if (!known) _audit.Insert(entry with { Key = _audit.Keys.Of(key) }, this);
            Next = _audit.Ledger.After(Through);
        }

        switch (fault)
        {
            case AuditFaultKind.Duplicated: _duplicated++; break;
            case AuditFaultKind.OutOfOrder: _outOfOrder++; break;
            default: _regressed++; break;
        }

        Report(fault, entry.Kind, _audit.Keys.Of(key).Text, uid, resourceVersion, AuditProof.Delivery);
    }

    /// <summary>An event from before where this participant has come to, which its watch was asked for again.</summary>
    private void Replay(in LedgerEntry entry, ReadOnlySpan<byte> key)
    {
        var (resourceVersion, uid) = (entry.ResourceVersion, entry.Uid);
        _skipped.Remove((resourceVersion, uid));
        if (_audit.Ledger.Find(resourceVersion, uid) >= 0 || resourceVersion <= _audit.Ledger.DroppedThrough) return;
        _audit.Insert(entry with { Key = _audit.Keys.Of(key) }, this);
        Next = _audit.Ledger.After(Through);
    }

    /// <summary>Comes to a resourceVersion by a word of the watch: what is known of before it, and was not delivered, has been skipped.</summary>
    private void Pass(ulong resourceVersion, Guid uid)
    {
        var ledger = _audit.Ledger;
        for (; Next < ledger.End; Next++)
        {
            ref var passed = ref ledger[Next];
            if (passed.ResourceVersion > resourceVersion) break;
            if (!passed.Is(resourceVersion, uid)) _skipped[(passed.ResourceVersion, passed.Uid)] = passed;
        }

        Through = resourceVersion;
    }

    /// <summary>Comes to a resourceVersion that no watch covered the way to.</summary>
    private void SkipTo(ulong resourceVersion, long now)
    {
        if (resourceVersion == Through) return;
        _gaps.Add(new(Through, resourceVersion, now - _lastWord));
        var next = _audit.Ledger.After(resourceVersion);
        _eventsInGaps += next - Next;
        Next = next;
        Through = resourceVersion;
        _audit.Reached(resourceVersion);
    }

    private void Report(AuditFaultKind kind, AuditEventKind what, string? key, Guid uid, ulong resourceVersion, AuditProof proof)
    {
        if (_faults.Count < WatchAudit.MostFaults) _faults.Add(new(Name, kind, what, key, uid, resourceVersion, proof));
    }
}
