namespace K8sScaleTest.Engine.Records;

/// <summary>What the generator's own process went through in one second of a run.</summary>
public sealed record HealthSecond
{
    /// <summary>Start of the second, in microseconds since 1970 (UTC, by the run's clock).</summary>
    public required long UnixMicroseconds { get; init; }

    /// <summary>How long it really was, in ms.</summary>
    public required double LengthMs { get; init; }

    /// <summary>Time that the garbage collector stopped the process, in ms.</summary>
    public double GcPauseMs { get; init; }

    /// <summary>Collections of any generation.</summary>
    public int Collections { get; init; }

    /// <summary>CPU time of this process, in ms.</summary>
    public double CpuMs { get; init; }

    /// <summary>Time for which the control group's CPU quota held the process back, in ms; null where that is not known.</summary>
    public double? ThrottledMs { get; init; }

    /// <summary>The wall clock's offset against the run's clock at the end of the second, in ms since the anchor.</summary>
    public double ClockOffsetMs { get; init; }

    /// <summary>Samples of the completion-lag probe (one is queued to the thread pool every 10 ms).</summary>
    public int ProbeSamples { get; init; }

    /// <summary>The largest lag among them, in ms.</summary>
    public double ProbeMaxMs { get; init; }

    /// <summary>Every lag of 1 ms or more, in ms: what a limit, known only afterwards, is held against.</summary>
    public IReadOnlyList<double> ProbeLagsMs { get; init; } = [];
}
