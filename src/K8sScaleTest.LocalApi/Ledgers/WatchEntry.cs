using System.Diagnostics;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Resources;

namespace K8sScaleTest.LocalApi.Ledgers;

/// <summary>
/// What the ledger knows of a watch. It looks at the events of its resource one by one, without a gap: each is delivered (a bit that is set), left out by the
/// selector (a bit that is not), or has a note. So a thousand watchers cost a bit per event and watcher, not an entry.
/// </summary>
internal sealed class WatchEntry
{
    private const int ChunkBits = 4096;
    private readonly Ledger _ledger;
    private readonly ulong[]?[] _chunks;
    private long _examined;
    private long _flushed;
    private long _delivered;
    private long _filtered;
    private long _flushes;
    private long _held = -1;
    private long _lastFlush;
    private bool _noted;
    private ushort[] _faults = [];

    public WatchEntry(Ledger ledger, int number, long request, ApiRequest from)
    {
        _ledger = ledger;
        Number = number;
        Request = request;
        Resource = from.Resource;
        Namespace = from.Namespace;
        Name = from.Name;
        LabelSelector = from.Query["labelSelector"] ?? "";
        FieldSelector = from.Query["fieldSelector"] ?? "";
        UserAgent = from.Http.Request.Headers.UserAgent.ToString();
        Started = Stopwatch.GetTimestamp();
        _chunks = new ulong[]?[(ledger.Size + ChunkBits - 1) / ChunkBits + 1];
    }

    public int Number { get; }

    /// <summary>The number of its request.</summary>
    public long Request { get; }

    public ResourceType Resource { get; }

    public string Namespace { get; }

    public string Name { get; }

    public string LabelSelector { get; }

    public string FieldSelector { get; }

    public string UserAgent { get; }

    public long Started { get; }

    /// <summary>The resourceVersion that it began after.</summary>
    public long StartRevision { get; private set; }

    /// <summary>The sequence of the first event that was its business.</summary>
    public long First { get; private set; }

    /// <summary>Objects that it began with, as ADDED events of their own.</summary>
    public long Initial { get; private set; }

    /// <summary>The sequence of the next event that it has to look at.</summary>
    public long Examined => Volatile.Read(ref _examined);

    /// <summary>What was delivered before this sequence has been handed to the connection.</summary>
    public long Flushed => Volatile.Read(ref _flushed);

    /// <summary>Events that were sent, those sent twice counted once.</summary>
    public long Delivered => Volatile.Read(ref _delivered);

    /// <summary>Events that are not in the selector.</summary>
    public long Filtered => Volatile.Read(ref _filtered);

    public long Lost { get; private set; }

    public long Doubled { get; private set; }

    public long Reordered { get; private set; }

    /// <summary>How often a fault had nothing sent for a time.</summary>
    public long Stalled { get; private set; }

    /// <summary>Events of which half a line was sent.</summary>
    public long CutInLine { get; private set; }

    public long Ended { get; private set; }

    public WatchEnd End { get; private set; }

    /// <summary>The fault that ended it; 0 for none.</summary>
    public ushort EndFault { get; private set; }

    /// <summary>The oldest sequence whose bit is still there.</summary>
    public long FirstKnown => Math.Max(First, Examined - (_chunks.Length - 1) * (long)ChunkBits);

    /// <summary>The faults that have happened to it or its events, in the order of their first time.</summary>
    public IReadOnlyList<ushort> Faults => Volatile.Read(ref _faults);

    /// <summary>The sequence of the event that is held back at the moment; -1 for none.</summary>
    public long Held => Volatile.Read(ref _held);

    /// <summary>When the connection last took what had been written.</summary>
    public long LastFlush => Volatile.Read(ref _lastFlush);

    public void Begin(long revision, long first)
    {
        StartRevision = revision;
        First = first;
        Volatile.Write(ref _flushed, first);
        Volatile.Write(ref _examined, first);
        // Its chunk may begin before it.
        if (first % ChunkBits != 0) Chunk(first, fresh: true);
    }

    public void SentInitial(long objects) => Initial += objects;

    /// <summary>An event was looked at and written, or left out by the selector.</summary>
    public void Examine(long sequence, bool delivered)
    {
        var chunk = Chunk(sequence, fresh: sequence % ChunkBits == 0);
        if (delivered)
        {
            chunk[sequence % ChunkBits / 64] |= 1UL << (int)(sequence % 64);
            _delivered++;
        }
        else
        {
            _filtered++;
        }
        Volatile.Write(ref _examined, sequence + 1);
    }

    /// <summary>An event will be sent after the next one; a note of <see cref="NoteKind.Reordered"/> or <see cref="NoteKind.HeldBack"/> follows, or it is withdrawn.</summary>
    public void Hold(long sequence)
    {
        Volatile.Write(ref _held, sequence);
        Examine(sequence, delivered: true);
    }

    /// <summary>A fault has happened to the watch; from any thread.</summary>
    public void Happened(ushort fault)
    {
        var known = Volatile.Read(ref _faults);
        while (!known.Contains(fault))
        {
            var found = Interlocked.CompareExchange(ref _faults, [.. known, fault], known);
            if (found == known) return;
            known = found;
        }
    }

    /// <summary>A fault that is not about an event has nothing sent for a time.</summary>
    public void Stall(ushort fault)
    {
        Stalled++;
        Happened(fault);
    }

    /// <summary>A fault happened to an event; one that is lost counts as examined by this.</summary>
    public void Note(long sequence, NoteKind kind, ushort fault)
    {
        _ledger.Notes.Add(new DeliveryNote(Number, sequence, kind, fault, Stopwatch.GetTimestamp()));
        Happened(fault);
        _noted = true;
        if (kind is NoteKind.Reordered or NoteKind.HeldBack) Volatile.Write(ref _held, -1);
        switch (kind)
        {
            case NoteKind.Lost: Lost++; break;
            case NoteKind.Doubled: Doubled++; break;
            case NoteKind.Reordered: Reordered++; break;
            case NoteKind.Stalled: Stalled++; break;
            case NoteKind.CutInLine: CutInLine++; break;
            default: break;
        }
        if (kind is not (NoteKind.Lost or NoteKind.CutInLine)) return;
        Chunk(sequence, fresh: sequence % ChunkBits == 0);
        Volatile.Write(ref _examined, sequence + 1);
    }

    /// <summary>An event that was to be sent after the next one is not sent at all: the connection ended first.</summary>
    public void Withdraw(long sequence, ushort fault)
    {
        Chunk(sequence, fresh: false)[sequence % ChunkBits / 64] &= ~(1UL << (int)(sequence % 64));
        _delivered--;
        Lost++;
        _ledger.Notes.Add(new DeliveryNote(Number, sequence, NoteKind.Lost, fault, Stopwatch.GetTimestamp()));
        Happened(fault);
        Volatile.Write(ref _held, -1);
    }

    /// <summary>What was written so far has been handed to the connection.</summary>
    public void Flush()
    {
        var (from, to) = (Flushed, Examined);
        // An event that was held back may go out alone.
        if (from == to && !_noted) return;
        _noted = false;
        var now = Stopwatch.GetTimestamp();
        Volatile.Write(ref _lastFlush, now);
        Volatile.Write(ref _flushed, to);
        if (_ledger.TimesEvery > 0 && _flushes++ % _ledger.TimesEvery == 0) _ledger.Flushes.Add(new FlushEntry(Number, from, to, now));
    }

    public void Finish(WatchEnd end, ushort fault)
    {
        Ended = Stopwatch.GetTimestamp();
        EndFault = fault;
        if (fault != 0) Happened(fault);
        End = end;
        _ledger.Finished(this);
    }

    /// <summary>Whether an event was written; null when that is not known any more, or not yet.</summary>
    public bool? WasDelivered(long sequence)
    {
        if (sequence < FirstKnown || sequence >= Examined || _chunks[sequence / ChunkBits % _chunks.Length] is not { } chunk) return null;
        var bit = (Volatile.Read(ref chunk[sequence % ChunkBits / 64]) >> (int)(sequence % 64) & 1) != 0;
        // The chunk may have been taken for later events meanwhile.
        return sequence < FirstKnown ? null : bit;
    }

    private ulong[] Chunk(long sequence, bool fresh)
    {
        ref var slot = ref _chunks[sequence / ChunkBits % _chunks.Length];
        if (slot is null) slot = new ulong[ChunkBits / 64];
        else if (fresh) Array.Clear(slot);
        return slot;
    }
}
