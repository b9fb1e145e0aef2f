using System.Collections.Concurrent;
using K8sScaleTest.LocalApi.Faults;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.Watching;

/// <summary>All open watches, and the one timer that looks after them: timeouts, bookmarks, and who has fallen behind.</summary>
internal sealed class WatchRegistry : IAsyncDisposable
{
    private readonly ConcurrentDictionary<WatchStream, byte> _open = new();
    private readonly PeriodicTimer _timer = new(TimeSpan.FromMilliseconds(250));
    private readonly Task _loop;

    public WatchRegistry() => _loop = LookAfterAsync();

    public int Count => _open.Count;

    public async Task RunAsync(WatchStream stream, long revision, bool? sendInitialEvents, TimeSpan timeout)
    {
        _open.TryAdd(stream, 0);
        try
        {
            await stream.RunAsync(revision, sendInitialEvents, timeout);
        }
        finally
        {
            _open.TryRemove(stream, out _);
        }
    }

    /// <summary>Has a fault happen now to the open watches that it is about; how many those are.</summary>
    public int Order(FaultRule rule)
    {
        var count = 0;
        foreach (var (stream, _) in _open)
        {
            if (!stream.Concerns(rule)) continue;
            count++;
            rule.Apply();
            stream.Order(rule);
        }
        return count;
    }

    /// <summary>Ends all watches of the resources that share a counter.</summary>
    public void CutAll(FaultRule rule, RevisionCounter revisions)
    {
        foreach (var (stream, _) in _open)
        {
            if (stream.Store.Revisions == revisions) stream.Order(rule);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _loop;
    }

    private async Task LookAfterAsync()
    {
        while (await _timer.WaitForNextTickAsync())
        {
            var now = Environment.TickCount64;
            foreach (var (stream, _) in _open) stream.Tick(now);
        }
    }
}
