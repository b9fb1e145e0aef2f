using System.Collections.Concurrent;

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
