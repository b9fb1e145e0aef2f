using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Observers.Auditing;

/// <summary>What an audit comes to as a whole.</summary>
public static class AuditResults
{
    /// <summary>The faults of all participants together, as a verdict takes them.</summary>
    public static EventFaults Sum(this IReadOnlyList<AuditResult> results) => new(
        results.Count,
        results.Sum(each => each.Events),
        results.Sum(each => each.Missed),
        results.Sum(each => each.Duplicated),
        results.Sum(each => each.OutOfOrder),
        results.Sum(each => each.Regressed));
}
