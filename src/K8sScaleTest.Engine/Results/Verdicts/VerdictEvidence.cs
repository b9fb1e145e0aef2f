using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Verdicts;

/// <summary>All that a verdict is made of.</summary>
public sealed record VerdictEvidence
{
    /// <summary>How operations came to be due.</summary>
    public RunMode Mode { get; init; }

    /// <summary>Operations scheduled in Steady.</summary>
    public required long SteadyOperations { get; init; }

    /// <summary>Of them, those that did not succeed.</summary>
    public long SteadyFailures { get; init; }

    /// <summary>Succeeded operations per second in Steady; null where it holds no whole second.</summary>
    public double? Throughput { get; init; }

    /// <summary>At full speed: how long the workers waited for a server that gave no answer, on average.</summary>
    public TimeSpan Waited { get; init; }

    /// <summary>Steady's windows in order.</summary>
    public required IReadOnlyList<MeasurementWindow> Windows { get; init; }

    /// <summary>How the backlog went; null where Steady is too short to tell.</summary>
    public BacklogTrend? Backlog { get; init; }

    /// <summary>What the audit of the run's observers found; nothing where there were none.</summary>
    public EventFaults EventFaults { get; init; }

    /// <summary>Why that audit has no end; null where it has one, or there was none.</summary>
    public string? HorizonFault { get; init; }

    /// <summary>Workers in the records whose health is not known.</summary>
    public IReadOnlyList<int> WorkersWithoutHealth { get; init; } = [];
}
