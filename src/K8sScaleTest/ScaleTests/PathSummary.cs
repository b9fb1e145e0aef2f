using K8sScaleTest.Engine.Observers.Paths;

namespace K8sScaleTest;

/// <summary>
/// How the writes of one kind came to a logger: each write that succeeded is joined to the event that it made, on one monotonic clock. Counts are of the whole
/// run; times are of Steady, in ms to three significant digits, and null with fewer than ten writes beyond them.
/// </summary>
public sealed class PathSummary
{
    internal PathSummary(PathStatistics statistics)
    {
        Operation = statistics.Operation.ToString();
        Writes = statistics.Writes;
        Joined = statistics.Joined;
        JoinedPercent = 100 * statistics.JoinedShare;
        Unknown = statistics.Unknown;
        UnknownJoined = statistics.UnknownJoined;
        Coalesced = statistics.Coalesced;
        EventsBeforeResponse = statistics.FinishedToReceived.Negative;
        (LaunchedToReceivedP50Ms, LaunchedToReceivedP99Ms, LaunchedToReceivedMaxMs) = (statistics.LaunchedToReceived.P50Ms, statistics.LaunchedToReceived.P99Ms, statistics.LaunchedToReceived.MaxMs);
        (FinishedToReceivedMinMs, FinishedToReceivedP50Ms) = (statistics.FinishedToReceived.MinMs, statistics.FinishedToReceived.P50Ms);
        (FinishedToReceivedP99Ms, FinishedToReceivedMaxMs) = (statistics.FinishedToReceived.P99Ms, statistics.FinishedToReceived.MaxMs);
        (ReceivedToHandledP50Ms, ReceivedToHandledP99Ms, ReceivedToHandledMaxMs) = (statistics.ReceivedToHandled.P50Ms, statistics.ReceivedToHandled.P99Ms, statistics.ReceivedToHandled.MaxMs);
        (HandledToDequeuedP50Ms, HandledToDequeuedP99Ms, HandledToDequeuedMaxMs) = (statistics.HandledToDequeued.P50Ms, statistics.HandledToDequeued.P99Ms, statistics.HandledToDequeued.MaxMs);
        (ScheduledToDequeuedP50Ms, ScheduledToDequeuedP99Ms, ScheduledToDequeuedMaxMs) =
            (statistics.ScheduledToDequeued.P50Ms, statistics.ScheduledToDequeued.P99Ms, statistics.ScheduledToDequeued.MaxMs);
    }

    /// <summary>Create, Update or Delete.</summary>
    public string Operation { get; }

    /// <summary>Writes that succeeded.</summary>
    public long Writes { get; }

    /// <summary>Of them, those whose event came.</summary>
    public long Joined { get; }

    /// <summary>The same in percent.</summary>
    public double JoinedPercent { get; }

    /// <summary>Writes of unknown outcome.</summary>
    public long Unknown { get; }

    /// <summary>Of them, those whose event says that they happened.</summary>
    public long UnknownJoined { get; }

    /// <summary>Joined writes whose event shared a dequeue with others.</summary>
    public long Coalesced { get; }

    /// <summary>Of the writes of Steady, those whose event came before their response: it is real, and its time is negative.</summary>
    public long EventsBeforeResponse { get; }

    /// <summary>From the launch to the event's arrival: median.</summary>
    public double? LaunchedToReceivedP50Ms { get; }

    /// <summary>From the launch to the event's arrival: 99 %.</summary>
    public double? LaunchedToReceivedP99Ms { get; }

    /// <summary>From the launch to the event's arrival: largest.</summary>
    public double? LaunchedToReceivedMaxMs { get; }

    /// <summary>From the response to the event's arrival: smallest; negative where the event came first.</summary>
    public double? FinishedToReceivedMinMs { get; }

    /// <summary>From the response to the event's arrival: median.</summary>
    public double? FinishedToReceivedP50Ms { get; }

    /// <summary>From the response to the event's arrival: 99 %.</summary>
    public double? FinishedToReceivedP99Ms { get; }

    /// <summary>From the response to the event's arrival: largest.</summary>
    public double? FinishedToReceivedMaxMs { get; }

    /// <summary>From the event's arrival to the handler, the informer's own backlog: median.</summary>
    public double? ReceivedToHandledP50Ms { get; }

    /// <summary>From the event's arrival to the handler: 99 %.</summary>
    public double? ReceivedToHandledP99Ms { get; }

    /// <summary>From the event's arrival to the handler: largest.</summary>
    public double? ReceivedToHandledMaxMs { get; }

    /// <summary>From the handler to the worker, through the work queue: median.</summary>
    public double? HandledToDequeuedP50Ms { get; }

    /// <summary>From the handler to the worker: 99 %.</summary>
    public double? HandledToDequeuedP99Ms { get; }

    /// <summary>From the handler to the worker: largest.</summary>
    public double? HandledToDequeuedMaxMs { get; }

    /// <summary>From when the write was due to the worker, the whole path: median.</summary>
    public double? ScheduledToDequeuedP50Ms { get; }

    /// <summary>From when the write was due to the worker: 99 %.</summary>
    public double? ScheduledToDequeuedP99Ms { get; }

    /// <summary>From when the write was due to the worker: largest.</summary>
    public double? ScheduledToDequeuedMaxMs { get; }
}
