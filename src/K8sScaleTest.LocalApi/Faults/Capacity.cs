using System.Diagnostics;

namespace K8sScaleTest.LocalApi.Faults;

/// <summary>
/// How many requests are served at once and how long each takes at least. Beyond <c>concurrency / service time</c> requests a second the rest
/// queue, first come first served: a server that cannot keep up, with a capacity that is known.
/// </summary>
internal sealed class Capacity : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private readonly PreciseDelay? _delay;
    private readonly long _busyTicks;
    private int _free;

    /// <param name="concurrency">Requests served at once; 0 for any number.</param>
    /// <param name="serviceTime">How long a request keeps its place before it is answered.</param>
    /// <param name="latency">Added to every answer; the place is kept meanwhile.</param>
    public Capacity(int concurrency, TimeSpan serviceTime, TimeSpan latency)
    {
        Concurrency = concurrency;
        _free = concurrency;
        _busyTicks = (long)((serviceTime + latency).TotalSeconds * Stopwatch.Frequency);
        if (_busyTicks > 0) _delay = new PreciseDelay();
    }

    public int Concurrency { get; }

    /// <summary>Whether nothing is limited or delayed.</summary>
    public bool IsUnlimited => Concurrency == 0 && _busyTicks == 0;

    /// <summary>Waits for a place, in the order of arrival.</summary>
    public Task EnterAsync()
    {
        if (Concurrency == 0) return Task.CompletedTask;
        lock (_gate)
        {
            if (_free > 0)
            {
                _free--;
                return Task.CompletedTask;
            }
            var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(source);
            return source.Task;
        }
    }

    /// <summary>Waits until an answer to what was begun at <paramref name="begun"/> is due.</summary>
    public Task DelayAsync(long begun) => _delay is null ? Task.CompletedTask : _delay.UntilAsync(begun + _busyTicks);

    public void Leave()
    {
        if (Concurrency == 0) return;
        TaskCompletionSource? next;
        lock (_gate)
        {
            if (!_waiting.TryDequeue(out next)) _free++;
        }
        next?.SetResult();
    }

    public void Dispose() => _delay?.Dispose();
}
