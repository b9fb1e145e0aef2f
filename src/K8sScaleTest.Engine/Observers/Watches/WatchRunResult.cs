using K8sScaleTest.Engine.Observers.Auditing;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Observers.Watches;

/// <summary>How a run of watches ended.</summary>
/// <param name="Stopped">Whether it was stopped, rather than ended by its duration.</param>
/// <param name="Health">The process's health meanwhile; null beside a driver, who records it.</param>
/// <param name="Progress">What it came to.</param>
/// <param name="Audit">What the audit found of each watcher; empty when the audit is somebody else's.</param>
public sealed record WatchRunResult(bool Stopped, RunHealth? Health, WatchRunProgress Progress, IReadOnlyList<AuditResult> Audit);
