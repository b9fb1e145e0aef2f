using K8sScaleTest.Engine.Health;

namespace K8sScaleTest.Engine.Tests.Health;

public sealed class CompletionProbeTests
{
    private readonly Queue<IThreadPoolWorkItem> _pool = new();
    private long _now;

    [Fact]
    public void A_lag_is_the_time_from_queueing_to_running()
    {
        var probe = NewProbe();
        probe.Queue(_now = 100);
        Assert.False(probe.TryTake(out _, out _));
        Assert.Equal([100], probe.Outstanding);
        RunOne(107);
        Assert.Equal([(100, 7)], Take(probe));
        Assert.Empty(probe.Outstanding);
    }

    [Fact]
    public void Samples_queued_behind_one_that_waits_count_each_with_its_own_lag()
    {
        var probe = NewProbe();
        for (_now = 0; _now < 50; _now += 10) probe.Queue(_now);
        while (_pool.Count > 0) RunOne(60);
        Assert.Equal([(0, 60), (10, 50), (20, 40), (30, 30), (40, 20)], Take(probe));
    }

    [Fact]
    public void A_sample_given_up_counts_no_more_when_the_pool_comes_to_it()
    {
        var probe = NewProbe();
        probe.Queue(1);
        Assert.True(probe.TryAbandon(out var queued));
        Assert.Equal(1, queued);
        RunOne(5);
        Assert.Empty(Take(probe));
        Assert.False(probe.TryAbandon(out _));
    }

    [Fact]
    public void Nothing_is_allocated_per_sample()
    {
        var probe = NewProbe();
        long Measure(int samples)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < samples; i++)
            {
                probe.Queue(i);
                RunOne(i + 1);
                probe.TryTake(out _, out _);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Measure(1_000);
        Assert.Equal(0, Measure(10_000));
    }

    private CompletionProbe NewProbe() => new(() => _now, _pool.Enqueue);

    private void RunOne(long now)
    {
        _now = now;
        _pool.Dequeue().Execute();
    }

    private static List<(long Queued, long Lag)> Take(CompletionProbe probe)
    {
        var samples = new List<(long, long)>();
        while (probe.TryTake(out var queued, out var lag)) samples.Add((queued, lag));
        return samples;
    }
}
