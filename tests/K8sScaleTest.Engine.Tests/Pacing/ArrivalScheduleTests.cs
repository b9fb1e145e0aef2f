using System.Globalization;
using K8sScaleTest.Engine.Pacing;

namespace K8sScaleTest.Engine.Tests.Pacing;

public sealed class ArrivalScheduleTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void The_shares_of_any_number_of_workers_make_up_the_one_global_schedule()
    {
        var random = new Random(20261124);
        for (var trial = 0; trial < 200; trial++)
        {
            var kind = (ArrivalKind)random.Next(3);
            var rate = Math.Exp(random.NextDouble() * 14) / 10;
            var seed = (ulong)random.NextInt64();
            var workers = random.Next(1, 60);
            var count = random.Next(3) == 0 ? (long?)null : random.Next(1, 2_000);
            long? duration = count is null || random.Next(2) == 0 ? (long)(random.Next(1, 1_000) / rate * Second) : null;

            var global = new ArrivalSchedule(kind, rate, seed, count, duration);
            Arrival[] all = [.. global.Play()];
            var union = new List<Arrival>();
            for (var worker = 0; worker < workers; worker++)
            {
                var share = new ArrivalSchedule(kind, rate, seed, count, duration, worker, workers);
                Arrival[] own = [.. share.Play()];
                Assert.All(own, arrival => Assert.Equal(worker, arrival.Index % workers));
                Assert.Equal(own.OrderBy(arrival => arrival.Index), own);
                Assert.Equal(global.FirstOffsetNanoseconds, share.FirstOffsetNanoseconds);
                Assert.Equal(global.LastOffsetNanoseconds, share.LastOffsetNanoseconds);
                Assert.Equal(global.NameDigits, share.NameDigits);
                union.AddRange(own);
            }

            Assert.Equal(all, union.OrderBy(arrival => arrival.Index));
            Assert.Equal(Enumerable.Range(0, all.Length).Select(i => (long)i), all.Select(arrival => arrival.Index));
        }
    }

    [Theory]
    [InlineData(ArrivalKind.Poisson)]
    [InlineData(ArrivalKind.Constant)]
    [InlineData(ArrivalKind.Uniform)]
    public void A_shorter_run_is_the_beginning_of_a_longer_one(ArrivalKind kind)
    {
        Arrival[] longer = [.. new ArrivalSchedule(kind, 250, 6, 5_000, null).Play()];
        Arrival[] byCount = [.. new ArrivalSchedule(kind, 250, 6, 300, null).Play()];
        Arrival[] byDuration = [.. new ArrivalSchedule(kind, 250, 6, null, 4 * Second).Play()];
        Assert.Equal(longer[..300], byCount);
        Assert.Equal(longer.TakeWhile(arrival => arrival.OffsetNanoseconds <= 4 * Second), byDuration);
    }

    [Fact]
    public void Whichever_of_count_and_duration_comes_first_ends_it()
    {
        Assert.Equal(50, new ArrivalSchedule(ArrivalKind.Constant, 100, 0, 50, 60 * Second).Play().Count());
        Assert.Equal(6_000, new ArrivalSchedule(ArrivalKind.Constant, 100, 0, 7_000, 60 * Second).Play().Count());
    }

    [Fact]
    public void Equal_gaps_do_not_drift()
    {
        var schedule = new ArrivalSchedule(ArrivalKind.Constant, 3, 0, 3_000_000, null);
        foreach (var arrival in schedule.Play())
            Assert.Equal((long)Math.Round((arrival.Index + 1) * 1_000_000_000m / 3), arrival.OffsetNanoseconds);
    }

    [Fact]
    public void Once_ended_it_stays_so_and_knows_when_the_last_arrival_was_due()
    {
        var schedule = new ArrivalSchedule(ArrivalKind.Constant, 10, 0, 7, null, 1, 4);
        Assert.Null(schedule.LastOffsetNanoseconds);
        Assert.Equal([1, 5], schedule.Play().Select(arrival => arrival.Index));
        Assert.False(schedule.TryNext(out _));
        Assert.Equal(700_000_000, schedule.LastOffsetNanoseconds);
    }

    [Fact]
    public void A_duration_shorter_than_the_first_gap_has_no_arrival()
    {
        var schedule = new ArrivalSchedule(ArrivalKind.Constant, 1, 0, null, Second / 2);
        Assert.False(schedule.TryNext(out _));
        Assert.Null(schedule.LastOffsetNanoseconds);
        Assert.Equal(Second, schedule.FirstOffsetNanoseconds);
    }

    [Fact]
    public void A_schedule_beyond_what_nanoseconds_can_count_ends()
    {
        // 292 years at one arrival in 11.6 days.
        var schedule = new ArrivalSchedule(ArrivalKind.Constant, ArrivalSchedule.MinimumRate, 0, 1_000_000, null);
        Assert.Equal(9_223, schedule.Play().Count());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(9, 1)]
    [InlineData(10, 2)]
    [InlineData(2_000, 4)]
    [InlineData(1_000_000_000, 10)]
    public void Names_have_the_digits_of_the_count_even_when_a_duration_may_end_the_run_earlier(long count, int digits)
    {
        Assert.Equal(digits, new ArrivalSchedule(ArrivalKind.Poisson, 10, 0, count, null).NameDigits);
        Assert.Equal(digits, new ArrivalSchedule(ArrivalKind.Poisson, 10, 0, count, Second).NameDigits);
    }

    [Theory]
    [InlineData(100, 60, 4)] // 6,000 + 8 x 77.5 + 10 = 6,630
    [InlineData(100, 99, 5)] // 9,900 + 8 x 99.5 + 10 = 10,706
    [InlineData(0.5, 1, 2)] // 0.5 + 8 x 0.71 + 10 = 16.2
    public void Without_a_count_they_have_the_digits_of_what_the_duration_can_bring(double rate, long seconds, int digits) =>
        Assert.Equal(digits, new ArrivalSchedule(ArrivalKind.Poisson, rate, 0, null, seconds * Second).NameDigits);

    [Fact]
    public void The_number_of_arrivals_stays_below_the_bound()
    {
        for (ulong seed = 0; seed < 2_000; seed++)
        {
            var schedule = new ArrivalSchedule(ArrivalKind.Poisson, 5, seed, null, 4 * Second);
            Assert.InRange(schedule.Play().Count(), 0, 44);
            Assert.Equal(66, schedule.TotalCount);
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1_000_001.0)]
    [InlineData(1e-9)]
    public void A_rate_out_of_range_is_refused_with_the_range(double rate)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new ArrivalSchedule(ArrivalKind.Poisson, rate, 0, 1, null));
        var expected = $"The rate must be between 0.000001 and 1,000,000 per second, not {rate.ToString(CultureInfo.InvariantCulture)}.";
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(1_000_000_001)]
    public void A_count_out_of_range_is_refused_with_the_range(long count)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new ArrivalSchedule(ArrivalKind.Poisson, 1, 0, count, null));
        Assert.StartsWith($"The count must be between 1 and 1,000,000,000, not {count}.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-Second, "-1")]
    public void A_duration_of_nothing_or_less_is_refused(long duration, string seconds)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new ArrivalSchedule(ArrivalKind.Poisson, 1, 0, null, duration));
        Assert.StartsWith($"The duration must be longer than nothing, not {seconds} s.", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(-1, 3)]
    public void A_worker_that_does_not_exist_is_refused_with_those_that_do(int worker, int workers)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new ArrivalSchedule(ArrivalKind.Poisson, 1, 0, 1, null, worker, workers));
        Assert.StartsWith($"The worker's number must be between 0 and 2 (3 workers, counted from 0), not {worker}.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_worker_an_unknown_kind_and_no_end_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ArrivalSchedule(ArrivalKind.Poisson, 1, 0, 1, null, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ArrivalSchedule((ArrivalKind)7, 1, 0, 1, null));
        Assert.Throws<ArgumentException>(() => new ArrivalSchedule(ArrivalKind.Poisson, 1, 0, null, null));
    }
}
