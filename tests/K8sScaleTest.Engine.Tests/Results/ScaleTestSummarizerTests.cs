using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results;
using K8sScaleTest.Engine.Results.Objectives;

namespace K8sScaleTest.Engine.Tests.Results;

public sealed class ScaleTestSummarizerTests
{
    [Fact]
    public void Percentiles_are_those_of_the_sorted_values_to_three_digits()
    {
        var random = new Random(42);
        var values = Enumerable.Range(0, 20_000).Select(_ => Math.Exp(random.NextDouble() * 6) / 10).ToArray();
        var summarizer = new ScaleTestSummarizer();
        for (var i = 0; i < values.Length; i++) summarizer.Add(SampleRun.Sample(i / 100.0, serviceMs: values[i], pacerMs: 0, waitMs: 0));
        var service = Assert.Single(summarizer.Complete().Operations).OfSucceeded.Service;
        Array.Sort(values);
        AssertClose(values[9_999], service.P50Ms);
        AssertClose(values[17_999], service.P90Ms);
        AssertClose(values[19_799], service.P99Ms);
        AssertClose(values[19_979], service.P999Ms);
        Assert.Equal(values[^1], service.MaxMs);
        Assert.Equal(values.Average(), service.MeanMs!.Value, 9);
    }

    [Theory]
    [InlineData(19, false, false, false, false)]
    [InlineData(20, true, false, false, false)]
    [InlineData(99, true, false, false, false)]
    [InlineData(100, true, true, false, false)]
    [InlineData(999, true, true, false, false)]
    [InlineData(1000, true, true, true, false)]
    [InlineData(9_999, true, true, true, false)]
    [InlineData(10_000, true, true, true, true)]
    public void No_percentile_is_given_with_fewer_than_ten_operations_beyond_it(int count, bool p50, bool p90, bool p99, bool p999)
    {
        var summarizer = new ScaleTestSummarizer();
        for (var i = 0; i < count; i++) summarizer.Add(SampleRun.Sample(i / 100.0));
        var response = summarizer.Complete().Operations[0].OfSucceeded.Response;
        Assert.Equal((p50, p90, p99, p999), (response.P50Ms.HasValue, response.P90Ms.HasValue, response.P99Ms.HasValue, response.P999Ms.HasValue));
        Assert.NotNull(response.MaxMs);
    }

    [Fact]
    public void Times_of_failures_never_mix_with_those_of_successes()
    {
        var summary = SampleRun.Summarize(21, (at, sample) =>
        {
            if ((int)Math.Round(at * 100) % 2 == 0) return sample;
            sample = SampleRun.With(sample, service: 500);
            (sample.Outcome, sample.Reason, sample.StatusCode) = (Outcome.Rejected, "TooManyRequests", 429);
            return sample;
        });
        var steady = summary.Operations.Single(row => row.Phase == Phase.Steady);
        Assert.Equal((2000, 1000, 1000), (steady.Count, steady.Succeeded, steady.Rejected));
        Assert.Equal(1, steady.OfSucceeded.Service.MaxMs);
        Assert.InRange(steady.OfFailed.Service.P50Ms!.Value, 499.5, 500.5);
        var failure = Assert.Single(summary.Failures);
        Assert.Equal(new FailureCount(OperationKind.Create, Outcome.Rejected, 429, "TooManyRequests", 1050, 1000), failure);
    }

    [Fact]
    public void Timeouts_count_as_longer_than_every_success()
    {
        // Of 11,000 operations 40 time out: the p99 is the 10,890th value of all, the p99.9 lies among the time-outs.
        var summarizer = new ScaleTestSummarizer();
        for (var i = 0; i < 11_000; i++)
        {
            var sample = SampleRun.Sample(i / 100.0, serviceMs: 1 + (i / 1000.0), pacerMs: 0, waitMs: 0);
            if (i >= 10_960)
            {
                sample = SampleRun.With(sample, service: 65_000);
                (sample.Outcome, sample.Reason) = (Outcome.Unknown, Reasons.Timeout);
            }

            summarizer.Add(sample);
        }

        var steady = summarizer.Complete().Steady;
        Assert.Equal((40, 40), (steady.Timeouts, steady.OfSucceeded.Service.Censored));
        AssertClose(1 + (10_889 / 1000.0), steady.OfSucceeded.Service.P99Ms);
        Assert.Null(steady.OfSucceeded.Service.P999Ms);
        Assert.Null(steady.OfSucceeded.Service.MaxMs);
        Assert.Null(steady.OfSucceeded.Service.MeanMs);
        Assert.Equal(65_000, steady.OfSucceeded.Service.CensoredFromMs);
        Assert.Equal(0, steady.OfFailed.Service.Count);
    }

    [Fact]
    public void Order_does_not_matter()
    {
        var samples = SampleRun.Samples(30, (at, sample) => SampleRun.With(sample, service: 1 + (at % 3), pacer: at > 20 ? 5 : 0.1)).ToArray();
        var inOrder = Sum(samples);
        new Random(3).Shuffle(samples);
        var shuffled = Sum(samples);
        Assert.Equal(inOrder.Verdict, shuffled.Verdict);
        Assert.Equal(inOrder.Windows, shuffled.Windows);
        Assert.Equal(inOrder.Backlog, shuffled.Backlog);
        Assert.Equal(inOrder.Steady.Rate, shuffled.Steady.Rate);
        Assert.Equal(inOrder.Steady.OfSucceeded.Response.P99Ms, shuffled.Steady.OfSucceeded.Response.P99Ms);

        static Summary Sum(IEnumerable<OperationSample> samples)
        {
            var summarizer = new ScaleTestSummarizer();
            foreach (var sample in samples) summarizer.Add(sample);
            summarizer.AddHealth(SampleRun.Health(31));
            return summarizer.Complete();
        }
    }

    [Fact]
    public void Rates_are_those_of_the_schedule_and_throughput_is_what_finished()
    {
        var summary = SampleRun.Summarize(31, (at, sample) =>
        {
            if (at >= 16) (sample.Outcome, sample.Reason) = (Outcome.Rejected, "TooManyRequests");
            return sample;
        });
        Assert.Equal(100, summary.AchievedRate!.Value, 6);
        Assert.Equal(100, summary.RequestedRate);
        Assert.InRange(summary.Throughput!.Value, 51, 54);
        Assert.Equal(1600, summary.Outcomes[0]);
        Assert.Equal(1500, summary.Outcomes[1]);
    }

    [Fact]
    public void Workers_of_a_run_are_merged_and_runs_and_resources_are_not()
    {
        var summarizer = new ScaleTestSummarizer();
        foreach (var worker in new[] { 0, 1 })
        {
            foreach (var sample in SampleRun.Samples(12))
            {
                var own = sample;
                own.Worker = worker;
                summarizer.Add(own);
            }

            summarizer.AddHealth(SampleRun.Health(13, worker));
        }

        var flunder = SampleRun.Sample(1, resource: "flunders.wardle.example.com");
        summarizer.Add(flunder);
        flunder.RunId = "other";
        summarizer.Add(flunder);
        Assert.Throws<InvalidOperationException>(summarizer.Complete);
        var all = summarizer.CompleteAll();
        Assert.Equal([(SampleRun.Id, "configmaps"), (SampleRun.Id, "flunders.wardle.example.com"), ("other", "flunders.wardle.example.com")], all.Select(summary => (summary.RunId, summary.Resource)));
        Assert.Equal((2, 2400), (all[0].Workers, all[0].Count));
        Assert.Equal(200, all[0].AchievedRate!.Value, 0);
    }

    [Fact]
    public void The_requested_rate_is_the_share_of_the_workers_that_are_there()
    {
        var health = SampleRun.Health(13, parameters: new Dictionary<string, string> { ["Rate"] = "400", ["Workers"] = "4" });
        Assert.Equal(100, SampleRun.Summarize(12, health: health).RequestedRate);
        Assert.Null(SampleRun.Summarize(12, health: SampleRun.Health(13, parameters: new Dictionary<string, string> { ["Rate"] = "Max" })).RequestedRate);
    }

    [Fact]
    public void A_day_at_a_thousand_a_second_fits_into_a_hundred_megabytes()
    {
        // Ten operations a second stand for the thousand: what grows is the seconds, each with as many buckets as ten different times fill.
        const int Seconds = 86_400;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var summarizer = new ScaleTestSummarizer();
        var random = new Random(1);
        for (var i = 0; i < Seconds * 10; i++)
        {
            summarizer.Add(SampleRun.Sample(i / 10.0, serviceMs: Math.Exp(random.NextDouble() * 4), operation: (OperationKind)(i % 3)));
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, 0, 100_000_000);
        Assert.Equal(Seconds * 10, summarizer.Complete().Count);
    }

    [Fact]
    public void A_delete_that_was_expected_to_find_nothing_is_kept_apart()
    {
        var summarizer = new ScaleTestSummarizer();
        for (var i = 0; i < 100; i++) summarizer.Add(SampleRun.Sample(i, operation: OperationKind.Delete));
        summarizer.Add(SampleRun.Sample(100, operation: OperationKind.Delete, outcome: Outcome.Rejected, reason: Reasons.ExpectedNotFound));
        var summary = summarizer.Complete();
        Assert.Equal((101, 1, 1, 0), (summary.Steady.Count, summary.Steady.Rejected, summary.Steady.ExpectedNotFound, summary.Steady.Failed));
        Assert.Equal(ObjectiveState.Passed, Objective.Parse("failed == 0").Evaluate(summary).State);
        Assert.Equal(ObjectiveState.Passed, Objective.Parse("rejected == 0").Evaluate(summary).State);
        Assert.Equal(Reasons.ExpectedNotFound, Assert.Single(summary.Failures).Reason);
    }

    [Fact]
    public void Reasons_without_end_do_not_fill_the_memory()
    {
        var summarizer = new ScaleTestSummarizer();
        for (var i = 0; i < 5000; i++) summarizer.Add(SampleRun.Sample(i, outcome: Outcome.Rejected, reason: "Reason" + i));
        var failures = summarizer.Complete().Failures;
        Assert.InRange(failures.Count, 2, 1001);
        Assert.Equal(5000, failures.Sum(failure => failure.Count));
    }

    private static void AssertClose(double expected, double? actual)
    {
        Assert.NotNull(actual);
        Assert.InRange(actual.Value, expected * 0.998, expected * 1.002);
    }
}
