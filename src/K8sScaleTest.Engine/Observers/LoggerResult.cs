using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Observers;

/// <summary>How a logger ended, beside its records.</summary>
/// <param name="Health">The process's health meanwhile; null beside a driver, who records it.</param>
/// <param name="Counts">What was counted.</param>
/// <param name="Watch">What became of its lists and watches.</param>
/// <param name="Stopped">Whether it was stopped before its time.</param>
public sealed record LoggerResult(RunHealth? Health, LoggerCounts Counts, ReflectorCounts Watch, bool Stopped);
