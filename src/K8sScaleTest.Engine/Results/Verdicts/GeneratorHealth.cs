using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Latencies;

namespace K8sScaleTest.Engine.Results.Verdicts;

/// <summary>The health of all workers of a run, held against a stretch of time.</summary>
internal sealed class GeneratorHealth
{
    // What adjtime and NTP daemons may do without setting the clock: 500 ppm.
    private const double SlewShare = 0.0005;
    private const double KeptLagMs = 1;

    private readonly SortedDictionary<int, RunHealth> _workers = [];

    public IReadOnlyCollection<RunHealth> Workers => _workers.Values;

    /// <summary>Adds a worker's health, or replaces it with a later state.</summary>
    public void Add(RunHealth health) => _workers[health.Worker] = health;

    public bool Has(int worker) => _workers.ContainsKey(worker);

    /// <summary>Completes a window with what the workers went through in it.</summary>
    /// <remarks>Workers have equal shares of the operations, so that a worker's disturbance weighs as its share of the workers' time.</remarks>
    public MeasurementWindow Complete(WindowTally tally)
    {
        var window = new MeasurementWindow
        {
            StartUnixNanoseconds = tally.StartUnixNanoseconds,
            LengthSeconds = (tally.EndUnixNanoseconds - tally.StartUnixNanoseconds) / 1e9,
            Operations = tally.Operations,
            MedianServiceMs = tally.Service.Median(),
        };
        var limit = window.LimitMs;
        window = window with { PacerBeyond = tally.LateLaunches.CountAbove(limit), ConnectionWaitBeyond = tally.LongWaits.CountAbove(limit) + tally.NeverSent };

        double timeMs = 0, gcMs = 0, throttledMs = 0, step = 0, coverage = _workers.Count == 0 ? 0 : double.PositiveInfinity;
        var throttlingKnown = false;
        double? busiest = null;
        long samples = 0, lags = 0;
        foreach (var health in _workers.Values)
        {
            double cpuMs = 0, lengthMs = 0;
            foreach (var (second, stepMs) in SecondsOf(health, tally.StartUnixNanoseconds, tally.EndUnixNanoseconds))
            {
                lengthMs += second.LengthMs;
                cpuMs += second.CpuMs;
                samples += second.ProbeSamples;
                lags += second.ProbeLagsMs.Count(lag => lag > limit);
                // Only pauses as long as the limit can push an operation beyond it: a hundred short ones in a second delay nobody by more than one of them.
                if (second.GcPauseMs / Math.Max(1, second.Collections) > limit) gcMs += second.GcPauseMs;
                throttlingKnown |= second.ThrottledMs is not null;
                throttledMs += second.ThrottledMs ?? 0;
                step = Math.Max(step, stepMs);
            }

            timeMs += lengthMs;
            coverage = Math.Min(coverage, window.LengthSeconds > 0 ? lengthMs / (window.LengthSeconds * 1000) : lengthMs > 0 ? 1 : 0);
            if (health.CpuQuota > 0 && lengthMs > 0) busiest = Math.Max(busiest ?? 0, cpuMs / (lengthMs * health.CpuQuota));
        }

        return window with
        {
            ProbeSamples = samples,
            ProbeBeyond = lags,
            GcPauseShare = timeMs > 0 ? gcMs / timeMs : 0,
            ThrottledShare = throttlingKnown && throttledMs > limit ? throttledMs / timeMs : throttlingKnown ? 0 : null,
            CpuShare = busiest,
            ClockStepMs = step,
            HealthCoverage = coverage,
        };
    }

    /// <summary>The sums and extremes of a stretch of time; null without any health in it.</summary>
    public HealthStatistics? Summarize(long fromUnixNanoseconds, long toUnixNanoseconds)
    {
        var seconds = 0;
        long samples = 0;
        double timeMs = 0, gcMs = 0, gcMax = 0, cpuMs = 0, probeMax = 0, step = 0, drift = 0;
        double? throttledMs = null;
        var lags = new List<double>();
        foreach (var health in _workers.Values)
        {
            double? first = null;
            double last = 0;
            foreach (var (second, stepMs) in SecondsOf(health, fromUnixNanoseconds, toUnixNanoseconds))
            {
                seconds++;
                timeMs += second.LengthMs;
                gcMs += second.GcPauseMs;
                gcMax = Math.Max(gcMax, second.GcPauseMs);
                cpuMs += second.CpuMs;
                if (second.ThrottledMs is { } throttled) throttledMs = (throttledMs ?? 0) + throttled;
                samples += second.ProbeSamples;
                probeMax = Math.Max(probeMax, second.ProbeMaxMs);
                lags.AddRange(second.ProbeLagsMs);
                step = Math.Max(step, stepMs);
                first ??= second.ClockOffsetMs;
                last = second.ClockOffsetMs;
            }

            if (first is { } start && Math.Abs(last - start) > Math.Abs(drift)) drift = last - start;
        }

        if (seconds == 0) return null;
        return new HealthStatistics
        {
            Seconds = seconds,
            GcPauseMs = gcMs,
            GcPauseMaxMs = gcMax,
            CpuPercent = 100 * cpuMs / timeMs,
            CpuQuota = _workers.Values.Max(health => health.CpuQuota),
            ThrottledMs = throttledMs,
            ProbeSamples = samples,
            ProbeP99Ms = ProbeP99(samples, lags),
            ProbeMaxMs = probeMax,
            ClockStepMs = step,
            ClockDriftMs = drift,
        };
    }

    private static double? ProbeP99(long samples, List<double> lags)
    {
        if (samples < LatencyPercentiles.Needed(990)) return null;
        var beyond = (int)(samples / 100);
        if (lags.Count <= beyond) return KeptLagMs;
        lags.Sort();
        return lags[^(beyond + 1)];
    }

    /// <summary>
    /// The seconds that lie for the most part in a stretch (or, of a stretch shorter than a second, hold most of it), each with how far the wall clock
    /// stepped in it. Slewing, up to 500 ppm, is drift and no step.
    /// </summary>
    private static IEnumerable<(HealthSecond Second, double StepMs)> SecondsOf(RunHealth health, long from, long to)
    {
        var seconds = health.Seconds;
        // One second can begin before the stretch and reach into it.
        for (var i = Math.Max(0, FirstFrom(seconds, from) - 1); i < seconds.Count && seconds[i].UnixMicroseconds * 1000 < to; i++)
        {
            var second = seconds[i];
            var start = second.UnixMicroseconds * 1000;
            var length = (long)(second.LengthMs * 1e6);
            var overlap = Math.Min(to, start + length) - Math.Max(from, start);
            if (overlap <= 0 || overlap * 2 < Math.Min(length, to - from)) continue;
            var moved = i == 0 ? 0 : Math.Abs(second.ClockOffsetMs - seconds[i - 1].ClockOffsetMs);
            yield return (second, Math.Max(0, moved - (SlewShare * second.LengthMs)));
        }
    }

    /// <summary>The first second that begins at a moment or after it; they are in order.</summary>
    private static int FirstFrom(IReadOnlyList<HealthSecond> seconds, long nanoseconds)
    {
        var (low, high) = (0, seconds.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (seconds[middle].UnixMicroseconds * 1000 < nanoseconds) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
