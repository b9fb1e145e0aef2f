using K8sScaleTest.Engine.Informers;

namespace K8sScaleTest.Engine.Tests.Informers;

public sealed class BackoffTests
{
    [Fact]
    public void It_begins_with_800_ms_doubles_and_stops_at_30_s() =>
        Assert.Equal([0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30], Waits(new Backoff(new ManualTime(), new FixedRandom(0)), 8));

    [Fact]
    public void Up_to_as_much_again_is_added_at_random() =>
        Assert.Equal([1.6, 3.2, 6.4], Waits(new Backoff(new ManualTime(), new FixedRandom(1)), 3));

    [Theory]
    [InlineData(120, 3.2)]
    [InlineData(120.001, 0.8)]
    public void It_begins_anew_after_two_minutes_of_calm(double seconds, double next)
    {
        var time = new ManualTime();
        var backoff = new Backoff(time, new FixedRandom(0));
        Waits(backoff, 2);
        time.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(next, backoff.Next().TotalSeconds);
    }

    private static double[] Waits(Backoff backoff, int count) => [.. Enumerable.Range(0, count).Select(_ => backoff.Next().TotalSeconds)];
}
