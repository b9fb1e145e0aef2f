namespace K8sScaleTest.Engine.Records;

/// <summary>
/// How the generator itself fared during one run, by the second, and with what parameters it ran. Kept under the run's ID in the
/// process (<see cref="RunHealthLog"/>) and beside the record file; without it no verdict is possible.
/// </summary>
public sealed record RunHealth
{
    /// <summary>The counter of how long, at full speed, an operation in flight was replaced by waiting for a server that gave no answer: seconds, the mean of all that may be in flight.</summary>
    public const string WaitedSeconds = nameof(WaitedSeconds);

    /// <summary>The run's ID.</summary>
    public required string RunId { get; init; }

    /// <summary>The worker's number, from 0.</summary>
    public int Worker { get; init; }

    /// <summary>The resource's plural name, with its group.</summary>
    public required string Resource { get; init; }

    /// <summary>How operations came to be due.</summary>
    public RunMode Mode { get; init; }

    /// <summary>CPUs that this process may use at once (the control group's quota, or the machine's count).</summary>
    public double CpuQuota { get; init; }

    /// <summary>The parameters of the run by name, without secrets.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>What was found of the run as a whole: objects left behind, requested and achieved population and so on.</summary>
    public IReadOnlyDictionary<string, double> Counters { get; init; } = new Dictionary<string, double>();

    /// <summary>What the audit found of what the run's observers were delivered; nothing where nobody observed.</summary>
    public EventFaults EventFaults { get; init; }

    /// <summary>Why that audit has no end: the last write did not reach the observers; null where it did, or nobody observed.</summary>
    public string? HorizonFault { get; init; }

    /// <summary>One entry a second, in order.</summary>
    public required IReadOnlyList<HealthSecond> Seconds { get; init; }
}
