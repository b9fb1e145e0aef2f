using K8sScaleTest.Engine.Results.Latencies;

namespace K8sScaleTest.Engine.Tests.Results.Latencies;

/// <summary>Percentiles of differences of either sign, against those of the sorted values.</summary>
public sealed class SignedHistogramTests
{
    [Theory]
    [InlineData(-1.0)]
    [InlineData(-0.5)]
    [InlineData(-0.01)]
    [InlineData(0.0)]
    public void Percentiles_are_those_of_the_sorted_differences(double shift)
    {
        var random = new Random(4711);
        var values = Enumerable.Range(0, 20_000).Select(_ => (random.NextDouble() + shift) * 100).Order().ToList();
        var histogram = new SignedHistogram();
        foreach (var value in values) histogram.Record(value);

        var summary = histogram.Summarize();

        Assert.Equal((20_000, values.Count(value => value < 0)), (summary.Count, (int)summary.Negative));
        foreach (var (perMille, actual) in new[] { (500, summary.P50Ms), (900, summary.P90Ms), (990, summary.P99Ms), (999, summary.P999Ms) })
        {
            var expected = values[(values.Count * perMille / 1000) - 1];
            Assert.InRange(actual!.Value, expected - (Math.Abs(expected) / 500) - 0.02, expected + (Math.Abs(expected) / 500) + 0.02);
        }

        Assert.Equal(values[0], summary.MinMs);
        Assert.Equal(values[^1], summary.MaxMs);
        Assert.Equal(values.Average(), summary.MeanMs!.Value, 0.001);
    }

    [Fact]
    public void Few_differences_have_no_percentiles()
    {
        var histogram = new SignedHistogram();
        histogram.Record(-1);
        histogram.Record(2);

        var summary = histogram.Summarize();

        Assert.Equal((2, 1, -1, 2), (summary.Count, summary.Negative, summary.MinMs, summary.MaxMs));
        Assert.Null(summary.P50Ms);
    }

    [Fact]
    public void Nothing_recorded_is_nothing_known() => Assert.Equal(default, new SignedHistogram().Summarize());
}
