using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Verdicts;

namespace K8sScaleTest.Engine.Results;

/// <summary>What one run measured of one resource, all its workers merged.</summary>
public sealed record Summary
{
    /// <summary>What it is worth.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The run's ID.</summary>
    public required string RunId { get; init; }

    /// <summary>The resource's plural name, with its group.</summary>
    public required string Resource { get; init; }

    /// <summary>Workers seen in the records.</summary>
    public required int Workers { get; init; }

    /// <summary>How operations came to be due.</summary>
    public required RunMode Mode { get; init; }

    /// <summary>The first moment that an operation was due (UTC); null of a run without operations.</summary>
    public required DateTime? Start { get; init; }

    /// <summary>From there until the last operation had finished.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The first moment that an operation of Steady was due (UTC).</summary>
    public required DateTime? SteadyStart { get; init; }

    /// <summary>The last such moment.</summary>
    public required DateTime? SteadyEnd { get; init; }

    /// <summary>Creates per second that were asked for, as the share of these workers; null where unknown or at full speed.</summary>
    public required double? RequestedRate { get; init; }

    /// <summary>Creates per second that were due in Steady.</summary>
    public required double? AchievedRate { get; init; }

    /// <summary>Operations of any kind per second that finished with success in Steady.</summary>
    public required double? Throughput { get; init; }

    /// <summary>Operations of the whole run by outcome, in the order of <see cref="Outcome"/>.</summary>
    public required IReadOnlyList<long> Outcomes { get; init; }

    /// <summary>One entry per kind of operation and phase that occurred, in their order.</summary>
    public required IReadOnlyList<OperationStatistics> Operations { get; init; }

    /// <summary>All kinds of operation in Steady together.</summary>
    public required OperationStatistics Steady { get; init; }

    /// <summary>Failures of the whole run by reason, the most frequent first.</summary>
    public required IReadOnlyList<FailureCount> Failures { get; init; }

    /// <summary>The generator's health; null where none was recorded.</summary>
    public required HealthStatistics? Health { get; init; }

    /// <summary>The windows of Steady that the verdict was made of.</summary>
    public required IReadOnlyList<MeasurementWindow> Windows { get; init; }

    /// <summary>How the backlog went through Steady; null where that is too short to tell.</summary>
    public required BacklogTrend? Backlog { get; init; }

    /// <summary>The run's parameters, where its health was recorded.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>What the driver counted, where its health was recorded (of several workers, their sum).</summary>
    public required IReadOnlyDictionary<string, double> Counters { get; init; }

    /// <summary>Whether percentiles are findings: not of a run that the generator disturbed, that overloaded the server or that went at full speed. They
    /// are data in any case.</summary>
    public bool PercentilesAreFindings => Mode == RunMode.OpenLoop && Verdict.Kind is VerdictKind.Valid or VerdictKind.Failed;

    /// <summary>Operations of the whole run.</summary>
    public long Count => Outcomes.Sum();
}
