using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Latencies;

namespace K8sScaleTest.Engine.Observers.Paths;

/// <summary>The ways of one kind of write.</summary>
/// <param name="Operation">Create, update or delete.</param>
/// <param name="LaunchedToReceived">From the launch to the event's arrival.</param>
/// <param name="SentToReceived">From the request on the wire to the event's arrival.</param>
/// <param name="LaunchedToDequeued">From the launch to the worker.</param>
/// <param name="EventFirst">Events that came before the acknowledgement.</param>
/// <param name="EarliestMs">The least of acknowledged to received, ms: negative where an event came first; null without any.</param>
public sealed record PathStatistics(
    OperationKind Operation, LatencyPercentiles LaunchedToReceived, LatencyPercentiles SentToReceived, LatencyPercentiles LaunchedToDequeued, long EventFirst, double? EarliestMs);
