using K8sScaleTest.Engine.Observers;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Tests.Observers;

public sealed class LoggerStatisticsTests
{
    [Theory]
    [InlineData(NotifiedEvent.Added)]
    [InlineData(NotifiedEvent.Updated)]
    public void Latencies_by_a_writers_clock_that_is_ahead_stay_negative(NotifiedEvent told)
    {
        var run = new RunInfo("run", 0, "configmaps", "", new RunClock());
        var statistics = new LoggerStatistics(new Ignoring(), perEvent: false, metrics: null);
        var now = RunClock.Now;
        for (var i = 0; i < 2000; i++)
        {
            // The writer is 50 ms ahead; the way takes 1 to 20 ms, and the handler 5 more.
            var arrival = now + RunClock.FromNanoseconds((1 + (i % 20)) * 1_000_000L);
            statistics.Take(new()
            {
                Run = run,
                Key = "ns/a",
                Event = told,
                EventNumber = 1,
                Events = 1,
                Received = arrival,
                Handled = arrival + RunClock.FromNanoseconds(5_000_000),
                Dequeued = arrival + RunClock.FromNanoseconds(6_000_000),
                FirstEnqueued = arrival + RunClock.FromNanoseconds(5_000_000),
                LastEnqueued = arrival + RunClock.FromNanoseconds(5_000_000),
                WrittenUnixMicroseconds = (run.Clock.ToUnixNanoseconds(now) / 1000) + 50_000,
            });
        }

        var counts = statistics.Snapshot();
        var (received, handled) = told == NotifiedEvent.Added
            ? (counts.CreateLatency, counts.CreateHandledLatency)
            : (counts.UpdateLatency, counts.UpdateHandledLatency);
        Assert.Equal((2000L, 2000L), (received.Count, received.Negative));
        Assert.Equal(-40, received.P50Ms!.Value, 0.1);
        Assert.Equal(-30, received.P99Ms!.Value, 0.1);
        Assert.Equal(-35, handled.P50Ms!.Value, 0.1);
        Assert.Equal(-49, counts.ShortestLatencyMs!.Value, 0.1);
    }

    private sealed class Ignoring : IRecordConsumer<NotificationRow>
    {
        public void Take(in NotificationRow row)
        {
        }

        public void Pause()
        {
        }
    }
}
