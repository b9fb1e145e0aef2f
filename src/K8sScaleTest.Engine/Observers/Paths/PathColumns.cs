namespace K8sScaleTest.Engine.Observers.Paths;

/// <summary>The columns of a path record, in the order that is a contract of every file.</summary>
public static class PathColumns
{
    /// <summary>Names in order.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "RunId", "Operation", "Resource", "Namespace", "Name", "Uid", "ResourceVersion", "Phase", "Outcome", "Scheduled", "Launched", "Sent", "Finished",
        "Received", "Handled", "Dequeued", "LaunchedUnixMicroseconds", "FinishedUnixMicroseconds", "ReceivedUnixMicroseconds", "DequeuedUnixMicroseconds",
        "ResponseMs", "LaunchedToReceivedMs", "FinishedToReceivedMs", "ReceivedToHandledMs", "HandledToDequeuedMs", "ScheduledToDequeuedMs", "Events",
    ];
}
