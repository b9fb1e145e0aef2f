using System.Collections.Concurrent;
using System.Diagnostics;
using K8sScaleTest.Engine.Health;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Tests.Pacing;

namespace K8sScaleTest.Engine.Tests.Health;

/// <summary>The recorder with a clock that the test moves, and a thread pool that runs when the test says so.</summary>
public sealed class HealthRecorderTests : IDisposable
{
    private readonly ManualPacerWait _time = new();
    private readonly ConcurrentQueue<IThreadPoolWorkItem> _pool = new();
    private readonly HealthRecorder _recorder;
    private Func<double, HealthCounters> _counters = _ => default;
    private bool _starved;

    public HealthRecorderTests() => _recorder = new(new((0, 1_000_000_000)), Read, _time, new(() => _time.Now, Queue));

    public void Dispose()
    {
        _recorder.Dispose();
        _time.Dispose();
    }

    [Fact]
    public void A_row_a_second_holds_what_the_counters_grew_by()
    {
        _counters = ms => new(0, TimeSpan.FromMilliseconds(ms / 100), (int)(ms / 500), TimeSpan.FromMilliseconds(ms * 1.5), 40 + (ms / 10), ms / 1000);
        Start();
        Play(until: 3_000);
        var rows = _recorder.Snapshot();
        Assert.Equal(3, rows.Count);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(1_000_000 * (1 + i), rows[i].UnixMicroseconds);
            Assert.Equal(1_000, rows[i].LengthMs);
            Assert.Equal(10, rows[i].GcPauseMs);
            Assert.Equal(2, rows[i].Collections);
            Assert.Equal(1_500, rows[i].CpuMs);
            Assert.Equal(100, rows[i].ThrottledMs);
            Assert.Equal(i + 1, rows[i].ClockOffsetMs);
            Assert.Equal(100, rows[i].ProbeSamples);
            Assert.Equal(0, rows[i].ProbeMaxMs);
            Assert.Empty(rows[i].ProbeLagsMs);
        }
    }

    [Fact]
    public void Throttling_that_is_not_known_stays_unknown()
    {
        Start();
        Play(until: 1_000);
        Assert.Null(Assert.Single(_recorder.Snapshot()).ThrottledMs);
    }

    [Fact]
    public void The_second_under_way_is_in_a_snapshot_as_far_as_it_has_come()
    {
        Start();
        Play(until: 1_250);
        Assert.Equal([1_000, 250], _recorder.Snapshot().Select(row => row.LengthMs));
        Play(until: 2_000);
        Assert.Equal([1_000, 1_000], _recorder.Snapshot().Select(row => row.LengthMs));
    }

    [Fact]
    public void A_starved_pool_shows_as_many_lags_in_the_seconds_in_which_they_began()
    {
        Start();
        Play(until: 900);
        _starved = true;
        Play(until: 1_200);
        _starved = false;
        Play(until: 2_000);
        var rows = _recorder.Snapshot();

        // Queued from 910 to 1,200, and run at 1,210 (the moment of the next sample).
        Assert.Equal(Enumerable.Range(0, 10).Select(i => 300.0 - (10 * i)), rows[0].ProbeLagsMs);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => 200.0 - (10 * i)), rows[1].ProbeLagsMs);
        Assert.Equal(300, rows[0].ProbeMaxMs);
        Assert.Equal([100, 100], rows.Select(row => row.ProbeSamples));
    }

    [Fact]
    public void Samples_that_have_not_run_count_with_their_age_in_a_snapshot_and_are_not_counted_twice_later()
    {
        Start();
        Play(until: 950);
        _starved = true;
        Play(until: 1_050);
        var rows = _recorder.Snapshot();
        Assert.Equal([90.0, 80, 70, 60, 50], rows[0].ProbeLagsMs);
        Assert.Equal([40.0, 30, 20, 10], rows[1].ProbeLagsMs);
        Assert.Equal([100, 5], rows.Select(row => row.ProbeSamples));

        _starved = false;
        Play(until: 1_060);
        rows = _recorder.Snapshot();
        Assert.Equal([100.0, 90, 80, 70, 60], rows[0].ProbeLagsMs);
        Assert.Equal([100, 6], rows.Select(row => row.ProbeSamples));
    }

    [Fact]
    public void At_the_end_what_has_not_run_counts_with_its_age_for_good()
    {
        Start();
        Play(until: 20);
        _starved = true;
        Play(until: 60);
        _recorder.Stop();
        _starved = false;
        RunPool();
        _time.Set(Ticks(5_000));
        var row = Assert.Single(_recorder.Snapshot());
        Assert.Equal(60, row.LengthMs);
        Assert.Equal(6, row.ProbeSamples);
        Assert.Equal([30.0, 20, 10], row.ProbeLagsMs);
        _recorder.Stop();
        Assert.Single(_recorder.Snapshot());
    }

    [Fact]
    public void When_the_whole_process_stood_still_every_missed_sample_counts_from_when_it_was_due()
    {
        Start();
        Play(until: 100);
        Advance(155);
        Play(until: 1_000, from: 160);
        var row = Assert.Single(_recorder.Snapshot());

        // 110 to 140 were missed altogether; at 155 the one of 150 is merely late, which is this thread's lateness and not the pool's.
        Assert.Equal([45.0, 35, 25, 15], row.ProbeLagsMs);
        Assert.Equal(100, row.ProbeSamples);
    }

    [Fact]
    public void A_standstill_over_seconds_is_one_long_row()
    {
        Start();
        Advance(3_500);
        Play(until: 4_000, from: 3_510);
        Assert.Equal([3_500, 500], _recorder.Snapshot().Select(row => row.LengthMs));
        Assert.Equal([350, 50], _recorder.Snapshot().Select(row => row.ProbeSamples));
    }

    [Fact]
    public void Before_the_start_there_are_no_rows_and_a_stop_does_no_harm()
    {
        Assert.Empty(_recorder.Snapshot());
        _recorder.Stop();
        Assert.Empty(_recorder.Snapshot());
    }

    [Fact]
    public void The_quota_of_this_process_is_no_more_than_the_machine_has()
    {
        using var real = new HealthRecorder(new());
        Assert.InRange(real.CpuQuota, double.Epsilon, Environment.ProcessorCount);
    }

    private static long Ticks(double milliseconds) => (long)(milliseconds * Stopwatch.Frequency / 1000);

    private HealthCounters Read() => _counters(RunClock.ToMilliseconds(_time.Now)) with { Ticks = _time.Now };

    private void Queue(IThreadPoolWorkItem item)
    {
        _pool.Enqueue(item);
        if (!_starved) RunPool();
    }

    private void RunPool()
    {
        while (_pool.TryDequeue(out var item)) item.Execute();
    }

    private void Start()
    {
        _recorder.Start();
        _time.AwaitRest();
    }

    private void Advance(double milliseconds) => _time.AdvanceTo(Ticks(milliseconds));

    private void Play(int until, int? from = null)
    {
        for (var now = from ?? (RunClock.ToMilliseconds(_time.Now) + 10); now <= until; now += 10) Advance(now);
    }
}
