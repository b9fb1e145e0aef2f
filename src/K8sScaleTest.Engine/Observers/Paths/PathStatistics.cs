using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Latencies;

namespace K8sScaleTest.Engine.Observers.Paths;

/// <summary>How the writes of one kind came to a logger. Counts are of the whole run, times of Steady.</summary>
public sealed record PathStatistics
{
    /// <summary>Create, update or delete.</summary>
    public required OperationKind Operation { get; init; }

    /// <summary>Writes that succeeded.</summary>
    public required long Writes { get; init; }

    /// <summary>Of them, those that were joined to their event.</summary>
    public required long Joined { get; init; }

    /// <summary>Writes of unknown outcome.</summary>
    public required long Unknown { get; init; }

    /// <summary>Of them, those whose event came: they did happen.</summary>
    public required long UnknownJoined { get; init; }

    /// <summary>Joined writes whose event had no dequeue of its own.</summary>
    public required long Coalesced { get; init; }

    /// <summary>From the launch to the event's arrival.</summary>
    public required LatencyPercentiles LaunchedToReceived { get; init; }

    /// <summary>From the response to the event's arrival; negative where the event came first, which is real.</summary>
    public required SignedPercentiles FinishedToReceived { get; init; }

    /// <summary>From the event's arrival to the handler: the informer's own backlog.</summary>
    public required LatencyPercentiles ReceivedToHandled { get; init; }

    /// <summary>From the handler to the worker: the work queue.</summary>
    public required LatencyPercentiles HandledToDequeued { get; init; }

    /// <summary>From when the write was due to the worker: what a controller's user waits.</summary>
    public required LatencyPercentiles ScheduledToDequeued { get; init; }

    /// <summary>Of the writes that succeeded, the share that was joined; 1 without any.</summary>
    public double JoinedShare => Writes == 0 ? 1 : (double)Joined / Writes;
}
