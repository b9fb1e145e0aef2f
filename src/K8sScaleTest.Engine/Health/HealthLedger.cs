using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Health;

/// <summary>
/// The rows of a run's health as they come to be: seconds are closed one after the other, and a probe's sample goes to the second in which
/// it was queued, also when it ran long after that second was over (one queued as a second ends belongs to it). Not thread-safe.
/// </summary>
internal sealed class HealthLedger
{
    /// <summary>Lags below it, in ms, are counted but not kept: no limit that they could break is that low.</summary>
    private const double KeptFromMs = 1;

    private readonly RunClock _clock;
    private readonly List<Second> _closed = [];
    private Second _open;
    private HealthCounters _last;

    public HealthLedger(RunClock clock, HealthCounters start)
    {
        _clock = clock;
        _last = start;
        _open = new(start.Ticks);
    }

    /// <summary>When the open second began.</summary>
    public long OpenSince => _open.Start;

    /// <summary>Adds a sample of the probe.</summary>
    public void AddSample(long queuedTicks, long lagTicks)
    {
        var second = _open;
        for (var i = _closed.Count - 1; queuedTicks <= second.Start && i >= 0; i--) second = _closed[i];
        second.Add(RunClock.ToMilliseconds(lagTicks));
    }

    /// <summary>Closes the open second, and opens the next.</summary>
    public void CloseSecond(HealthCounters now)
    {
        _open.Close(_last, now);
        _closed.Add(_open);
        _open = new(now.Ticks);
        _last = now;
    }

    /// <summary>The closed seconds, and the open one as far as it has come.</summary>
    /// <param name="now">The counters of this moment; null when the last second is closed for good.</param>
    /// <param name="outstanding">When samples that have not run yet were queued: they count with the age they have.</param>
    public IReadOnlyList<HealthSecond> Snapshot(HealthCounters? now = null, IReadOnlyCollection<long>? outstanding = null)
    {
        var seconds = _closed;
        if (now is { } counters && counters.Ticks > _open.Start)
        {
            var open = _open.Copy();
            open.Close(_last, counters);
            seconds = [.. _closed, open];
            foreach (var queued in outstanding ?? [])
            {
                var i = seconds.Count - 1;
                while (i > 0 && queued <= seconds[i].Start) i--;
                if (i < _closed.Count && ReferenceEquals(seconds[i], _closed[i])) seconds[i] = _closed[i].Copy();
                seconds[i].Add(RunClock.ToMilliseconds(counters.Ticks - queued));
            }
        }

        return [.. seconds.Select(second => second.ToRecord(_clock))];
    }

    private sealed class Second(long start)
    {
        private List<double>? _lags;
        private HealthCounters _from;
        private HealthCounters _to;
        private int _samples;
        private double _maximum;

        public long Start => start;

        public void Add(double lagMs)
        {
            _samples++;
            _maximum = Math.Max(_maximum, lagMs);
            if (lagMs >= KeptFromMs) (_lags ??= []).Add(lagMs);
        }

        public void Close(HealthCounters from, HealthCounters to) => (_from, _to) = (from, to);

        public Second Copy() => new(start) { _lags = _lags is null ? null : [.. _lags], _from = _from, _to = _to, _samples = _samples, _maximum = _maximum };

        public HealthSecond ToRecord(RunClock clock) => new()
        {
            UnixMicroseconds = clock.ToUnixMicroseconds(start),
            LengthMs = RunClock.ToMilliseconds(_to.Ticks - start),
            GcPauseMs = (_to.GcPause - _from.GcPause).TotalMilliseconds,
            Collections = _to.Collections - _from.Collections,
            CpuMs = (_to.Cpu - _from.Cpu).TotalMilliseconds,
            ThrottledMs = _to.ThrottledMs - _from.ThrottledMs,
            ClockOffsetMs = _to.ClockOffsetMs,
            ProbeSamples = _samples,
            ProbeMaxMs = _maximum,
            ProbeLagsMs = _lags is null ? [] : [.. _lags],
        };
    }
}
