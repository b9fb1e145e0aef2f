using K8sScaleTest.Engine.Results.Latencies;
using K8sScaleTest.Engine.Results.Verdicts;

namespace K8sScaleTest.Engine.Tests.Results.Latencies;

public sealed class CompactHistogramTests
{
    [Fact]
    public void Counts_above_the_lowest_limit_are_exact()
    {
        var histogram = new CompactHistogram();
        double[] values = [0, 0.5, 1.999999, 2.0001, 2.1, 50, 100_000, 1e12];
        foreach (var value in values) histogram.Add(value);
        Assert.Equal(5, histogram.CountAbove(MeasurementWindow.LowestLimitMs));
        Assert.Equal(8, histogram.Total);
    }

    [Fact]
    public void Medians_and_counts_are_within_a_bucket_of_the_truth()
    {
        var random = new Random(7);
        var values = Enumerable.Range(0, 10_000).Select(_ => Math.Exp(random.NextDouble() * 12) / 100).ToList();
        var (whole, left, right) = (new CompactHistogram(), new CompactHistogram(), new CompactHistogram());
        for (var i = 0; i < values.Count; i++)
        {
            whole.Add(values[i]);
            (i % 3 == 0 ? left : right).Add(values[i]);
        }

        left.Add(right);
        values.Sort();
        Assert.InRange(whole.Median(), values[5000] * 0.97, values[5000] * 1.03);
        Assert.Equal(whole.Median(), left.Median());
        foreach (var limit in new[] { 2.0, 3.3, 57, 900 })
        {
            var truth = values.Count(value => value > limit);
            Assert.InRange(whole.CountAbove(limit), truth - 40, truth + 40);
            Assert.Equal(whole.CountAbove(limit), left.CountAbove(limit));
        }
    }

    [Fact]
    public void A_median_counts_what_is_only_known_to_lie_above()
    {
        var histogram = new CompactHistogram();
        Assert.Equal(double.NaN, histogram.Median());
        Assert.Equal(double.PositiveInfinity, histogram.Median(above: 3));
        histogram.Add(10);
        histogram.Add(20);
        Assert.InRange(histogram.Median(above: 1), 10, 21);
        Assert.Equal(double.PositiveInfinity, histogram.Median(above: 3));
    }
}
