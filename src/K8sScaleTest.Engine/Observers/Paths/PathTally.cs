using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Latencies;

namespace K8sScaleTest.Engine.Observers.Paths;

/// <summary>Counts the writes of one kind and their events. Percentiles are of Steady, as a driver's are.</summary>
internal sealed class PathTally(OperationKind operation)
{
    private readonly LatencyHistogram _launchedToReceived = new();
    private readonly SignedHistogram _finishedToReceived = new();
    private readonly LatencyHistogram _receivedToHandled = new();
    private readonly LatencyHistogram _handledToDequeued = new();
    private readonly LatencyHistogram _scheduledToDequeued = new();
    private long _writes;
    private long _unknown;
    private long _joined;
    private long _unknownJoined;
    private long _coalesced;

    public bool Any => _writes + _unknown > 0;

    public void Count(in OperationRow row)
    {
        if (row.Outcome == Outcome.Succeeded) _writes++;
        else _unknown++;
    }

    public void Joined(in PathRow row)
    {
        if (!row.Certain)
        {
            _unknownJoined++;
            return;
        }

        _joined++;
        if (row.Notification.Events > 1) _coalesced++;
        if (row.Write.Phase != Phase.Steady) return;
        _launchedToReceived.Record(RunClock.ToMilliseconds(row.LaunchedToReceived));
        _finishedToReceived.Record(RunClock.ToMilliseconds(row.AcknowledgedToReceived));
        _receivedToHandled.Record(RunClock.ToMilliseconds(row.Notification.Handled - row.Notification.Received));
        _handledToDequeued.Record(RunClock.ToMilliseconds(row.Notification.Dequeued - row.Notification.Handled));
        _scheduledToDequeued.Record(RunClock.ToMilliseconds(row.Notification.Dequeued - row.Write.Scheduled));
    }

    public PathStatistics Summarize() => new()
    {
        Operation = operation,
        Writes = _writes,
        Joined = _joined,
        Unknown = _unknown,
        UnknownJoined = _unknownJoined,
        Coalesced = _coalesced,
        LaunchedToReceived = _launchedToReceived.Summarize(),
        FinishedToReceived = _finishedToReceived.Summarize(),
        ReceivedToHandled = _receivedToHandled.Summarize(),
        HandledToDequeued = _handledToDequeued.Summarize(),
        ScheduledToDequeued = _scheduledToDequeued.Summarize(),
    };
}
