using System.Collections.Concurrent;
using System.Text.Json;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Benchmarks.Soak;

/// <summary>
/// Accounts for every event on its way to every watch: the ledger says of each what became of it, its selector is applied again here, and what the client received
/// is compared event by event.
/// </summary>
internal sealed class SoakAudit(LocalApiControl control, SoakLedger ledger)
{
    public long Watches { get; private set; }

    /// <summary>Events times watches.</summary>
    public long Pairs { get; private set; }

    public long Delivered { get; private set; }

    public long NotSelected { get; private set; }

    /// <summary>Lost on purpose, or cut in the middle of their line.</summary>
    public long Excused { get; private set; }

    public long Doubled { get; private set; }

    public long Reordered { get; private set; }

    public SortedDictionary<string, long> Ends { get; } = [];

    /// <summary>What nobody can explain; empty when all is well.</summary>
    public ConcurrentQueue<string> Unaccounted { get; } = new();

    /// <summary>Audits the watches that have ended; those that the ledger does not know to have ended stay in the queue.</summary>
    public async Task RunAsync(ConcurrentQueue<SoakWatch> ended, CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, JsonElement>();
        foreach (var line in await control.LedgerAsync("watches?resource=configmaps", cancellationToken)) known[line.GetProperty("userAgent").GetString()!] = line;
        for (var left = ended.Count; left > 0 && ended.TryDequeue(out var watch); left--)
        {
            if (!known.TryGetValue(watch.UserAgent, out var entry))
            {
                Unaccounted.Enqueue($"{watch.UserAgent} is not in the ledger.");
            }
            else if (entry.GetProperty("end").GetString() == "Open" || entry.GetProperty("nextSequence").GetInt64() > ledger.Count)
            {
                // Its client knew of the end before the ledger, or the events of the ledger are still on their way to here.
                ended.Enqueue(watch);
            }
            else
            {
                var number = entry.GetProperty("watch").GetInt32();
                var full = Assert(await control.LedgerAsync($"watches?watch={number}&coverage=true", cancellationToken), watch);
                if (full is { } found) Check(watch, found);
            }
        }
    }

    private JsonElement? Assert(IReadOnlyList<JsonElement> found, SoakWatch watch)
    {
        if (found.Count == 1) return found[0];
        Unaccounted.Enqueue($"{watch.UserAgent} was forgotten by the ledger before it was audited.");
        return null;
    }

    private void Check(SoakWatch watch, JsonElement entry)
    {
        long Number(string name) => entry.GetProperty(name).GetInt64();
        var (first, next, from) = (Number("firstSequence"), Number("nextSequence"), Number("coverageFrom"));
        var end = entry.GetProperty("end").GetString()!;
        Watches++;
        Ends[end] = Ends.GetValueOrDefault(end) + 1;
        if (end == "Expired") return;
        if (next > first && from > first)
        {
            Unaccounted.Enqueue($"{watch.UserAgent}: the ledger remembers it from event {from} on only, not from {first}.");
            return;
        }
        var (delivered, lost, cut) = (Number("delivered"), Number("lost"), Number("cutInLine"));
        if (next - first != delivered + Number("filtered") + lost + cut) Unaccounted.Enqueue($"{watch.UserAgent}: of {next - first} events the ledger has {delivered} delivered, {Number("filtered")} not selected, {lost} lost, {cut} cut.");
        var sent = new HashSet<long>();
        var withheld = 0L;
        var bits = Convert.FromBase64String(entry.GetProperty("coverage").GetString()!);
        for (var sequence = first; sequence < next; sequence++)
        {
            var change = ledger[sequence];
            var bit = (bits[(sequence - first) / 8] >> (int)((sequence - first) % 8) & 1) != 0;
            if (bit) sent.Add(change.ResourceVersion);
            if (watch.Selects(change) == bit) continue;
            if (bit) Unaccounted.Enqueue($"{watch.UserAgent}: event {sequence} was delivered, though it is not selected.");
            else withheld++;
        }
        // Selected and not delivered: so many were lost or cut, and the ledger names the fault of each.
        if (withheld != lost + cut) Unaccounted.Enqueue($"{watch.UserAgent}: {withheld} selected events were not delivered, but {lost} are lost and {cut} cut.");
        Compare(watch, entry, end, sent);
        Pairs += next - first;
        Delivered += sent.Count;
        Excused += withheld;
        NotSelected += next - first - sent.Count - withheld;
        Doubled += Number("doubled");
        Reordered += Number("reordered");
    }

    private void Compare(SoakWatch watch, JsonElement entry, string end, HashSet<long> sent)
    {
        var received = new HashSet<long>(watch.Received);
        var strangers = received.Count(revision => !sent.Contains(revision));
        if (strangers > 0) Unaccounted.Enqueue($"{watch.UserAgent}: {strangers} events were received that the ledger does not call delivered.");
        // A stream that was reset may have lost its last bytes on the way; who named the reset has excused them.
        var whole = watch.EndedCleanly;
        if (whole && received.Count != sent.Count) Unaccounted.Enqueue($"{watch.UserAgent} ({end}): {sent.Count} events were delivered and {received.Count} received.");
        if (!whole && (end != "Cut" || !entry.TryGetProperty("endFault", out _)) && end != "TooSlow") Unaccounted.Enqueue($"{watch.UserAgent}: it was reset, and the ledger says {end}.");
        if (!whole && sent.Except(received).Any(revision => watch.Received.Count > 0 && revision < watch.Received[^1] - 100_000)) Unaccounted.Enqueue($"{watch.UserAgent}: events are missing that were sent long before the reset.");
        if (watch.HalfLine != (entry.GetProperty("cutInLine").GetInt64() > 0)) Unaccounted.Enqueue($"{watch.UserAgent}: half a line was {(watch.HalfLine ? "" : "not ")}received.");
        if (!whole) return;
        var twice = watch.Received.Count - received.Count;
        if (twice != entry.GetProperty("doubled").GetInt64()) Unaccounted.Enqueue($"{watch.UserAgent}: {twice} events came twice, and the ledger has {entry.GetProperty("doubled").GetInt64()}.");
        var inversions = watch.Received.Zip(watch.Received.Skip(1)).Count(pair => pair.Second < pair.First);
        if (inversions != entry.GetProperty("reordered").GetInt64()) Unaccounted.Enqueue($"{watch.UserAgent}: {inversions} events came late, and the ledger has {entry.GetProperty("reordered").GetInt64()}.");
    }
}
