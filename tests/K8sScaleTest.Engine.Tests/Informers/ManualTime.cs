namespace K8sScaleTest.Engine.Tests.Informers;

/// <summary>
/// A clock that stands still. What fires once (a delay) either waits for <see cref="Advance"/>, or passes at once, the clock moving on by as much; what fires
/// again and again waits for <see cref="Advance"/> always.
/// </summary>
internal sealed class ManualTime(bool delaysPass = false) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private long _ticks = 1;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_gate) return _ticks;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new ManualTimer(this, () => callback(state), dueTime, period);

    /// <summary>Moves the clock on, and fires what is due meanwhile in its order.</summary>
    public void Advance(TimeSpan by)
    {
        var end = GetTimestamp() + by.Ticks;
        while (true)
        {
            ManualTimer? next;
            lock (_gate)
            {
                next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
                _ticks = next is null ? end : Math.Max(_ticks, next.Due);
                if (next is null) return;
                next.Rearm();
            }

            next.Fire();
        }
    }

    private sealed class ManualTimer : ITimer
    {
        private readonly ManualTime _time;
        private readonly Action _callback;
        private TimeSpan _period;

        public ManualTimer(ManualTime time, Action callback, TimeSpan dueTime, TimeSpan period)
        {
            _time = time;
            _callback = callback;
            lock (time._gate) time._timers.Add(this);
            Change(dueTime, period);
        }

        public long Due { get; private set; } = long.MaxValue;

        public void Fire() => _callback();

        public void Rearm() => Due = _period > TimeSpan.Zero ? Due + _period.Ticks : long.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var passes = false;
            lock (_time._gate)
            {
                _period = period;
                Due = dueTime < TimeSpan.Zero ? long.MaxValue : _time._ticks + dueTime.Ticks;
                passes = _time.Passes && dueTime >= TimeSpan.Zero && period <= TimeSpan.Zero;
                if (passes)
                {
                    _time._ticks = Due;
                    Due = long.MaxValue;
                }
            }

            // Not on the caller's stack: the caller has not finished making what waits for this.
            if (passes) ThreadPool.QueueUserWorkItem(_ => Fire());
            return true;
        }

        public void Dispose()
        {
            lock (_time._gate) _time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private bool Passes => delaysPass;
}
