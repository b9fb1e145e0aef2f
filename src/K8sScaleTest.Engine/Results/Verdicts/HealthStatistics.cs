using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Verdicts;

/// <summary>How the generator itself fared during Steady (or the whole run, where there was no Steady): all workers together.</summary>
public sealed record HealthStatistics
{
    /// <summary>Seconds recorded, of all workers.</summary>
    public required int Seconds { get; init; }

    /// <summary>Time that garbage collections stopped a worker, in ms.</summary>
    public required double GcPauseMs { get; init; }

    /// <summary>The most of it in one second, in ms.</summary>
    public required double GcPauseMaxMs { get; init; }

    /// <summary>CPU time over time, in percent of one CPU, as the mean of the workers.</summary>
    public required double CpuPercent { get; init; }

    /// <summary>CPUs that a worker may use at once; 0 where unknown.</summary>
    public required double CpuQuota { get; init; }

    /// <summary>Time for which the CPU quota held the workers back, in ms; null where unknown.</summary>
    public required double? ThrottledMs { get; init; }

    /// <summary>Samples of the completion-lag probe.</summary>
    public required long ProbeSamples { get; init; }

    /// <summary>99 % of its lags were at most this, in ms; 1 stands for "below 1 ms", under which single lags are not kept. Null of fewer than 1,000
    /// samples.</summary>
    public required double? ProbeP99Ms { get; init; }

    /// <summary>Its largest lag, in ms.</summary>
    public required double ProbeMaxMs { get; init; }

    /// <summary>The largest step of a wall clock between two seconds, in ms, beyond what slewing can do; 0 is none.</summary>
    public required double ClockStepMs { get; init; }

    /// <summary>How far a wall clock moved against the run's clock in all, in ms (the largest of the workers'; with its sign).</summary>
    public required double ClockDriftMs { get; init; }

    /// <summary>The statistics of a whole run of one worker; null of one that ended before anything was recorded.</summary>
    public static HealthStatistics? Of(RunHealth health)
    {
        ArgumentNullException.ThrowIfNull(health);
        var one = new GeneratorHealth();
        one.Add(health);
        return one.Summarize(0, long.MaxValue);
    }
}
