using K8sScaleTest.Engine.Observers.Auditing;

namespace K8sScaleTest.Engine.Observers.Watches;

/// <summary>How a run of watches ended.</summary>
/// <param name="Stopped">Whether it was stopped, rather than ended by its duration.</param>
/// <param name="Progress">What it came to.</param>
/// <param name="Audit">What the audit found of each watcher; empty when the audit is somebody else's.</param>
public sealed record WatchRunResult(bool Stopped, WatchRunProgress Progress, IReadOnlyList<AuditResult> Audit);
