using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Observers;
using K8sScaleTest.Engine.Observers.Watches;

namespace K8sScaleTest.Engine.ScaleTests;

/// <summary>Where a scale test stands.</summary>
/// <param name="Stage">What it is doing.</param>
/// <param name="Driver">Where its driver stands.</param>
/// <param name="Loggers">Where its loggers stand.</param>
/// <param name="Watches">Where its watchers stand; null without any.</param>
public sealed record ScaleTestProgress(ScaleTestStage Stage, DriverProgress Driver, IReadOnlyList<LoggerProgress> Loggers, WatchRunProgress? Watches);
