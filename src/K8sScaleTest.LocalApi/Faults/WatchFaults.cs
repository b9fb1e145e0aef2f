using System.Collections.Concurrent;
using System.Diagnostics;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.Faults;

/// <summary>The faults that concern one watch, with its own draws of each.</summary>
internal sealed class WatchFaults(FaultSet faults, ApiRequest request)
{
    private readonly ConcurrentQueue<FaultRule> _orders = new();
    private Mine[] _mine = [];
    private int _version = -1;
    private FaultRule? _slow;
    private long _nextAllowed;
    private volatile bool _hasOrders;

    /// <summary>Whether there is anything to look at.</summary>
    public bool IsQuiet
    {
        get
        {
            if (faults.Version != _version) Look();
            return _mine.Length == 0 && _slow is null && !_hasOrders;
        }
    }

    /// <summary>The fault that slows it down; null for none.</summary>
    public FaultRule? Slowing => _slow is { IsActive: true } slow ? slow : null;

    /// <summary>Has a fault happen to the watch as soon as it looks, with or without an event; from any thread.</summary>
    public void Order(FaultRule rule)
    {
        _orders.Enqueue(rule);
        _hasOrders = true;
    }

    /// <summary>The next fault that was ordered to happen now; null when there is none.</summary>
    public FaultRule? TakeOrder()
    {
        if (!_hasOrders) return null;
        if (_orders.TryDequeue(out var rule)) return rule;
        _hasOrders = false;
        // One may have come in between.
        if (!_orders.IsEmpty) _hasOrders = true;
        return null;
    }

    public bool Concerns(FaultRule rule) => rule.Matches(Verb.Watch, request.Resource, request.Namespace, request.Http.Request.Headers.UserAgent.ToString());

    /// <summary>Draws the lot about an event that is to be delivered; the first fault that happens to it, or null.</summary>
    public FaultRule? Draw(string type, StoredObject item)
    {
        foreach (var mine in _mine)
        {
            if (!mine.Rule.IsActive || !mine.Rule.MatchesEvent(type, item.Namespace, item.Name)) continue;
            if (mine.Rule.DrawFor(mine.Seed, mine.Ordinal++)) return mine.Rule;
        }
        return null;
    }

    /// <summary>Keeps the pace that was ordered, after so many bytes of an event were written; ends early when the watch does.</summary>
    public async ValueTask PaceAsync(int bytes, Func<bool> ended)
    {
        if (_slow is not { IsActive: true } slow) return;
        var seconds = slow.Definition.BytesPerSecond is { } rate ? bytes / rate : 1 / slow.Definition.EventsPerSecond!.Value;
        var now = Stopwatch.GetTimestamp();
        _nextAllowed = Math.Max(_nextAllowed, now) + (long)(seconds * Stopwatch.Frequency);
        slow.Apply();
        await WaitAsync(_nextAllowed, slow, ended);
    }

    /// <summary>Sends nothing until a moment of Stopwatch's clock, unless the fault is taken back or the watch ends.</summary>
    public static async ValueTask WaitAsync(long until, FaultRule rule, Func<bool> ended)
    {
        while (!ended())
        {
            var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), until);
            if (left <= TimeSpan.Zero || rule.IsCleared) return;
            await Task.Delay(left < TimeSpan.FromMilliseconds(50) ? TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)) : TimeSpan.FromMilliseconds(50));
        }
    }

    private void Look()
    {
        _version = faults.Version;
        var agent = request.Http.Request.Headers.UserAgent.ToString();
        var rules = faults.Watches.Where(r => r.Matches(Verb.Watch, request.Resource, Place(r), agent)).ToArray();
        _slow = rules.FirstOrDefault(r => r.Definition.Action == FaultAction.SlowWatch);
        // Known rules keep their place in their draws.
        _mine = [.. rules.Where(r => r.Definition.Action != FaultAction.SlowWatch).Select(r => Array.Find(_mine, m => m.Rule == r) ?? new Mine(r))];
    }

    /// <summary>A watch of all namespaces is concerned by what happens to the events of one.</summary>
    private string Place(FaultRule rule) =>
        request.Namespace.Length == 0 && rule.Definition is { Namespace: { } wanted, Action: not FaultAction.SlowWatch } ? wanted : request.Namespace;

    private sealed class Mine(FaultRule rule)
    {
        public FaultRule Rule { get; } = rule;

        public ulong Seed { get; } = rule.SeedOfWatcher();

        public long Ordinal { get; set; }
    }
}
