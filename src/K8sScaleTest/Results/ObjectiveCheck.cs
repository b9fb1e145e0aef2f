using K8sScaleTest.Engine.Results.Objectives;
using K8sScaleTest.Engine.Results.Verdicts;

namespace K8sScaleTest;

/// <summary>Holds a run against objectives.</summary>
internal static class ObjectiveCheck
{
    /// <summary>As the other, of objectives as texts; without the verdict's own result.</summary>
    public static IReadOnlyList<ObjectiveResult> Of(ScaleTestSummary summary, IReadOnlyList<string> objectives) =>
        [.. Of(summary, [.. objectives.Select(Objective.Parse)], []).Skip(1)];

    /// <summary>The results: that of the verdict first, then one for each objective that speaks of the run's resource.</summary>
    public static IEnumerable<ObjectiveResult> Of(ScaleTestSummary summary, IReadOnlyList<Objective> objectives, IReadOnlyList<string> accept)
    {
        var outcomes = objectives.Where(objective => objective.AppliesTo(summary.Resource))
            .Select(objective => (Objective: objective, Outcome: objective.Evaluate(summary.Source))).ToList();
        var missed = outcomes.Any(held => held.Outcome.State == ObjectiveState.Missed);
        var verdict = missed && summary.Verdict == nameof(VerdictKind.Valid) ? nameof(VerdictKind.Failed) : summary.Verdict;
        string[] accepted = [nameof(VerdictKind.Valid), .. accept];
        yield return new ObjectiveResult
        {
            RunId = summary.RunId,
            Resource = summary.Resource,
            Objective = "verdict",
            Passed = accepted.Contains(summary.Verdict, StringComparer.OrdinalIgnoreCase),
            Actual = summary.Verdict,
            Limit = string.Join(", ", accepted),
            Samples = summary.Count,
            Reason = summary.Advice.Length == 0 ? $"{summary.Reason}." : $"{summary.Reason}. {summary.Advice}",
            Verdict = verdict,
        };
        foreach (var (objective, outcome) in outcomes)
        {
            yield return new ObjectiveResult
            {
                RunId = summary.RunId,
                Resource = summary.Resource,
                Objective = objective.Text,
                Passed = outcome.State switch { ObjectiveState.Passed => true, ObjectiveState.Missed => false, _ => null },
                Actual = outcome.Actual is { } actual ? objective.Show(actual) : null,
                Limit = objective.Show(objective.Limit),
                ActualValue = outcome.Actual,
                LimitValue = objective.Limit,
                Unit = objective.Unit.ToString(),
                Samples = outcome.Samples,
                Reason = outcome.Reason,
                Verdict = verdict,
            };
        }
    }
}
