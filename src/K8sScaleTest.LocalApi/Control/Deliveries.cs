using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Ledgers;

namespace K8sScaleTest.LocalApi.Control;

/// <summary>Each event beside each watch of its resource: whether it was delivered and when, or why not.</summary>
internal sealed class Deliveries
{
    private readonly LedgerQuery _query;
    private readonly IReadOnlyList<WatchEntry> _watches;
    private readonly ILookup<(int Watch, long Sequence), DeliveryNote> _notes;
    private readonly Dictionary<int, FlushEntry[]> _flushes;

    /// <summary>Whether each flush was entered, and whether all that were are still there.</summary>
    private readonly (bool All, bool Whole) _times;

    public Deliveries(Ledger ledger, LedgerQuery query)
    {
        _query = query;
        _watches = [.. ledger.Watches().Where(w => query.Wants(w.Resource) && (query.Watch is null || w.Number == query.Watch))];
        var numbers = _watches.Select(w => w.Number).ToHashSet();
        _notes = Read(ledger.Notes).Where(n => numbers.Contains(n.Watch)).ToLookup(n => (n.Watch, n.Sequence));
        _flushes = Read(ledger.Flushes).Where(f => numbers.Contains(f.Watch)).GroupBy(f => f.Watch).ToDictionary(g => g.Key, g => g.OrderBy(f => f.From).ToArray());
        _times = (ledger.TimesEvery == 1, ledger.Flushes.First == 0);
    }

    public IEnumerable<Action<JsonBuffer>> Lines()
    {
        foreach (var watch in _watches)
        {
            if (watch.Resource.Store.Events is not { } events) continue;
            var next = watch.Examined;
            var until = watch.End == WatchEnd.Open ? events.Next : next;
            for (var sequence = Math.Max(Math.Max(watch.First, _query.From ?? 0), events.First); sequence < until; sequence++)
            {
                if (!events.TryRead(sequence, out var change)) continue;
                var (number, entry) = (sequence, change);
                yield return to => Write(to, watch, number, entry);
            }
        }
    }

    private void Write(JsonBuffer to, WatchEntry watch, long sequence, in EventEntry change)
    {
        var notes = _notes[(watch.Number, sequence)].ToArray();
        // The last thing that was done to it decides what became of it; a stall came before.
        var ending = Array.FindLast(notes, n => n.Kind != NoteKind.Stalled);
        var result = ending.Kind switch
        {
            _ when ending.Watch == 0 => Plain(watch, sequence),
            NoteKind.Lost => "Lost",
            // Written, but not known to have left before the connection ended.
            _ when watch.End != WatchEnd.Open && ending.Ticks > watch.LastFlush => "InDoubt",
            NoteKind.CutInLine => "CutInLine",
            NoteKind.Doubled => "Doubled",
            NoteKind.HeldBack => "Delivered",
            _ => "Reordered",
        };
        to.Byte((byte)'{');
        LedgerLines.Number(to, "watch"u8, watch.Number);
        LedgerLines.Number(to, "sequence"u8, sequence);
        LedgerLines.Text(to, "resource"u8, watch.Resource.QualifiedPlural);
        LedgerLines.Text(to, "key"u8, change.Key);
        LedgerLines.Text(to, "type"u8, LedgerLines.Upper(change.Type));
        LedgerLines.Number(to, "resourceVersion"u8, change.ResourceVersion);
        LedgerLines.Text(to, "result"u8, result);
        LedgerLines.Moment(to, "committedNanoseconds"u8, change.Committed);
        var written = result switch
        {
            "Reordered" => WrittenAfter(watch.Number, ending.Ticks),
            "Delivered" when ending.Kind == NoteKind.HeldBack && ending.Watch != 0 => WrittenAfter(watch.Number, ending.Ticks),
            "Delivered" or "Doubled" or "CutInLine" => Written(watch.Number, sequence),
            _ => 0,
        };
        LedgerLines.Moment(to, "writtenNanoseconds"u8, written);
        if (notes.Length > 0) LedgerLines.Number(to, "fault"u8, notes[^1].Fault);
        to.Byte((byte)'}');
    }

    /// <summary>What became of an event that no fault met.</summary>
    private static string Plain(WatchEntry watch, long sequence)
    {
        if (sequence >= watch.Examined || sequence == watch.Held) return "Pending";
        return watch.WasDelivered(sequence) switch
        {
            null => "Forgotten",
            false => "NotSelected",
            // Written, but not known to have left before the connection ended.
            true when watch.End != WatchEnd.Open && sequence >= watch.Flushed => "InDoubt",
            _ => "Delivered",
        };
    }

    /// <summary>When the connection had taken it; 0 where no flush that was entered has it.</summary>
    private long Written(int watch, long sequence)
    {
        if (!_flushes.TryGetValue(watch, out var flushes)) return 0;
        int low = 0, high = flushes.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (flushes[middle].To <= sequence) low = middle + 1;
            else high = middle;
        }
        return low < flushes.Length && flushes[low].From <= sequence ? flushes[low].Ticks : 0;
    }

    /// <summary>When the connection had taken what was written at a moment, whatever its place; 0 where that is not known.</summary>
    private long WrittenAfter(int watch, long ticks)
    {
        if (!_times.All || !_flushes.TryGetValue(watch, out var flushes)) return 0;
        var found = Array.FindIndex(flushes, f => f.Ticks >= ticks);
        return found < 0 || found == 0 && !_times.Whole ? 0 : flushes[found].Ticks;
    }

    private static IEnumerable<T> Read<T>(LedgerRing<T> ring)
        where T : struct
    {
        var end = ring.Next;
        for (var number = ring.First; number < end; number++)
        {
            if (ring.TryRead(number, out var entry)) yield return entry;
        }
    }
}
