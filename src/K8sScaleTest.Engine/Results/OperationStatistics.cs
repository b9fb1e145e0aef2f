using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Latencies;

namespace K8sScaleTest.Engine.Results;

/// <summary>What became of the operations of one kind in one phase.</summary>
public sealed record OperationStatistics
{
    /// <summary>The kind; null for all kinds together.</summary>
    public required OperationKind? Operation { get; init; }

    /// <summary>The phase, by the scheduled time.</summary>
    public required Phase Phase { get; init; }

    /// <summary>Operations scheduled in the phase.</summary>
    public required long Count { get; init; }

    /// <summary>Of them, those that happened.</summary>
    public required long Succeeded { get; init; }

    /// <summary>Of them, those that the server refused.</summary>
    public required long Rejected { get; init; }

    /// <summary>Of them, those that may have happened.</summary>
    public required long Unknown { get; init; }

    /// <summary>Of them, those that never left the generator.</summary>
    public required long NotSent { get; init; }

    /// <summary>Of Unknown and NotSent, those that ended with the request time-out.</summary>
    public required long Timeouts { get; init; }

    /// <summary>Of Rejected, deletes of objects of which it was not known whether they exist, and which did not: no failure.</summary>
    public required long ExpectedNotFound { get; init; }

    /// <summary>Operations scheduled per second: (n - 1) over the time from the first to the last of them; null of fewer than two.</summary>
    public required double? Rate { get; init; }

    /// <summary>Operations per second that finished with success, over the whole seconds within Steady, whenever they were scheduled: the server's
    /// throughput. Null outside Steady, and where Steady holds no whole second.</summary>
    public required double? Throughput { get; init; }

    /// <summary>The times of those that succeeded; time-outs count as censored.</summary>
    public required LatencySet OfSucceeded { get; init; }

    /// <summary>The times of those that failed otherwise.</summary>
    public required LatencySet OfFailed { get; init; }

    /// <summary>All that did not succeed, save the deletes that were expected to find nothing.</summary>
    public long Failed => Count - Succeeded - ExpectedNotFound;
}
