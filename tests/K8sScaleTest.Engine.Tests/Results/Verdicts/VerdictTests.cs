using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results;
using K8sScaleTest.Engine.Results.Files;
using K8sScaleTest.Engine.Results.Verdicts;

namespace K8sScaleTest.Engine.Tests.Results.Verdicts;

/// <summary>The rules on records and health whose truth is known; the fixtures that disturb a real process are in the timed tests.</summary>
public sealed class VerdictTests
{
    [Fact]
    public void A_quiet_run_is_valid()
    {
        var verdict = SampleRun.Summarize(32).Verdict;
        Assert.Equal((VerdictKind.Valid, VerdictReason.None, ""), (verdict.Kind, verdict.Code, verdict.Advice));
    }

    [Theory]
    [InlineData(1, 0, 0, 0)]
    [InlineData(0, 1, 0, 0)]
    [InlineData(0, 0, 1, 0)]
    [InlineData(0, 0, 0, 1)]
    public void Events_that_were_lost_doubled_or_reordered_fail_a_run_that_is_otherwise_sound(long missed, long duplicated, long outOfOrder, long regressed)
    {
        var summarizer = new ScaleTestSummarizer();
        foreach (var sample in SampleRun.Samples(32)) summarizer.Add(sample);
        summarizer.AddHealth(SampleRun.Health(33) with { EventFaults = new(4, 1000, missed, duplicated, outOfOrder, regressed) });
        var verdict = summarizer.CompleteAll()[0].Verdict;
        Assert.Equal((VerdictKind.Failed, VerdictReason.EventFaults), (verdict.Kind, verdict.Code));
        Assert.Contains("to 4 observers", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_audit_without_an_end_leaves_a_run_inconclusive_that_is_otherwise_sound()
    {
        var summarizer = new ScaleTestSummarizer();
        foreach (var sample in SampleRun.Samples(32)) summarizer.Add(sample);
        summarizer.AddHealth(SampleRun.Health(33) with { HorizonFault = "the last write did not arrive." });
        var verdict = summarizer.Complete().Verdict;
        Assert.Equal((VerdictKind.Inconclusive, VerdictReason.HorizonOpen), (verdict.Kind, verdict.Code));
        Assert.Equal("the audit has no end: the last write did not arrive", verdict.Reason);
        Assert.Contains("A run that was stopped has no last write", verdict.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_audit_found_is_kept_beside_the_records()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("run.csv");
        var health = SampleRun.Health(3) with { EventFaults = new(2, 100, 1, 0, 3, 0), HorizonFault = "why" };
        RunHealthFile.Write(path, health);
        var read = RunHealthFile.Read(path)!;
        Assert.Equal((health.EventFaults, "why"), (read.EventFaults, read.HorizonFault));

        // Nobody observed: nothing is said.
        RunHealthFile.Write(path, SampleRun.Health(3));
        Assert.DoesNotContain("EventFaults", File.ReadAllText(RunHealthFile.PathFor(path)), StringComparison.Ordinal);
        Assert.Equal((default, null), (RunHealthFile.Read(path)!.EventFaults, RunHealthFile.Read(path)!.HorizonFault));
    }

    [Fact]
    public void A_run_without_steady_is_inconclusive()
    {
        var summary = SampleRun.Summarize(1);
        Assert.Equal((VerdictKind.Inconclusive, VerdictReason.NoSteady), (summary.Verdict.Kind, summary.Verdict.Code));
        Assert.Null(summary.SteadyStart);
    }

    [Theory]
    [InlineData(99, VerdictReason.TooFewOperations)]
    [InlineData(100, VerdictReason.None)]
    public void Fewer_than_a_hundred_operations_are_inconclusive(int count, VerdictReason reason)
    {
        var summarizer = new ScaleTestSummarizer();
        for (var i = 0; i < count; i++) summarizer.Add(SampleRun.Sample(i / 10.0));
        summarizer.AddHealth(SampleRun.Health(11));
        Assert.Equal(reason, summarizer.Complete().Verdict.Code);
    }

    [Fact]
    public void Records_without_the_generators_health_are_inconclusive()
    {
        var verdict = SampleRun.Summarize(32, withHealth: false).Verdict;
        Assert.Equal((VerdictKind.Inconclusive, VerdictReason.NoHealth), (verdict.Kind, verdict.Code));
        Assert.Contains("run.json", verdict.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void Health_that_stops_long_before_the_records_is_no_health()
    {
        Assert.Equal(VerdictReason.NoHealth, SampleRun.Summarize(62, health: SampleRun.Health(40)).Verdict.Code);
        Assert.Equal(VerdictReason.None, SampleRun.Summarize(62, health: SampleRun.Health(59)).Verdict.Code);
    }

    [Fact]
    public void Health_of_one_worker_is_none_of_another()
    {
        var summarizer = new ScaleTestSummarizer();
        foreach (var sample in SampleRun.Samples(32))
        {
            var own = sample;
            own.Worker = (int)(sample.ScheduledUnixNanoseconds / 10_000_000 % 2);
            summarizer.Add(own);
        }

        summarizer.AddHealth(SampleRun.Health(33));
        var verdict = summarizer.Complete().Verdict;
        Assert.Equal(VerdictReason.NoHealth, verdict.Code);
        Assert.Contains("worker 1", verdict.Reason, StringComparison.Ordinal);
    }

    // Of the 1,000 operations of one window: 1 % is tolerable, more is not.
    [Theory]
    [InlineData(10, VerdictKind.Valid)]
    [InlineData(11, VerdictKind.Invalid)]
    public void More_than_a_hundredth_of_a_window_launched_late_is_invalid(int late, VerdictKind expected)
    {
        var left = late;
        var verdict = SampleRun.Summarize(62, (at, sample) => at >= 25 && left-- > 0 ? SampleRun.With(sample, pacer: 2.01) : sample).Verdict;
        Assert.Equal(expected, verdict.Kind);
        if (expected == VerdictKind.Valid) return;
        Assert.Equal(VerdictReason.PacerDelay, verdict.Code);
        Assert.Contains("11 (1.1 %) of 1,000 operations", verdict.Reason, StringComparison.Ordinal);
        Assert.Contains("from 06:00:21Z (1 of 6 windows are beyond)", verdict.Reason, StringComparison.Ordinal);
    }

    // 400 operations are a single window, in which 1 % would be four: ten are needed in any case.
    [Theory]
    [InlineData(9, VerdictKind.Valid)]
    [InlineData(10, VerdictKind.Invalid)]
    public void In_a_short_steady_ten_late_launches_are_needed(int late, VerdictKind expected)
    {
        var left = late;
        Assert.Equal(expected, SampleRun.Summarize(5, (at, sample) => at >= 2 && left-- > 0 ? SampleRun.With(sample, pacer: 30) : sample).Verdict.Kind);
    }

    [Fact]
    public void Lateness_outside_of_steady_does_not_count()
    {
        Assert.Equal(VerdictKind.Valid, SampleRun.Summarize(32, (at, sample) => at < 1 ? SampleRun.With(sample, pacer: 100) : sample).Verdict.Kind);
    }

    // With a median service time of 100 ms a disturbance of less than a tenth of it is tolerable.
    [Theory]
    [InlineData(9.0, VerdictKind.Valid)]
    [InlineData(11.0, VerdictKind.Invalid)]
    public void The_limit_is_a_tenth_of_the_windows_median_service_time(double pacer, VerdictKind expected)
    {
        var summary = SampleRun.Summarize(32, (_, sample) => SampleRun.With(sample, service: 100, pacer: pacer));
        Assert.Equal(expected, summary.Verdict.Kind);
        Assert.All(summary.Windows, window => Assert.InRange(window.LimitMs, 9.6, 10.4));
    }

    [Fact]
    public void A_window_is_ten_seconds_or_a_thousand_operations_and_the_rest_joins_the_last()
    {
        Assert.Equal([10, 10, 15.99], SampleRun.Summarize(37).Windows.Select(window => Math.Round(window.LengthSeconds, 2)));
        Assert.Equal([50, 88.95], SampleRun.Summarize(140, perSecond: 20, health: SampleRun.Health(141)).Windows.Select(window => Math.Round(window.LengthSeconds, 2)));
        Assert.Equal([3.99], SampleRun.Summarize(5).Windows.Select(window => Math.Round(window.LengthSeconds, 2)));
        Assert.Equal(3600, SampleRun.Summarize(37).Windows.Sum(window => window.Operations));
    }

    [Fact]
    public void A_thread_pool_that_lags_is_invalid()
    {
        var summary = SampleRun.Summarize(32, health: SampleRun.Health(33, change: (i, second) => i is 15 or 16 ? second with { ProbeLagsMs = [.. Enumerable.Repeat(2.5, 6)], ProbeMaxMs = 2.5 } : second));
        Assert.Equal((VerdictKind.Invalid, VerdictReason.CompletionLag), (summary.Verdict.Kind, summary.Verdict.Code));
        Assert.Equal((1000, 12), (summary.Windows[1].ProbeSamples, summary.Windows[1].ProbeBeyond));
        var quiet = SampleRun.Health(33, change: (i, second) => i is 15 or 16 ? second with { ProbeLagsMs = [.. Enumerable.Repeat(1.9, 60)] } : second);
        Assert.Equal(VerdictKind.Valid, SampleRun.Summarize(32, health: quiet).Verdict.Kind);
    }

    [Theory]
    [InlineData(90, 2, VerdictKind.Valid)]
    [InlineData(120, 2, VerdictKind.Invalid)]
    [InlineData(120, 100, VerdictKind.Valid)]
    public void Collections_longer_than_the_limit_for_more_than_a_hundredth_of_a_window_are_invalid(double pauseMs, int collections, VerdictKind expected)
    {
        var verdict = SampleRun.Summarize(32, health: SampleRun.Health(33, change: (i, second) => i == 15 ? second with { GcPauseMs = pauseMs, Collections = collections } : second)).Verdict;
        Assert.Equal(expected, verdict.Kind);
        if (expected == VerdictKind.Invalid) Assert.Equal(VerdictReason.GcPause, verdict.Code);
    }

    [Theory]
    [InlineData(80.0, VerdictReason.None)]
    [InlineData(150.0, VerdictReason.CpuThrottled)]
    [InlineData(null, VerdictReason.None)]
    public void A_quota_that_held_the_process_back_is_invalid(double? throttledMs, VerdictReason expected)
    {
        Assert.Equal(expected, SampleRun.Summarize(32, health: SampleRun.Health(33, change: (i, second) => second with { ThrottledMs = i == 15 ? throttledMs : throttledMs is null ? null : 0 })).Verdict.Code);
    }

    // Two CPUs: a second at their limit is what a healthy process may have; a window of it is not.
    [Theory]
    [InlineData(1, VerdictReason.None)]
    [InlineData(30, VerdictReason.CpuThrottled)]
    public void A_process_pinned_at_its_quota_is_invalid(int seconds, VerdictReason expected)
    {
        Assert.Equal(expected, SampleRun.Summarize(32, health: SampleRun.Health(33, change: (i, second) => i < seconds ? second with { CpuMs = 1990 } : second)).Verdict.Code);
    }

    [Fact]
    public void A_clock_that_was_set_is_invalid_and_one_that_is_slewed_is_not()
    {
        var stepped = SampleRun.Summarize(32, health: SampleRun.Health(33, change: (i, second) => second with { ClockOffsetMs = i < 15 ? 0 : 25 }));
        Assert.Equal((VerdictKind.Invalid, VerdictReason.ClockStep), (stepped.Verdict.Kind, stepped.Verdict.Code));
        Assert.InRange(stepped.Health!.ClockStepMs, 24, 25);
        var slewed = SampleRun.Summarize(32, health: SampleRun.Health(33, change: (i, second) => second with { ClockOffsetMs = 0.5 * i }));
        Assert.Equal(VerdictKind.Valid, slewed.Verdict.Kind);
        Assert.Equal(0, slewed.Health!.ClockStepMs);
        Assert.InRange(slewed.Health.ClockDriftMs, 14, 15);
    }

    [Fact]
    public void The_health_of_a_logger_or_of_watches_is_that_of_all_their_seconds()
    {
        var whole = HealthStatistics.Of(SampleRun.Health(40, change: (i, second) => second with { ClockOffsetMs = i == 0 ? 0 : 25, ProbeMaxMs = i == 39 ? 77 : 0 }))!;
        Assert.Equal((40, 77), (whole.Seconds, whole.ProbeMaxMs));
        Assert.InRange(whole.ClockStepMs, 24, 25);
        Assert.Null(HealthStatistics.Of(SampleRun.Health(0)));
    }

    [Fact]
    public void A_server_that_does_not_keep_up_is_overloaded()
    {
        // Served at 80/s and fed with 100/s: the i-th operation waits i * (1/80 - 1/100) s.
        var summary = SampleRun.Summarize(32, (at, sample) => SampleRun.With(sample, service: 12.5 + (at * 250)), SampleRun.Health(60));
        Assert.Equal((VerdictKind.Overloaded, VerdictReason.BacklogGrew), (summary.Verdict.Kind, summary.Verdict.Code));
        Assert.False(summary.PercentilesAreFindings);
        Assert.NotNull(summary.Steady.OfSucceeded.Response.P99Ms);
        Assert.InRange(summary.Throughput!.Value, 78, 82);
    }

    [Fact]
    public void An_overloaded_server_is_no_matter_of_our_connections()
    {
        var summary = SampleRun.Summarize(32, (at, sample) => SampleRun.With(sample, service: 12.5 + (at * 200), wait: at * 50), SampleRun.Health(60));
        Assert.Equal(VerdictKind.Overloaded, summary.Verdict.Kind);
    }

    [Fact]
    public void Overload_shows_through_shedding_and_through_a_long_fill()
    {
        // Fill was two thirds of the run: the backlog was large when Steady began, and shedding keeps those in flight at 2,000.
        var summary = SampleRun.Summarize(32, (at, sample) =>
        {
            sample.Phase = at < 20 ? Phase.Fill : Phase.Steady;
            if (at > 10 && (int)Math.Round(at * 100) % 2 == 0)
            {
                sample = SampleRun.With(sample, service: double.NaN, wait: double.NaN);
                (sample.Outcome, sample.Reason, sample.ResponseMs, sample.FinishedUnixNanoseconds) = (Outcome.NotSent, Reasons.Shed, 0.2, sample.ScheduledUnixNanoseconds + 200_000);
                return sample;
            }

            return SampleRun.With(sample, service: Math.Min(10 + (at * 500), 5000));
        }, SampleRun.Health(60));
        Assert.Equal(VerdictKind.Overloaded, summary.Verdict.Kind);
    }

    [Fact]
    public void A_server_that_stops_answering_is_overloaded()
    {
        var summary = SampleRun.Summarize(32, (at, sample) =>
        {
            if (at < 4) return sample;
            sample = SampleRun.With(sample, service: 65_000);
            (sample.Outcome, sample.Reason) = (Outcome.Unknown, Reasons.Timeout);
            return sample;
        });
        Assert.Equal(VerdictKind.Overloaded, summary.Verdict.Kind);
        Assert.Contains("time-outs", summary.Verdict.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20, 22)]
    [InlineData(3, 5)]
    [InlineData(28, 30)]
    public void A_server_that_stalls_for_two_seconds_and_catches_up_is_valid(double from, double to)
    {
        var summary = SampleRun.Summarize(32, (at, sample) => at >= from && at < to ? SampleRun.With(sample, service: (to - at) * 1000) : sample);
        Assert.Equal(VerdictKind.Valid, summary.Verdict.Kind);
    }

    [Fact]
    public void A_server_that_is_slow_but_keeps_up_is_valid()
    {
        var random = new Random(5);
        var summary = SampleRun.Summarize(62, (_, sample) => SampleRun.With(sample, service: 500 - (200 * Math.Log(random.NextDouble()))));
        Assert.Equal(VerdictKind.Valid, summary.Verdict.Kind);
        Assert.True(summary.Steady.OfSucceeded.Service.P50Ms > 500);
    }

    [Fact]
    public void Waiting_for_our_own_streams_is_invalid()
    {
        var summary = SampleRun.Summarize(32, (at, sample) => at >= 11 ? SampleRun.With(sample, wait: 40) : sample);
        Assert.Equal((VerdictKind.Invalid, VerdictReason.ConnectionWait), (summary.Verdict.Kind, summary.Verdict.Code));
        Assert.Contains("-Connections", summary.Verdict.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void What_timed_out_before_it_was_sent_waited_for_our_streams()
    {
        var left = 11;
        var summary = SampleRun.Summarize(32, (at, sample) =>
        {
            if (at < 15 || left-- <= 0) return sample;
            sample = SampleRun.With(sample, service: double.NaN, wait: double.NaN);
            (sample.Outcome, sample.Reason, sample.ResponseMs, sample.FinishedUnixNanoseconds) = (Outcome.NotSent, Reasons.Timeout, 65_000, sample.ScheduledUnixNanoseconds + 65_000_000_000);
            return sample;
        });
        Assert.Equal(VerdictReason.ConnectionWait, summary.Verdict.Code);
    }

    [Fact]
    public void At_full_speed_throughput_alone_is_a_finding()
    {
        var summary = SampleRun.Summarize(32, (at, sample) => SampleRun.With(sample, service: 1 + (at * 20), pacer: 50, wait: 50), SampleRun.Health(33, mode: RunMode.FullSpeed, change: (_, second) => second with { CpuMs = 1990 }));
        Assert.Equal(VerdictKind.Valid, summary.Verdict.Kind);
        Assert.False(summary.PercentilesAreFindings);
        Assert.Contains("throughput alone", summary.Verdict.Reason, StringComparison.Ordinal);
        Assert.Contains("may be its own", summary.Verdict.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("no answer", summary.Verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void At_full_speed_the_time_in_which_the_server_was_away_is_said_beside_the_throughput()
    {
        var health = SampleRun.Health(33, mode: RunMode.FullSpeed) with { Counters = new Dictionary<string, double> { [RunHealth.WaitedSeconds] = 2.5 } };
        var summary = SampleRun.Summarize(32, (_, sample) => sample, health);
        Assert.Equal(VerdictKind.Valid, summary.Verdict.Kind);
        Assert.Contains("for 2.5 s the server gave no answer, and those are in that figure", summary.Verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Failures_do_not_hide_in_a_valid_run()
    {
        var summary = SampleRun.Summarize(32, (_, sample) =>
        {
            (sample.Outcome, sample.Reason, sample.StatusCode) = (Outcome.Rejected, "Forbidden", 403);
            return sample;
        });
        Assert.Equal(VerdictKind.Valid, summary.Verdict.Kind);
        Assert.Contains("3,100 of 3,100 operations of Steady failed", summary.Verdict.Advice, StringComparison.Ordinal);
    }
}
