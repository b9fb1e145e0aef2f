using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Latencies;

namespace K8sScaleTest.Engine.Observers.Paths;

/// <summary>Counts the ways of one kind of write.</summary>
internal sealed class PathTally(OperationKind operation)
{
    private readonly LatencyHistogram _received = new();
    private readonly LatencyHistogram _sent = new();
    private readonly LatencyHistogram _dequeued = new();
    private long _eventFirst;
    private double _earliestMs = double.PositiveInfinity;

    public void Add(in PathRow row)
    {
        _received.Record(RunClock.ToMilliseconds(row.LaunchedToReceived));
        _sent.Record(RunClock.ToMilliseconds(row.SentToReceived));
        _dequeued.Record(RunClock.ToMilliseconds(row.LaunchedToDequeued));
        if (row.AcknowledgedToReceived < 0) _eventFirst++;
        _earliestMs = Math.Min(_earliestMs, RunClock.ToMilliseconds(row.AcknowledgedToReceived));
    }

    public PathStatistics Summarize() =>
        new(operation, _received.Summarize(), _sent.Summarize(), _dequeued.Summarize(), _eventFirst, double.IsPositiveInfinity(_earliestMs) ? null : _earliestMs);
}
