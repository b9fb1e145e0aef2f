using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Observers;
using K8sScaleTest.Engine.Observers.Auditing;
using K8sScaleTest.Engine.Observers.Watches;

namespace K8sScaleTest.Engine.ScaleTests;

/// <summary>How a scale test ended, beside its records.</summary>
/// <param name="Driver">How its driver ended.</param>
/// <param name="Loggers">How each logger ended.</param>
/// <param name="Watches">How the watchers ended; null without any.</param>
/// <param name="Audit">What the audit found of each logger, in their order, and then of each watcher.</param>
/// <param name="SentinelFault">Why the horizon could not be closed, in words; null when it was.</param>
public sealed record ScaleTestOutcome(
    DriverResult Driver, IReadOnlyList<LoggerResult> Loggers, WatchRunResult? Watches, IReadOnlyList<AuditResult> Audit, string? SentinelFault);
