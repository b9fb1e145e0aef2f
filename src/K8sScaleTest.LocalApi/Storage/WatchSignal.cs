using System.Threading.Tasks.Sources;

namespace K8sScaleTest.LocalApi.Storage;

/// <summary>Wakes one watcher, many times over and without allocating; what is signalled while it works is not lost, and is signalled once.</summary>
internal sealed class WatchSignal : IValueTaskSource
{
    private const int Idle = 0;
    private const int Waiting = 1;
    private const int Signalled = 2;

    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };
    private int _state;

    public void Set()
    {
        if (Volatile.Read(ref _state) == Signalled) return;
        if (Interlocked.Exchange(ref _state, Signalled) == Waiting) _source.SetResult(true);
    }

    /// <summary>Ends once <see cref="Set"/> was called since the last wait ended. One waiter at a time.</summary>
    public ValueTask WaitAsync()
    {
        _source.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) == Idle) return new ValueTask(this, _source.Version);
        _ = Interlocked.Exchange(ref _state, Idle);
        return ValueTask.CompletedTask;
    }

    void IValueTaskSource.GetResult(short token)
    {
        _source.GetResult(token);
        _ = Interlocked.Exchange(ref _state, Idle);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) => _source.OnCompleted(continuation, state, token, flags);
}
