using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Objectives;

namespace K8sScaleTest.Engine.Tests.Results.Objectives;

public sealed class ObjectiveTests
{
    [Theory]
    [InlineData("create.response.p99 <= 1s", null, OperationKind.Create, ObjectiveMetric.Response, ObjectiveStatistic.P99, ObjectiveComparison.AtMost, 1000, ObjectiveUnit.Milliseconds)]
    [InlineData("flunders.update.service.p99.9<1m30s", "flunders", OperationKind.Update, ObjectiveMetric.Service, ObjectiveStatistic.P999, ObjectiveComparison.Below, 90_000, ObjectiveUnit.Milliseconds)]
    [InlineData("ALL.ConnectionWait.Max > 800us", null, null, ObjectiveMetric.ConnectionWait, ObjectiveStatistic.Max, ObjectiveComparison.Above, 0.8, ObjectiveUnit.Milliseconds)]
    [InlineData("pacer.mean >= 1.5ms", null, null, ObjectiveMetric.Pacer, ObjectiveStatistic.Mean, ObjectiveComparison.AtLeast, 1.5, ObjectiveUnit.Milliseconds)]
    [InlineData("failed == 0", null, null, ObjectiveMetric.Failed, ObjectiveStatistic.None, ObjectiveComparison.Equal, 0, ObjectiveUnit.Count)]
    [InlineData(" create.failed <= 0.1 % ", null, OperationKind.Create, ObjectiveMetric.Failed, ObjectiveStatistic.None, ObjectiveComparison.AtMost, 0.1, ObjectiveUnit.Percent)]
    [InlineData("configmaps.notSent != 3", "configmaps", null, ObjectiveMetric.NotSent, ObjectiveStatistic.None, ObjectiveComparison.NotEqual, 3, ObjectiveUnit.Count)]
    [InlineData("rate >= 95/s", null, OperationKind.Create, ObjectiveMetric.Rate, ObjectiveStatistic.None, ObjectiveComparison.AtLeast, 95, ObjectiveUnit.PerSecond)]
    [InlineData("all.rate >= 95/s", null, null, ObjectiveMetric.Rate, ObjectiveStatistic.None, ObjectiveComparison.AtLeast, 95, ObjectiveUnit.PerSecond)]
    [InlineData("create.rate >= 99%", null, OperationKind.Create, ObjectiveMetric.Rate, ObjectiveStatistic.None, ObjectiveComparison.AtLeast, 99, ObjectiveUnit.Percent)]
    [InlineData("rate >= 99%", null, OperationKind.Create, ObjectiveMetric.Rate, ObjectiveStatistic.None, ObjectiveComparison.AtLeast, 99, ObjectiveUnit.Percent)]
    [InlineData("throughput >= 250/s", null, null, ObjectiveMetric.Throughput, ObjectiveStatistic.None, ObjectiveComparison.AtLeast, 250, ObjectiveUnit.PerSecond)]
    public void The_grammar_reads(
        string text,
        string? resource,
        OperationKind? operation,
        ObjectiveMetric metric,
        ObjectiveStatistic statistic,
        ObjectiveComparison comparison,
        double limit,
        ObjectiveUnit unit)
    {
        var objective = Objective.Parse(text);
        Assert.Equal((resource, operation, metric, statistic, comparison, unit), (objective.Resource, objective.Operation, objective.Metric, objective.Statistic, objective.Comparison, objective.Unit));
        Assert.Equal(limit, objective.Limit, 9);
    }

    [Theory]
    [InlineData("", "something is missing at position 1", "create")]
    [InlineData("create", "at position 7", ".service")]
    [InlineData("create.latency.p99 <= 1s", "'latency' is not possible at position 8", "response")]
    [InlineData("create.response.p95 <= 1s", "'p95' is not possible at position 17", "p99.9")]
    [InlineData("create.response <= 1s", "at position 16", ".p50")]
    [InlineData("create.response.p99 = 1s", "'= 1s' is not possible at position 21", "<=")]
    [InlineData("create.response.p99 == 1s", "'==' is not possible at position 21", "<=")]
    [InlineData("create.response.p99 <= 1", "something is missing at position 25", "ms")]
    [InlineData("create.response.p99 <= 1sec", "'sec' is not possible at position 25", "ms")]
    [InlineData("create.response.p99 <= fast", "'fast' is not possible at position 24", "250ms")]
    [InlineData("failed == 0.5", "'0.5' is not possible at position 11", "1%")]
    [InlineData("failed == 0 really", "'0 really' is not possible at position 11", "1%")]
    [InlineData("throughput >= 99%", "'99%' is not possible at position 15", "95/s")]
    [InlineData("delete.rate >= 99%", "'99%' is not possible at position 16", "95/s")]
    [InlineData("all.rate >= 99%", "'99%' is not possible at position 13", "95/s")]
    [InlineData("create.response.p99 <= 1s, failed == 0", "', failed == 0' is not possible at position 26", "the end")]
    [InlineData("flunders.creat.failed == 0", "'creat' is not possible at position 10", "throughput")]
    public void What_cannot_be_read_is_told_with_its_place_and_what_is_possible_there(string text, string expected, string possible)
    {
        var error = Assert.Throws<FormatException>(() => Objective.Parse(text));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(possible, error.Message[error.Message.IndexOf("Possible there", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("create.response.p99 <= 1s", ObjectiveState.Passed)]
    [InlineData("create.response.p99 <= 1ms", ObjectiveState.Missed)]
    [InlineData("response.p50 > 1.1ms", ObjectiveState.Passed)]
    [InlineData("create.response.p99.9 <= 1s", ObjectiveState.Undetermined)]
    [InlineData("update.response.p50 <= 1s", ObjectiveState.Undetermined)]
    [InlineData("failed == 0", ObjectiveState.Missed)]
    [InlineData("failed <= 1%", ObjectiveState.Passed)]
    [InlineData("rejected == 3", ObjectiveState.Passed)]
    [InlineData("unknown == 0", ObjectiveState.Passed)]
    [InlineData("succeeded >= 99%", ObjectiveState.Passed)]
    [InlineData("delete.failed == 0", ObjectiveState.Undetermined)]
    [InlineData("rate >= 99%", ObjectiveState.Passed)]
    [InlineData("rate >= 101/s", ObjectiveState.Missed)]
    [InlineData("throughput >= 95/s", ObjectiveState.Passed)]
    public void An_objective_is_kept_missed_or_cannot_be_told(string text, ObjectiveState expected)
    {
        var left = 3;
        var summary = SampleRun.Summarize(31, (at, sample) =>
        {
            if (at > 5 && left-- > 0) (sample.Outcome, sample.Reason) = (Outcome.Rejected, "Conflict");
            return sample;
        });
        var outcome = Objective.Parse(text).Evaluate(summary);
        Assert.Equal(expected, outcome.State);
        Assert.NotEmpty(outcome.Reason);
    }

    [Fact]
    public void A_share_of_the_rate_cannot_be_told_without_the_runs_parameters()
    {
        var outcome = Objective.Parse("rate >= 99%").Evaluate(SampleRun.Summarize(31, withHealth: false));
        Assert.Equal(ObjectiveState.Undetermined, outcome.State);
    }

    // 60 of 3,000 time out after 65 s: the p90 is known, the p99 is only known to be at least that.
    [Theory]
    [InlineData("response.p90 <= 1s", ObjectiveState.Passed)]
    [InlineData("response.p99 <= 1s", ObjectiveState.Missed)]
    [InlineData("response.max <= 1s", ObjectiveState.Missed)]
    [InlineData("response.p99 <= 2m", ObjectiveState.Undetermined)]
    [InlineData("response.p99 >= 1m", ObjectiveState.Passed)]
    [InlineData("response.mean <= 1s", ObjectiveState.Undetermined)]
    [InlineData("timeouts == 60", ObjectiveState.Passed)]
    public void Timeouts_are_longer_than_any_success(string text, ObjectiveState expected)
    {
        var summary = SampleRun.Summarize(31, (at, sample) =>
        {
            if ((int)Math.Round(at * 100) % 50 != 0 || at < 1) return sample;
            sample = SampleRun.With(sample, service: 65_000);
            (sample.Outcome, sample.Reason) = (Outcome.Unknown, Reasons.Timeout);
            return sample;
        });
        Assert.Equal(expected, Objective.Parse(text).Evaluate(summary).State);
    }

    [Fact]
    public void Times_of_an_overloaded_server_can_be_missed_but_not_kept()
    {
        var summary = SampleRun.Summarize(31, (at, sample) => SampleRun.With(sample, service: 12.5 + (at * 250)), SampleRun.Health(60));
        Assert.Equal(ObjectiveState.Missed, Objective.Parse("response.p99 <= 1s").Evaluate(summary).State);
        Assert.Equal(ObjectiveState.Undetermined, Objective.Parse("response.p99 <= 1m").Evaluate(summary).State);
        Assert.Equal(ObjectiveState.Passed, Objective.Parse("throughput >= 50/s").Evaluate(summary).State);
    }

    [Fact]
    public void At_full_speed_no_time_is_a_finding()
    {
        var summary = SampleRun.Summarize(31, health: SampleRun.Health(32, mode: RunMode.FullSpeed));
        Assert.Equal(ObjectiveState.Undetermined, Objective.Parse("response.p50 <= 1s").Evaluate(summary).State);
        Assert.Equal(ObjectiveState.Passed, Objective.Parse("throughput >= 50/s").Evaluate(summary).State);
    }

    [Theory]
    [InlineData("flunders.failed == 0", "flunders.wardle.example.com", true)]
    [InlineData("flunders.failed == 0", "flundersx", false)]
    [InlineData("flunders.failed == 0", "configmaps", false)]
    [InlineData("failed == 0", "configmaps", true)]
    public void A_resource_is_named_with_or_without_its_group(string text, string resource, bool applies) => Assert.Equal(applies, Objective.Parse(text).AppliesTo(resource));
}
