namespace K8sScaleTest.Engine.Results.Latencies;

/// <summary>The distribution of a difference that may be negative, in ms, to three significant digits (HdrHistogram, one for each sign).</summary>
/// <param name="Count">Differences.</param>
/// <param name="Negative">Of them, those below 0.</param>
/// <param name="MinMs">The smallest; null without any.</param>
/// <param name="P50Ms">The median. Like every percentile null with fewer than ten differences beyond it.</param>
/// <param name="P90Ms">90 %; needs 100.</param>
/// <param name="P99Ms">99 %; needs 1,000.</param>
/// <param name="P999Ms">99.9 %; needs 10,000.</param>
/// <param name="MaxMs">The largest; null without any.</param>
/// <param name="MeanMs">The mean; null without any.</param>
public readonly record struct SignedPercentiles(
    long Count, long Negative, double? MinMs, double? P50Ms, double? P90Ms, double? P99Ms, double? P999Ms, double? MaxMs, double? MeanMs);
