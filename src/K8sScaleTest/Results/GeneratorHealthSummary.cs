using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Verdicts;

namespace K8sScaleTest;

/// <summary>How the process that measured fared: of drivers during Steady, on which the verdict rests; of a logger or of watches from their beginning to their end.</summary>
public sealed class GeneratorHealthSummary
{
    internal GeneratorHealthSummary(HealthStatistics health)
    {
        GcPauseMs = health.GcPauseMs;
        GcPauseMaxMs = health.GcPauseMaxMs;
        CpuPercent = health.CpuPercent;
        CpuQuota = health.CpuQuota;
        ThrottledMs = health.ThrottledMs;
        ProbeSamples = health.ProbeSamples;
        ProbeP99Ms = health.ProbeP99Ms;
        ProbeMaxMs = health.ProbeMaxMs;
        ClockStepMs = health.ClockStepMs;
        ClockDriftMs = health.ClockDriftMs;
        Seconds = health.Seconds;
    }

    /// <summary>Time that garbage collections stopped the process, in ms.</summary>
    public double GcPauseMs { get; }

    /// <summary>The most of it in one second, in ms.</summary>
    public double GcPauseMaxMs { get; }

    /// <summary>CPU time over time, in percent of one CPU.</summary>
    public double CpuPercent { get; }

    /// <summary>CPUs that the process may use at once.</summary>
    public double CpuQuota { get; }

    /// <summary>Time for which the CPU quota held the process back, in ms; null where unknown.</summary>
    public double? ThrottledMs { get; }

    /// <summary>Samples of the completion-lag probe.</summary>
    public long ProbeSamples { get; }

    /// <summary>99 % of its lags were at most this, in ms; 1 stands for "below 1 ms"; null of fewer than 1,000 samples.</summary>
    public double? ProbeP99Ms { get; }

    /// <summary>Its largest lag, in ms.</summary>
    public double ProbeMaxMs { get; }

    /// <summary>The largest step of the wall clock between two seconds, in ms, beyond what slewing can do.</summary>
    public double ClockStepMs { get; }

    /// <summary>How far the wall clock moved against the run's clock, in ms.</summary>
    public double ClockDriftMs { get; }

    /// <summary>Seconds recorded, of all workers.</summary>
    public int Seconds { get; }

    internal static GeneratorHealthSummary? Of(RunHealth? health) => health is not null && HealthStatistics.Of(health) is { } statistics ? new(statistics) : null;
}
