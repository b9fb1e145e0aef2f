using System.Text.Json;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Benchmarks.Soak;

/// <summary>The server's events, followed from the first to the last, by sequence.</summary>
internal sealed class SoakLedger(LocalApiControl control)
{
    private readonly Lock _gate = new();
    private readonly List<SoakEvent> _events = [];

    /// <summary>Entries that the ledger had overwritten before they were read.</summary>
    public long Missed { get; private set; }

    public int Count
    {
        get
        {
            lock (_gate) return _events.Count;
        }
    }

    public SoakEvent this[long sequence]
    {
        get
        {
            lock (_gate) return _events[(int)sequence];
        }
    }

    public async Task FollowAsync(CancellationToken stop)
    {
        try
        {
            await foreach (var line in control.FollowAsync("events?resource=configmaps&from=0&follow=true", stop)) Enter(line);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    /// <summary>All resourceVersions, to look up what was confirmed.</summary>
    public HashSet<long> Revisions()
    {
        lock (_gate) return [.. _events.Select(e => e.ResourceVersion)];
    }

    private void Enter(JsonElement line)
    {
        if (line.TryGetProperty("overwrittenTo", out var until))
        {
            Missed += until.GetInt64() - line.GetProperty("overwrittenFrom").GetInt64();
            return;
        }
        var key = line.GetProperty("key").GetString()!;
        var change = new SoakEvent(line.GetProperty("resourceVersion").GetInt64(), -1, -1);
        if (key.StartsWith("soak-", StringComparison.Ordinal))
        {
            var slash = key.IndexOf('/', StringComparison.Ordinal);
            change = change with { Namespace = short.Parse(key.AsSpan(5, slash - 5)), Bucket = short.Parse(key.AsSpan(key.LastIndexOf('b') + 1)) };
        }
        lock (_gate)
        {
            if (line.GetProperty("sequence").GetInt64() != _events.Count + Missed) throw new InvalidDataException("The ledger's events have a gap that it did not tell of.");
            _events.Add(change);
        }
    }
}
