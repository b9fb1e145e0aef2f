using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace K8sScaleTest.Engine.Informers;

/// <summary>
/// client-go's work queue: an item is in it once, however often it is added; no item is processed twice at a time; what is added while it is processed comes
/// again. With delayed and rate-limited adds. Workers wait without a thread.
/// </summary>
/// <typeparam name="T">The items: keys.</typeparam>
public sealed class WorkQueue<T> : IDisposable
    where T : notnull
{
    private readonly Lock _gate = new();
    private readonly Queue<T> _queue = new();
    private readonly Dictionary<T, long> _dirty;
    private readonly Dictionary<T, long> _processing;
    private readonly Queue<WorkWaiter> _waiting = new();
    private readonly Stack<WorkWaiter> _idle = new();
    private readonly DelayedAdds<T> _delayed;
    private readonly ItemRateLimiter<T> _rates;
    private readonly TimeProvider _time;
    private readonly IWorkQueueObserver? _observer;
    private int _woken;
    private TaskCompletionSource? _drained;
    private bool _shuttingDown;

    /// <summary>An empty queue.</summary>
    /// <param name="time">The clock; its timestamps are in <see cref="Work{T}"/>.</param>
    /// <param name="observer">Is told what metrics count.</param>
    /// <param name="comparer">Tells items apart.</param>
    public WorkQueue(TimeProvider time, IWorkQueueObserver? observer = null, IEqualityComparer<T>? comparer = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _observer = observer;
        _dirty = new(comparer);
        _processing = new(comparer);
        _delayed = new(time, Add, comparer);
        _rates = new(time, comparer);
    }

    /// <summary>Dirty items: those that wait, and those to be processed again.</summary>
    public int Depth
    {
        get
        {
            lock (_gate) return _dirty.Count;
        }
    }

    /// <summary>Items being processed.</summary>
    public int Processing
    {
        get
        {
            lock (_gate) return _processing.Count;
        }
    }

    /// <summary>Seconds of work in progress that no duration counts yet (workqueue_unfinished_work_seconds), and the longest of them (workqueue_longest_running_processor_seconds).</summary>
    public (double Unfinished, double Longest) WorkInProgress
    {
        get
        {
            lock (_gate)
            {
                var now = _time.GetTimestamp();
                double sum = 0, longest = 0;
                foreach (var since in _processing.Values)
                {
                    var seconds = _time.GetElapsedTime(since, now).TotalSeconds;
                    sum += seconds;
                    longest = Math.Max(longest, seconds);
                }

                return (sum, longest);
            }
        }
    }

    /// <summary>Marks an item as needing work. Nothing happens when it is marked already, or the queue is shut down.</summary>
    public void Add(T item)
    {
        lock (_gate)
        {
            if (Accept(item)) WakeForItems();
        }
    }

    /// <summary>Adds one of many items that come together: no worker that waits is woken before <see cref="Wake"/> is called, which must follow.</summary>
    internal void AddQuietly(T item)
    {
        lock (_gate) Accept(item);
    }

    /// <summary>Wakes the workers that wait, as many as there are items.</summary>
    internal void Wake()
    {
        lock (_gate) WakeForItems();
    }

    /// <summary>Adds an item later.</summary>
    /// <param name="item">The item; where it waits already, the earlier of the two moments holds.</param>
    /// <param name="delay">How much later.</param>
    public void AddAfter(T item, TimeSpan delay)
    {
        lock (_gate)
        {
            if (_shuttingDown) return;
        }

        _observer?.OnRetried();
        if (delay <= TimeSpan.Zero) Add(item);
        else _delayed.Add(item, delay);
    }

    /// <summary>Adds an item when its rate limit allows: the longer of 5 ms doubled with each time (1000 s at most), and a bucket of 100 that is filled with 10 a second.</summary>
    public void AddRateLimited(T item) => AddAfter(item, _rates.Next(item));

    /// <summary>The item is well: its next rate-limited add waits as the first did.</summary>
    public void Forget(T item) => _rates.Forget(item);

    /// <summary>How often an item was added by its rate limit since it was forgotten.</summary>
    public int Requeues(T item) => _rates.Requeues(item);

    /// <summary>Takes the next item, and waits for one where there is none. After a shutdown what is left is given out first.</summary>
    public ValueTask<Work<T>> GetAsync()
    {
        WorkWaiter waiter;
        lock (_gate)
        {
            if (TryTake(out var work)) return new(work);
            if (!_idle.TryPop(out waiter!)) waiter = new();
            _waiting.Enqueue(waiter);
        }

        return WaitAsync(waiter);
    }

    /// <summary>The worker has done with an item; if it was marked again meanwhile, it is in the queue again.</summary>
    public void Done(T item)
    {
        lock (_gate)
        {
            if (!_processing.Remove(item, out var taken)) return;
            _observer?.OnDone(_time.GetElapsedTime(taken).TotalSeconds);
            if (_dirty.ContainsKey(item))
            {
                _queue.Enqueue(item);
                WakeForItems();
            }
            else if (_processing.Count == 0) _drained?.TrySetResult();
        }
    }

    /// <summary>Takes no more items; workers get what is left, and then hear that it is over. Whoever waits for a drain need not wait any longer.</summary>
    public void ShutDown()
    {
        Close();
        lock (_gate) _drained?.TrySetResult();
    }

    /// <summary>As <see cref="ShutDown"/>; completes when nothing is being processed any more, or at a <see cref="ShutDown"/> that does not want to wait.</summary>
    public Task ShutDownWithDrainAsync()
    {
        Close();
        lock (_gate)
        {
            if (_processing.Count == 0) return Task.CompletedTask;
            if (_drained is null or { Task.IsCompleted: true }) _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _drained.Task;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _delayed.Dispose();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<Work<T>> WaitAsync(WorkWaiter waiter)
    {
        while (true)
        {
            await waiter.WaitAsync();
            lock (_gate)
            {
                waiter.Reset();
                _woken--;
                if (TryTake(out var work))
                {
                    _idle.Push(waiter);
                    return work;
                }

                // Another worker was faster.
                _waiting.Enqueue(waiter);
            }
        }
    }

    private void Close()
    {
        lock (_gate)
        {
            _shuttingDown = true;
            while (_waiting.TryDequeue(out var waiter)) WakeWorker(waiter);
        }

        _delayed.Clear();
    }

    private bool Accept(T item)
    {
        if (_shuttingDown || !_dirty.TryAdd(item, _time.GetTimestamp())) return false;
        _observer?.OnAdded(_dirty.Count);
        if (_processing.ContainsKey(item)) return false;
        _queue.Enqueue(item);
        return true;
    }

    private void WakeForItems()
    {
        while (_queue.Count > _woken && _waiting.TryDequeue(out var waiter)) WakeWorker(waiter);
    }

    private void WakeWorker(WorkWaiter waiter)
    {
        _woken++;
        waiter.Wake();
    }

    private bool TryTake([NotNullWhen(true)] out Work<T> work)
    {
        if (_queue.TryDequeue(out var item))
        {
            var now = _time.GetTimestamp();
            _dirty.Remove(item, out var marked);
            _processing.Add(item, now);
            work = new(false, item, marked, now);
            _observer?.OnTaken(_dirty.Count, _time.GetElapsedTime(marked, now).TotalSeconds);
            return true;
        }

        work = new(true, default!, 0, 0);
        return _shuttingDown;
    }
}
