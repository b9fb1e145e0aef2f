namespace K8sScaleTest.Engine.Informers;

/// <summary>Items that are to be added to a queue later, by one timer.</summary>
internal sealed class DelayedAdds<T> : IDisposable
    where T : notnull
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<T, long> _order = new();
    private readonly Dictionary<T, long> _ready;
    private readonly TimeProvider _time;
    private readonly Action<T> _add;
    private readonly ITimer _timer;

    public DelayedAdds(TimeProvider time, Action<T> add, IEqualityComparer<T>? comparer)
    {
        _time = time;
        _add = add;
        _ready = new(comparer);
        _timer = time.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Add(T item, TimeSpan delay)
    {
        var ready = _time.GetTimestamp() + (long)(delay.TotalSeconds * _time.TimestampFrequency);
        lock (_gate)
        {
            if (_ready.TryGetValue(item, out var before) && before <= ready) return;
            _ready[item] = ready;
            _order.Enqueue(item, ready);
            Arm();
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _order.Clear();
            _ready.Clear();
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Fire()
    {
        List<T> due = [];
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            while (_order.TryPeek(out var item, out var ready) && ready <= now)
            {
                _order.Dequeue();

                // An entry that an earlier moment has replaced is only left behind.
                if (!_ready.TryGetValue(item, out var valid) || valid != ready) continue;
                _ready.Remove(item);
                due.Add(item);
            }

            Arm();
        }

        foreach (var item in due) _add(item);
    }

    private void Arm()
    {
        if (!_order.TryPeek(out _, out var first)) return;
        var wait = _time.GetElapsedTime(_time.GetTimestamp(), first);

        // Timers count whole milliseconds; never too early, or the loop would spin.
        var milliseconds = Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 0, int.MaxValue);
        _timer.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
    }
}
