using HdrHistogram;

namespace K8sScaleTest.Engine.Results.Latencies;

/// <summary>Differences of either sign, such as from a response to the event that may come before it: two HdrHistograms of magnitudes, in nanoseconds.</summary>
internal sealed class SignedHistogram
{
    private const long HighestNanoseconds = 3_600_000_000_000;
    private const int SignificantDigits = 3;
    private readonly IntHistogram?[] _histograms = new IntHistogram?[2];
    private double _sumMs;
    private double _minMs = double.PositiveInfinity;
    private double _maxMs = double.NegativeInfinity;

    public void Record(double ms)
    {
        if (double.IsNaN(ms)) return;
        var histogram = _histograms[ms < 0 ? 0 : 1] ??= new IntHistogram(1, HighestNanoseconds, SignificantDigits);
        histogram.RecordValue(Math.Min((long)(Math.Abs(ms) * 1e6), HighestNanoseconds));
        _sumMs += ms;
        _minMs = Math.Min(_minMs, ms);
        _maxMs = Math.Max(_maxMs, ms);
    }

    public SignedPercentiles Summarize()
    {
        var negative = _histograms[0]?.TotalCount ?? 0;
        var count = negative + (_histograms[1]?.TotalCount ?? 0);
        return count == 0
            ? default
            : new(count, negative, _minMs, Percentile(500), Percentile(900), Percentile(990), Percentile(999), _maxMs, _sumMs / count);
    }

    private double? Percentile(int perMille)
    {
        var negative = _histograms[0]?.TotalCount ?? 0;
        var positive = _histograms[1]?.TotalCount ?? 0;
        var all = negative + positive;
        if (all < LatencyPercentiles.Needed(perMille)) return null;
        var rank = ((all * perMille) + 999) / 1000;

        // The smallest difference is the negative of the largest magnitude.
        var ms = rank <= negative
            ? -_histograms[0]!.GetValueAtPercentile(100.0 * (negative - rank + 1) / negative) / 1e6
            : _histograms[1]!.GetValueAtPercentile(100.0 * (rank - negative) / positive) / 1e6;
        return Math.Clamp(ms, _minMs, _maxMs);
    }
}
