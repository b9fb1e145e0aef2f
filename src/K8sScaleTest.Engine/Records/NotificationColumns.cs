namespace K8sScaleTest.Engine.Records;

/// <summary>The columns of a notification record, in the order that is a contract of every file and of the public record type.</summary>
public static class NotificationColumns
{
    /// <summary>Names in order.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "RunId", "Resource", "Operation", "Key", "Namespace", "Name", "Uid", "ResourceVersion", "CreationTimestamp", "Event", "EventNumber", "Events",
        "QueuedAdds", "QueuedUpdates", "QueuedDeletes", "ExistedBefore", "FromList", "Compared", "Duplicate", "Received", "Handled", "FirstEnqueued",
        "LastEnqueued", "Dequeued", "ReceivedUnixMicroseconds", "HandledUnixMicroseconds", "FirstEnqueuedUnixMicroseconds", "LastEnqueuedUnixMicroseconds",
        "DequeuedUnixMicroseconds", "DispatchMs", "QueueMs", "WrittenUnixMicroseconds", "LatencyFrom", "ReceivedLatencyMs", "HandledLatencyMs", "DequeuedLatencyMs",
    ];
}
