using K8sScaleTest.Engine.Pacing;

namespace K8sScaleTest.Engine.Tests.Pacing;

/// <summary>Are the gaps what they are called? The seeds are fixed, so these tests cannot fail by chance: they hold or they do not.</summary>
public sealed class ArrivalScheduleStatisticsTests
{
    private const int Arrivals = 1_000_000;

    // The Kolmogorov distribution exceeds it with a probability of 0.001.
    private const double KolmogorovLimit = 1.95;

    public static TheoryData<double, ulong> RatesAndSeeds => new() { { 20, 1 }, { 1_000, 2 }, { 50_000, 3 }, { 0.01, ulong.MaxValue } };

    [Theory]
    [MemberData(nameof(RatesAndSeeds))]
    public void Poisson_gaps_are_exponential(double rate, ulong seed)
    {
        var gaps = Gaps(ArrivalKind.Poisson, rate, seed);
        AssertMean(gaps, 1e9 / rate, 1e9 / rate);
        Array.Sort(gaps);
        AssertDistribution(gaps, gap => 1 - Math.Exp(-gap * rate / 1e9));
    }

    [Theory]
    [MemberData(nameof(RatesAndSeeds))]
    public void Uniform_gaps_are_uniform_up_to_twice_their_mean(double rate, ulong seed)
    {
        var gaps = Gaps(ArrivalKind.Uniform, rate, seed);
        AssertMean(gaps, 1e9 / rate, 1e9 / rate / Math.Sqrt(3));
        Array.Sort(gaps);
        Assert.InRange(gaps[^1], 0, 2e9 / rate);
        AssertDistribution(gaps, gap => gap * rate / 2e9);
    }

    [Theory]
    [MemberData(nameof(RatesAndSeeds))]
    public void A_gap_says_nothing_about_the_ones_after_it(double rate, ulong seed)
    {
        foreach (var kind in (ArrivalKind[])[ArrivalKind.Poisson, ArrivalKind.Uniform])
        {
            var gaps = Gaps(kind, rate, seed);
            foreach (var lag in (int[])[1, 2, 10])
            {
                // Of independent gaps it is normal with a standard deviation of 1/sqrt(n).
                Assert.InRange(Autocorrelation(gaps, lag) * Math.Sqrt(Arrivals), -3.3, 3.3);
            }
        }
    }

    [Fact]
    public void The_counts_of_Poisson_arrivals_in_equal_intervals_have_their_mean_as_variance()
    {
        var counts = new double[10_000];
        foreach (var arrival in new ArrivalSchedule(ArrivalKind.Poisson, 1_000, 8, null, 1_000_000_000_000).Play())
            counts[Math.Min(arrival.OffsetNanoseconds / 100_000_000, counts.Length - 1)]++;
        var mean = counts.Average();
        var variance = counts.Sum(count => (count - mean) * (count - mean)) / (counts.Length - 1);

        // (n - 1) V/M is nearly chi-squared with n - 1 degrees of freedom: relative standard deviation sqrt(2/(n - 1)).
        Assert.InRange(variance / mean, 1 - (3.3 * Math.Sqrt(2.0 / counts.Length)), 1 + (3.3 * Math.Sqrt(2.0 / counts.Length)));
    }

    [Fact]
    public void Gaps_have_no_cap()
    {
        // Of a million exponential gaps the longest is about ln(10^6) = 14 times the mean; at one in 100 s that is far above five minutes.
        Assert.InRange(Gaps(ArrivalKind.Poisson, 0.01, 5).Max() / 100e9, 11, 25);
    }

    [Fact]
    public void Different_seeds_give_unrelated_schedules()
    {
        var (one, other) = (Gaps(ArrivalKind.Poisson, 100, 1), Gaps(ArrivalKind.Poisson, 100, 2));
        var correlation = one.Zip(other, (x, y) => (x - 1e7) * (y - 1e7)).Average() / 1e14;
        Assert.InRange(correlation * Math.Sqrt(Arrivals), -3.3, 3.3);
    }

    private static double[] Gaps(ArrivalKind kind, double rate, ulong seed)
    {
        var gaps = new double[Arrivals];
        long previous = 0;
        foreach (var arrival in new ArrivalSchedule(kind, rate, seed, Arrivals, null).Play())
        {
            gaps[arrival.Index] = arrival.OffsetNanoseconds - previous;
            previous = arrival.OffsetNanoseconds;
        }

        return gaps;
    }

    private static void AssertMean(double[] gaps, double mean, double deviation) =>
        Assert.InRange((gaps.Average() - mean) / (deviation / Math.Sqrt(gaps.Length)), -3.3, 3.3);

    /// <summary>The test of Kolmogorov and Smirnov.</summary>
    private static void AssertDistribution(double[] sorted, Func<double, double> distribution)
    {
        var distance = 0.0;
        for (var i = 0; i < sorted.Length; i++)
        {
            var expected = distribution(sorted[i]);
            distance = Math.Max(distance, Math.Max(expected - ((double)i / sorted.Length), ((i + 1.0) / sorted.Length) - expected));
        }

        Assert.InRange(distance * Math.Sqrt(sorted.Length), 0, KolmogorovLimit);
    }

    private static double Autocorrelation(double[] values, int lag)
    {
        var mean = values.Average();
        var variance = values.Sum(value => (value - mean) * (value - mean));
        var covariance = 0.0;
        for (var i = lag; i < values.Length; i++) covariance += (values[i] - mean) * (values[i - lag] - mean);
        return covariance / variance;
    }
}
