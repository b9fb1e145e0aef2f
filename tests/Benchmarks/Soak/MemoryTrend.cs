namespace K8sScaleTest.Benchmarks.Soak;

/// <summary>
/// How memory grows: the slope of a line through the means of batches, with its 95 % confidence interval. Samples taken one after another depend on each other (a
/// garbage collector makes saw teeth), means of batches much less.
/// </summary>
internal sealed class MemoryTrend
{
    private const int Batches = 12;

    /// <summary>Student's t for 10 degrees of freedom, 97.5 %.</summary>
    private const double T = 2.228;

    private MemoryTrend(double mean, double slope, double half)
    {
        MeanMegabytes = mean;
        Slope = slope;
        HalfWidth = half;
    }

    public double MeanMegabytes { get; }

    /// <summary>Megabytes a minute.</summary>
    public double Slope { get; }

    /// <summary>Half of the confidence interval of the slope.</summary>
    public double HalfWidth { get; }

    public double PercentPerMinute => Slope / MeanMegabytes * 100;

    /// <summary>What the slope is at least, in percent of the mean a minute.</summary>
    public double AtLeastPercent => (Slope - HalfWidth) / MeanMegabytes * 100;

    public double HalfWidthPercent => HalfWidth / MeanMegabytes * 100;

    /// <param name="samples">Minutes and megabytes; at least two for each batch.</param>
    public static MemoryTrend Of(IReadOnlyList<(double Minutes, double Megabytes)> samples)
    {
        var size = samples.Count / Batches;
        if (size < 2) throw new ArgumentException($"{samples.Count} samples are too few for a trend.");
        var means = Enumerable.Range(0, Batches).Select(batch => samples.Skip(samples.Count - (Batches - batch) * size).Take(size).ToArray())
            .Select(batch => (X: batch.Average(s => s.Minutes), Y: batch.Average(s => s.Megabytes))).ToArray();
        var (x, y) = (means.Average(m => m.X), means.Average(m => m.Y));
        var spread = means.Sum(m => (m.X - x) * (m.X - x));
        var slope = means.Sum(m => (m.X - x) * (m.Y - y)) / spread;
        var residual = means.Sum(m => Math.Pow(m.Y - y - slope * (m.X - x), 2));
        return new MemoryTrend(y, slope, T * Math.Sqrt(residual / (Batches - 2) / spread));
    }
}
