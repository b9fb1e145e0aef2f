using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Ledgers;
using K8sScaleTest.LocalApi.Resources;

namespace K8sScaleTest.LocalApi.Control;

/// <summary>The ledger as JSON lines.</summary>
internal sealed class LedgerStreams(Ledger? ledger, ResourceRegistry registry)
{
    private const int FlushAfter = 32 * 1024;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>How much there is, and how much was overwritten.</summary>
    public byte[] Summary()
    {
        if (ledger is null) return ControlJson.Any(new { enabled = false });
        var events = registry.All.Where(r => r.Store.Events is { Next: > 0 }).ToDictionary(r => r.QualifiedPlural, r => new { entered = r.Store.Events!.Next, overwritten = r.Store.Events.First });
        return ControlJson.Any(new
        {
            enabled = true,
            size = ledger.Requests.Capacity,
            timesEvery = ledger.TimesEvery,
            nanoseconds = LedgerTime.Nanoseconds(System.Diagnostics.Stopwatch.GetTimestamp()),
            utc = DateTime.UtcNow,
            requests = new { entered = ledger.Requests.Next, overwritten = ledger.Requests.First },
            events,
            watches = new { entered = ledger.WatchCount, overwritten = ledger.WatchesOverwritten },
            notes = new { entered = ledger.Notes.Next, overwritten = ledger.Notes.First },
            flushes = new { entered = ledger.Flushes.Next, overwritten = ledger.Flushes.First },
        });
    }

    public async Task StreamAsync(HttpContext http, string part)
    {
        if (ledger is null) throw new ArgumentException("This server keeps no ledger: it was started with --ledger 0.");
        var query = LedgerQuery.Parse(http.Request.Query);
        if (query.Follow && part is "watches" or "deliveries") throw new ArgumentException($"{part} cannot be followed; requests and events can.");
        IEnumerable<Action<JsonBuffer>?> lines = part switch
        {
            "requests" => Requests(ledger, query),
            "events" => Events(query),
            "watches" => ledger.Watches().Where(w => query.Wants(w.Resource) && (query.Watch is null || query.Watch == w.Number)).Select(w => (Action<JsonBuffer>)(to => LedgerLines.Watch(to, w, query.Coverage))),
            "deliveries" => new Deliveries(ledger, query).Lines(),
            _ => throw new ArgumentException($"The ledger has no '{part}', but requests, events, watches and deliveries."),
        };
        http.Response.ContentType = "application/x-ndjson";
        var writer = http.Response.BodyWriter;
        await http.Response.StartAsync(http.RequestAborted);
        var buffer = new JsonBuffer();
        foreach (var line in lines)
        {
            if (line is null)
            {
                // Nothing more for now.
                if (buffer.Length > 0) await WriteAsync();
                await Task.Delay(Poll, http.RequestAborted);
                continue;
            }
            line(buffer);
            buffer.Byte((byte)'\n');
            if (buffer.Length >= FlushAfter) await WriteAsync();
        }
        await WriteAsync();

        async ValueTask WriteAsync()
        {
            await writer.WriteAsync(buffer.WrittenMemory, http.RequestAborted);
            buffer.Length = 0;
        }
    }

    /// <summary>Null stands for "wait": there is nothing yet.</summary>
    private static IEnumerable<Action<JsonBuffer>?> Requests(Ledger ledger, LedgerQuery query)
    {
        var next = Math.Max(query.From ?? 0, 0);
        while (true)
        {
            var end = ledger.Requests.Next;
            // What was overwritten is said, not passed over.
            if (next < ledger.Requests.First)
            {
                var (from, to) = (next, ledger.Requests.First);
                if (query.From is not null || next > 0) yield return line => LedgerLines.Overwritten(line, from, to);
                next = to;
            }
            for (; next < end; next++)
            {
                var number = next;
                if (!ledger.Requests.TryRead(number, out var entry))
                {
                    if (number >= ledger.Requests.First) break;
                    continue;
                }
                if (query.Wants(entry.Resource)) yield return line => LedgerLines.Request(line, number, entry);
            }
            if (!query.Follow && next >= end) yield break;
            yield return null;
        }
    }

    private IEnumerable<Action<JsonBuffer>?> Events(LedgerQuery query)
    {
        var positions = new Dictionary<ResourceType, long>();
        while (true)
        {
            foreach (var resource in registry.All.Where(query.Wants))
            {
                if (resource.Store.Events is not { } events) continue;
                var next = positions.TryGetValue(resource, out var known) ? known : query.From ?? 0;
                if (next < events.First)
                {
                    var (from, to) = (next, events.First);
                    if (query.From is not null || next > 0) yield return line => LedgerLines.Overwritten(line, from, to, resource);
                    next = to;
                }
                for (; next < events.Next; next++)
                {
                    var number = next;
                    if (!events.TryRead(number, out var entry))
                    {
                        if (number >= events.First) break;
                        continue;
                    }
                    yield return line => LedgerLines.Event(line, number, resource, entry);
                }
                positions[resource] = next;
            }
            if (!query.Follow) yield break;
            yield return null;
        }
    }
}
