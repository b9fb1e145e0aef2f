namespace K8sScaleTest.Engine.Results.Verdicts;

/// <summary>
/// One window of Steady, 10 s or 1,000 operations long, whichever is longer, with all that the verdict asks of it. Counts "beyond" are of what
/// exceeded <see cref="LimitMs"/>.
/// </summary>
public sealed record MeasurementWindow
{
    /// <summary>The lowest limit, in ms: what a healthy generator on a busy two-core machine keeps.</summary>
    public const double LowestLimitMs = 2;

    /// <summary>The limit as a share of the window's median service time: a disturbance of a tenth of what is measured.</summary>
    public const double LimitShare = 0.1;

    /// <summary>Start, in nanoseconds since 1970 (UTC).</summary>
    public required long StartUnixNanoseconds { get; init; }

    /// <summary>Its length in seconds.</summary>
    public required double LengthSeconds { get; init; }

    /// <summary>Operations scheduled in it.</summary>
    public required long Operations { get; init; }

    /// <summary>Median service time of those that succeeded, in ms; NaN when none did.</summary>
    public double MedianServiceMs { get; init; } = double.NaN;

    /// <summary>max(2 ms, 10 % of the median service time).</summary>
    public double LimitMs => double.IsNaN(MedianServiceMs) ? LowestLimitMs : Math.Max(LowestLimitMs, LimitShare * MedianServiceMs);

    /// <summary>Operations with a pacer delay beyond the limit.</summary>
    public long PacerBeyond { get; init; }

    /// <summary>Operations with a connection wait beyond the limit, or timed out before they were sent.</summary>
    public long ConnectionWaitBeyond { get; init; }

    /// <summary>Samples of the completion-lag probe, of all workers.</summary>
    public long ProbeSamples { get; init; }

    /// <summary>Of them, those with a lag beyond the limit.</summary>
    public long ProbeBeyond { get; init; }

    /// <summary>The share of the workers' time that garbage collections longer than the limit stopped them.</summary>
    public double GcPauseShare { get; init; }

    /// <summary>Throttled time over the workers' time; more than 1 is possible, since the kernel adds up the CPUs. Null where unknown.</summary>
    public double? ThrottledShare { get; init; }

    /// <summary>CPU time of the busiest worker over its quota; null where unknown.</summary>
    public double? CpuShare { get; init; }

    /// <summary>The largest step of a worker's wall clock between two seconds, in ms, less what slewing can do.</summary>
    public double ClockStepMs { get; init; }

    /// <summary>The smallest share of the window for which a worker's health is known.</summary>
    public double HealthCoverage { get; init; }
}
