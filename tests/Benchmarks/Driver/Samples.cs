namespace K8sScaleTest.Benchmarks.Driver;

/// <summary>Medians of rounds, and percentiles of what rounds measured.</summary>
internal static class Samples
{
    private const int NeededBeyond = 10;

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>A percentile (nearest rank) of nanoseconds, in ms; null with fewer than ten samples beyond it.</summary>
    public static double? Percentile(IReadOnlyCollection<long> nanoseconds, double quantile)
    {
        if (nanoseconds.Count * (1 - quantile) < NeededBeyond) return null;
        var sorted = nanoseconds.Order().ToArray();
        return sorted[(int)Math.Ceiling(quantile * sorted.Length) - 1] / 1e6;
    }
}
