using System.Collections.Concurrent;
using System.Diagnostics;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Storage;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace K8sScaleTest.LocalApi.Ledgers;

/// <summary>
/// The truth about what the server did, kept while it does it: requests, events, watches, and to whom each event went. Bounded: the newest entries stay, what
/// was overwritten is counted.
/// </summary>
internal sealed class Ledger
{
    private const int EndedWatchesKept = 1024;
    private readonly LedgerRing<RequestEntry> _requests;
    private readonly ConcurrentDictionary<int, WatchEntry> _open = new();
    private readonly WatchEntry?[] _ended = new WatchEntry?[EndedWatchesKept];
    private int _watches;
    private long _endedCount;

    /// <param name="size">Entries kept: of requests, of notes, of flushes, and of events of each resource.</param>
    /// <param name="timesEvery">Every n-th flush of a watch is entered with its time; 0 for none.</param>
    public Ledger(int size, int timesEvery)
    {
        Size = size;
        TimesEvery = timesEvery;
        _requests = new LedgerRing<RequestEntry>(size);
        Notes = new LedgerRing<DeliveryNote>(size);
        Flushes = new LedgerRing<FlushEntry>(size);
    }

    public int Size { get; }

    public int TimesEvery { get; }

    public LedgerRing<RequestEntry> Requests => _requests;

    public LedgerRing<DeliveryNote> Notes { get; }

    public LedgerRing<FlushEntry> Flushes { get; }

    /// <summary>Watches begun.</summary>
    public int WatchCount => Volatile.Read(ref _watches);

    /// <summary>Ended watches that were forgotten for later ones.</summary>
    public long WatchesOverwritten => Math.Max(0, Volatile.Read(ref _endedCount) - EndedWatchesKept);

    /// <summary>Enters a request that has arrived; its number is wanted by all that follows.</summary>
    public long Arrived(HttpContext http, long ticks)
    {
        var connection = http.Features.Get<IHttpConnectionFeature>();
        var entry = new RequestEntry
        {
            Arrived = ticks,
            Connection = connection?.ConnectionId ?? "",
            RemotePort = connection?.RemotePort ?? 0,
            Stream = http.Features.Get<IHttp2StreamIdFeature>()?.StreamId ?? 0,
            UserAgent = http.Request.Headers.UserAgent.ToString(),
            Method = http.Request.Method,
            Place = http.Request.Path.Value ?? "",
            Name = "",
        };
        var number = _requests.Claim();
        _requests.Write(number, entry);
        return number;
    }

    /// <summary>What a request turned out to want.</summary>
    public void Understood(long number, ApiRequest request, Verb verb)
    {
        ref var entry = ref _requests.Lock(number, out var held);
        if (!held) return;
        entry.Verb = verb;
        entry.Resource = request.Resource;
        entry.Place = request.Namespace;
        entry.Name = request.Name;
        _requests.Unlock(number);
    }

    public void Ended(long number, RequestEnd end, int status, ulong faults, double latencyMs)
    {
        ref var entry = ref _requests.Lock(number, out var held);
        if (!held) return;
        entry.Status = (short)status;
        entry.Faults = faults;
        entry.Latency = (long)(latencyMs * 1e6);
        entry.End = end;
        entry.Answered = Stopwatch.GetTimestamp();
        _requests.Unlock(number);
    }

    public LedgerRing<EventEntry> NewEvents() => new(Size);

    public WatchEntry BeginWatch(ApiRequest request)
    {
        var entry = new WatchEntry(this, Interlocked.Increment(ref _watches), request.Ledger, request);
        _open.TryAdd(entry.Number, entry);
        return entry;
    }

    public void Finished(WatchEntry watch)
    {
        _ended[(Interlocked.Increment(ref _endedCount) - 1) % EndedWatchesKept] = watch;
        _open.TryRemove(watch.Number, out _);
    }

    /// <summary>The watches that are open and the last that ended, in the order of their beginning.</summary>
    public IReadOnlyList<WatchEntry> Watches() => [.. _open.Values.Concat(_ended.OfType<WatchEntry>()).DistinctBy(w => w.Number).OrderBy(w => w.Number)];

    /// <summary>Enters an event; the store's lock is held.</summary>
    public void Changed(LedgerRing<EventEntry> events, StoreEvent change, EventType type, string key, long request)
    {
        var now = Stopwatch.GetTimestamp();
        // The ring is numbered as the history is: one writer, under the lock.
        var number = events.Claim();
        events.Write(number, new EventEntry { Committed = now, ResourceVersion = change.ResourceVersion, Request = request, Key = key, Type = type, Fault = change.Fault });
        Committed(request, now, change.ResourceVersion, key);
    }

    private void Committed(long number, long ticks, long resourceVersion, string key)
    {
        if (number < 0) return;
        ref var entry = ref _requests.Lock(number, out var held);
        if (!held) return;
        entry.ResourceVersion = resourceVersion;
        entry.Key = key;
        entry.Committed = ticks;
        _requests.Unlock(number);
    }
}
