namespace K8sScaleTest.Engine.Results.Latencies;

/// <summary>
/// The distribution of one time of one kind of operation, in ms, to three significant digits (HdrHistogram).
/// </summary>
/// <param name="Count">Operations of which the time is known.</param>
/// <param name="Censored">Time-outs: operations that took longer than they were waited for. They count as above every known time, so that a percentile is
/// of all that were asked for, but their own values enter nowhere.</param>
/// <param name="CensoredFromMs">The shortest wait among the time-outs: what falls among them is at least this.</param>
/// <param name="P50Ms">The median. Like every percentile null with fewer than ten operations beyond it, and where it falls among the time-outs.</param>
/// <param name="P90Ms">90 %; needs 100 operations.</param>
/// <param name="P99Ms">99 %; needs 1,000 operations.</param>
/// <param name="P999Ms">99.9 %; needs 10,000 operations.</param>
/// <param name="MaxMs">The largest; null after a time-out.</param>
/// <param name="MeanMs">The mean; null after a time-out.</param>
public readonly record struct LatencyPercentiles(
    long Count, long Censored, double? CensoredFromMs, double? P50Ms, double? P90Ms, double? P99Ms, double? P999Ms, double? MaxMs, double? MeanMs)
{
    /// <summary>Observations that must lie beyond a percentile: with fewer it is one operation's luck.</summary>
    public const int NeededBeyond = 10;

    /// <summary>How many operations a percentile needs.</summary>
    /// <param name="perMille">The percentile in thousandths: 990 for p99.</param>
    public static long Needed(int perMille) => (NeededBeyond * 1000L / (1000 - perMille)) + (NeededBeyond * 1000 % (1000 - perMille) == 0 ? 0 : 1);
}
