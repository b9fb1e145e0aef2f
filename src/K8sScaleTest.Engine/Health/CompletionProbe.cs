using System.Collections.Concurrent;

namespace K8sScaleTest.Engine.Health;

/// <summary>
/// Measures how long a completion waits for a thread: each sample is a work item put in the global queue of the thread pool, where socket
/// completions go, and its lag is the time until it ran. A sample does not wait for the one before it, so a pool that is starved for a
/// second shows a hundred long lags and not one (what G. Tene's jHiccup and HdrHistogram call correcting for coordinated omission,
/// here measured instead of computed). Allocates nothing per sample as long as the pool keeps up.
/// </summary>
internal sealed class CompletionProbe : IThreadPoolWorkItem
{
    private readonly ConcurrentQueue<long> _outstanding = new();
    private readonly ConcurrentQueue<(long QueuedTicks, long LagTicks)> _done = new();
    private readonly Func<long> _now;
    private readonly Action<IThreadPoolWorkItem> _queue;

    /// <param name="now">The clock, in ticks.</param>
    /// <param name="queue">Puts a work item in the pool; null for the real one.</param>
    public CompletionProbe(Func<long> now, Action<IThreadPoolWorkItem>? queue = null)
    {
        _now = now;
        _queue = queue ?? (static item => ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false));
    }

    /// <summary>When the samples that have not run yet were queued.</summary>
    public IReadOnlyCollection<long> Outstanding => [.. _outstanding];

    /// <summary>Queues a sample whose lag counts from <paramref name="fromTicks"/>.</summary>
    public void Queue(long fromTicks)
    {
        _outstanding.Enqueue(fromTicks);
        _queue(this);
    }

    /// <summary>Takes a sample that has run.</summary>
    public bool TryTake(out long queuedTicks, out long lagTicks)
    {
        var taken = _done.TryDequeue(out var sample);
        (queuedTicks, lagTicks) = sample;
        return taken;
    }

    /// <summary>Gives up the oldest sample that has not run yet: when the pool comes to it, it counts no more.</summary>
    public bool TryAbandon(out long queuedTicks) => _outstanding.TryDequeue(out queuedTicks);

    /// <summary>Runs on the thread pool, once per sample. The pool's queue is first in, first out, so this is the oldest one's turn.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        if (_outstanding.TryDequeue(out var from)) _done.Enqueue((from, Math.Max(0, _now() - from)));
    }
}
