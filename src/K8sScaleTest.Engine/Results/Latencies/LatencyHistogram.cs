using HdrHistogram;

namespace K8sScaleTest.Engine.Results.Latencies;

/// <summary>One time of one kind of operation: an HdrHistogram in nanoseconds, with the time-outs that it cannot hold.</summary>
internal sealed class LatencyHistogram
{
    private const long HighestNanoseconds = 3_600_000_000_000;
    private const int SignificantDigits = 3;

    // The histogram is a hundred kilobytes: made when the first value comes.
    private IntHistogram? _histogram;
    private double _sumMs;
    private double _maxMs;
    private long _censored;
    private double _censoredFromMs = double.PositiveInfinity;

    public void Record(double ms)
    {
        if (double.IsNaN(ms)) return;
        _histogram ??= new IntHistogram(1, HighestNanoseconds, SignificantDigits);
        // A schedule rounded to another clock can lie a few ns after the launch: no delay is negative.
        var positive = Math.Max(ms, 0);
        _histogram.RecordValue(Math.Min((long)(positive * 1e6), HighestNanoseconds));
        _sumMs += positive;
        _maxMs = Math.Max(_maxMs, positive);
    }

    /// <summary>An operation that took longer than it was waited for.</summary>
    public void Censor(double atLeastMs)
    {
        if (double.IsNaN(atLeastMs)) return;
        _censored++;
        _censoredFromMs = Math.Min(_censoredFromMs, atLeastMs);
    }

    public void Add(LatencyHistogram other)
    {
        if (other._histogram is { } histogram)
        {
            _histogram ??= new IntHistogram(1, HighestNanoseconds, SignificantDigits);
            _histogram.Add(histogram);
        }

        _sumMs += other._sumMs;
        _maxMs = Math.Max(_maxMs, other._maxMs);
        _censored += other._censored;
        _censoredFromMs = Math.Min(_censoredFromMs, other._censoredFromMs);
    }

    public LatencyPercentiles Summarize()
    {
        var count = _histogram?.TotalCount ?? 0;
        var known = count > 0 && _censored == 0;
        return new LatencyPercentiles(
            count,
            _censored,
            _censored > 0 ? _censoredFromMs : null,
            Percentile(500),
            Percentile(900),
            Percentile(990),
            Percentile(999),
            known ? _maxMs : null,
            known ? _sumMs / count : null);
    }

    /// <summary>The percentile of known times and time-outs together, in ms; null with fewer than ten beyond it, or among the time-outs.</summary>
    /// <param name="perMille">In thousandths.</param>
    public double? Percentile(int perMille)
    {
        if (_histogram is null) return null;
        var known = _histogram.TotalCount;
        var all = known + _censored;
        if (all < LatencyPercentiles.Needed(perMille)) return null;
        var rank = ((all * perMille) + 999) / 1000;
        if (rank > known) return null;
        // HdrHistogram answers with the upper end of the value's bucket, which can lie above what was seen.
        return Math.Min(_histogram.GetValueAtPercentile(100.0 * rank / known) / 1e6, _maxMs);
    }
}
