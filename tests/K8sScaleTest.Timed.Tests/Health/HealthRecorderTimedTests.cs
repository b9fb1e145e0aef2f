using K8sScaleTest.Engine.Health;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Timed.Tests.Health;

public sealed class HealthRecorderTimedTests
{
    [Fact]
    public void A_starved_pool_is_seen_as_one_long_lag_every_10_ms() => Undisturbed.Holds(() =>
    {
        using var recorder = new HealthRecorder(new());
        recorder.Start();
        using (StarvedPool.Begin()) Thread.Sleep(1_500);
        Thread.Sleep(100);
        recorder.Stop();
        double[] lags = [.. recorder.Snapshot().SelectMany(row => row.ProbeLagsMs)];
        Assert.InRange(lags.Max(), 1_000, 60_000);
        Assert.InRange(lags.Count(lag => lag > 100), 100, 10_000);
    });

    [Fact]
    public void A_pool_that_stays_starved_is_seen_while_it_is() => Undisturbed.Holds(() =>
    {
        using var recorder = new HealthRecorder(new());
        recorder.Start();
        using var pool = StarvedPool.Begin();
        Thread.Sleep(1_500);
        var now = recorder.Snapshot();
        recorder.Stop();
        var end = recorder.Snapshot();
        Assert.InRange(now.Max(row => row.ProbeMaxMs), 1_000, 60_000);
        Assert.InRange(end.Max(row => row.ProbeMaxMs), 1_000, 60_000);
    });

    [Fact]
    public void A_quiet_process_has_a_row_a_second_and_mostly_short_lags() => Undisturbed.Holds(() =>
    {
        using var recorder = new HealthRecorder(new());
        recorder.Start();
        Thread.Sleep(3_050);
        recorder.Stop();
        var rows = recorder.Snapshot();
        Assert.Equal(4, rows.Count);
        Assert.All(rows.SkipLast(1), row => Assert.InRange(row.LengthMs, 900, 1_100));
        Assert.All(rows.SkipLast(1), row => Assert.InRange(row.ProbeSamples, 90, 110));
        Assert.InRange(rows.SelectMany(row => row.ProbeLagsMs).Count(lag => lag > 5), 0, rows.Sum(row => row.ProbeSamples) / 10);
    });

    [Fact]
    public void What_the_process_does_is_in_the_row_in_which_it_did_it() => Undisturbed.Holds(() =>
    {
        using var recorder = new HealthRecorder(new());
        recorder.Start();
        Thread.Sleep(1_100);
        var cpu = Environment.CpuUsage.TotalTime;
        for (var begin = RunClock.Now; RunClock.ToMilliseconds(RunClock.Now - begin) < 500;) Thread.SpinWait(100);
        GC.Collect();
        var used = (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds;
        Thread.Sleep(600);
        recorder.Stop();
        var rows = recorder.Snapshot();
        Assert.Equal(3, rows.Count);
        Assert.InRange(rows[1].CpuMs, used, used + 300);
        Assert.InRange(rows[1].Collections, 1, 100);
        Assert.InRange(rows[1].GcPauseMs, 0.001, 1_000);
        Assert.Equal(0, rows[0].Collections);
        Assert.All(rows, row => Assert.InRange(row.ClockOffsetMs, -100, 100));
    });
}
