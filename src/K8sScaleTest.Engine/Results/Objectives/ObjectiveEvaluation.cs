using System.Globalization;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Latencies;
using K8sScaleTest.Engine.Results.Verdicts;

namespace K8sScaleTest.Engine.Results.Objectives;

/// <summary>One objective held against one run.</summary>
internal sealed class ObjectiveEvaluation(Objective objective, Summary summary)
{
    private string What => (objective.Operation?.ToString().ToLowerInvariant() ?? "operation") + "s";

    public ObjectiveOutcome Outcome() => objective.Metric switch
    {
        <= ObjectiveMetric.ConnectionWait => OfTime(),
        ObjectiveMetric.Rate => OfRate(Steady()?.Rate, Steady()?.Count ?? 0),
        ObjectiveMetric.Throughput => OfRate(Steady()?.Throughput, Steady()?.Succeeded ?? 0),
        _ => OfCount(),
    };

    private OperationStatistics? Steady() => objective.Operation is null
        ? summary.Steady
        : summary.Operations.FirstOrDefault(row => row.Phase == Phase.Steady && row.Operation == objective.Operation);

    private ObjectiveOutcome OfTime()
    {
        if (summary.Mode == RunMode.FullSpeed) return CannotTell(null, 0, "at full speed only throughput is a finding");
        if (Steady() is not { Count: > 0 } steady) return CannotTell(null, 0, $"the run has no {What} in Steady");
        var times = objective.Metric switch
        {
            ObjectiveMetric.Service => steady.OfSucceeded.Service,
            ObjectiveMetric.Response => steady.OfSucceeded.Response,
            ObjectiveMetric.Pacer => steady.OfSucceeded.PacerDelay,
            _ => steady.OfSucceeded.ConnectionWait,
        };
        var samples = times.Count + times.Censored;
        var (value, needed) = objective.Statistic switch
        {
            ObjectiveStatistic.P50 => (times.P50Ms, LatencyPercentiles.Needed(500)),
            ObjectiveStatistic.P90 => (times.P90Ms, LatencyPercentiles.Needed(900)),
            ObjectiveStatistic.P99 => (times.P99Ms, LatencyPercentiles.Needed(990)),
            ObjectiveStatistic.P999 => (times.P999Ms, LatencyPercentiles.Needed(999)),
            ObjectiveStatistic.Max => (times.MaxMs, 1L),
            _ => (times.MeanMs, 1L),
        };
        if (value is { } known) return OfMeasuredTime(known, samples);
        if (samples < needed) return CannotTell(null, samples, Text($"{samples:N0} {What} of Steady have this time, and {needed:N0} are needed"));
        return AmongTimeouts(times, samples);
    }

    private ObjectiveOutcome OfMeasuredTime(double value, long samples)
    {
        var outcome = Told(value, samples);
        // A backlog that grows makes every time longer the longer the run is: what is kept now need not be kept then, what is missed is missed.
        return summary.Verdict.Kind == VerdictKind.Overloaded && outcome.State == ObjectiveState.Passed
            ? CannotTell(value, samples, Text($"measured {objective.Show(value)}, but the server was overloaded: the figure depends on how long the run was"))
            : outcome;
    }

    /// <summary>The figure is not known, but at least as long as the shortest time-out (of a mean not even that).</summary>
    private ObjectiveOutcome AmongTimeouts(LatencyPercentiles times, long samples)
    {
        var atLeast = objective.Statistic == ObjectiveStatistic.Mean ? 0 : times.CensoredFromMs ?? 0;
        var words = Text($"{times.Censored:N0} {What} timed out, the first after {times.CensoredFromMs:N0} ms, and the figure falls among them");
        if (objective.Comparison is ObjectiveComparison.AtMost or ObjectiveComparison.Below)
        {
            return objective.Holds(atLeast) ? CannotTell(null, samples, words) : new ObjectiveOutcome(ObjectiveState.Missed, null, samples, words);
        }

        return objective.Holds(atLeast) ? new ObjectiveOutcome(ObjectiveState.Passed, null, samples, words) : CannotTell(null, samples, words);
    }

    private ObjectiveOutcome OfRate(double? rate, long samples)
    {
        if (rate is not { } known) return CannotTell(null, samples, $"Steady is too short to tell a rate of {What}");
        if (objective.Unit != ObjectiveUnit.Percent) return Told(known, samples);
        if (summary.RequestedRate is not > 0) return CannotTell(null, samples, "the requested rate is not known: the run's health was not recorded");
        return Told(100 * known / summary.RequestedRate.Value, samples);
    }

    private ObjectiveOutcome OfCount()
    {
        var rows = summary.Operations.Where(row => objective.Operation is null || row.Operation == objective.Operation).ToList();
        var all = rows.Sum(row => row.Count);
        if (all == 0) return CannotTell(null, 0, $"the run has no {What}");
        var count = rows.Sum(row => objective.Metric switch
        {
            ObjectiveMetric.Succeeded => row.Succeeded,
            ObjectiveMetric.Failed => row.Failed,
            ObjectiveMetric.Rejected => row.Rejected - row.ExpectedNotFound,
            ObjectiveMetric.Unknown => row.Unknown,
            ObjectiveMetric.NotSent => row.NotSent,
            _ => row.Timeouts,
        });
        return Told(objective.Unit == ObjectiveUnit.Percent ? 100.0 * count / all : count, all);
    }

    private ObjectiveOutcome Told(double value, long samples) => new(
        objective.Holds(value) ? ObjectiveState.Passed : ObjectiveState.Missed,
        value,
        samples,
        Text($"measured {objective.Show(value)} of {samples:N0} {What}"));

    private static ObjectiveOutcome CannotTell(double? value, long samples, string reason) => new(ObjectiveState.Undetermined, value, samples, reason);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
