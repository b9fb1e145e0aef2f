using K8sScaleTest.Engine.Observers.Paths;

namespace K8sScaleTest;

/// <summary>What a scale test measured of a driver's writes and of their way to loggers and watchers, with the verdict on the whole first.</summary>
public sealed class ScaleTestResult
{
    private const int NarrowestText = 79;
    private const int WidestText = 100;

    internal ScaleTestResult(
        ScaleTestSummary driver,
        IReadOnlyList<NotificationSummary> loggers,
        WatchSummary? watches,
        IReadOnlyList<WatcherAudit> audit,
        IReadOnlyList<PathStatistics> paths,
        IReadOnlyList<ObjectiveResult> objectives,
        string? horizonFault,
        IReadOnlyDictionary<string, string> files)
    {
        RunId = driver.RunId;
        Resource = driver.Resource;
        Driver = driver;
        Loggers = loggers;
        Watches = watches;
        Audit = audit;
        Paths = [.. paths.Select(path => new PathSummary(path))];
        Objectives = objectives;
        HorizonFault = horizonFault;
        Files = files;
        (Verdict, VerdictReason, Reason, Advice) = ScaleTestVerdict.Of(this);
    }

    /// <summary>Inconclusive, Invalid, Overloaded, Failed or Valid.</summary>
    public string Verdict { get; }

    /// <summary>The reason in a word, for scripts: that of the driver's verdict (EventFaults and HorizonOpen among them), ObjectiveMissed or ObjectiveUndetermined.</summary>
    public string VerdictReason { get; }

    /// <summary>The reason in words.</summary>
    public string Reason { get; }

    /// <summary>What to do about it.</summary>
    public string Advice { get; }

    /// <summary>The run's ID.</summary>
    public string RunId { get; }

    /// <summary>The resource's plural name, with its group.</summary>
    public string Resource { get; }

    /// <summary>What the driver measured.</summary>
    public ScaleTestSummary Driver { get; }

    /// <summary>The way of the writes to the first logger, by kind of operation.</summary>
    public IReadOnlyList<PathSummary> Paths { get; }

    /// <summary>What each logger counted and timed.</summary>
    public IReadOnlyList<NotificationSummary> Loggers { get; }

    /// <summary>What the watchers were delivered; null without any.</summary>
    public WatchSummary? Watches { get; }

    /// <summary>What the audit found, logger by logger and watcher by watcher.</summary>
    public IReadOnlyList<WatcherAudit> Audit { get; }

    /// <summary>The objectives, and whether they were met.</summary>
    public IReadOnlyList<ObjectiveResult> Objectives { get; }

    /// <summary>Why the audit's horizon could not be closed by a last write; null when it was.</summary>
    public string? HorizonFault { get; }

    /// <summary>The files that were written, by what they hold.</summary>
    public IReadOnlyDictionary<string, string> Files { get; }

    /// <summary>The whole as a person reads it, in lines of at most 100 characters.</summary>
    public override string ToString() => ToString(WidestText);

    /// <summary>The whole as a person reads it: what the default view shows.</summary>
    /// <param name="width">Columns that there are; below 80, and above 100, it stays with those.</param>
    public string ToString(int width) => ScaleTestReport.Of(this, Math.Clamp(width, NarrowestText, WidestText));
}
