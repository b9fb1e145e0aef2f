namespace K8sScaleTest.Engine.Records;

/// <summary>The columns of an operation record, in the order that is a contract of every file and of the public record type.</summary>
public static class OperationColumns
{
    /// <summary>Names in order.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "RunId", "Worker", "Sequence", "Operation", "Resource", "Namespace", "Name", "Phase", "Outcome", "Succeeded", "StatusCode",
        "Reason", "Error", "Attempts", "Scheduled", "Launched", "Sent", "Finished", "ScheduledUnixMicroseconds",
        "LaunchedUnixMicroseconds", "SentUnixMicroseconds", "FinishedUnixMicroseconds", "PacerDelayMs", "ConnectionWaitMs",
        "ServiceMs", "ResponseMs", "Server", "Connection", "StreamsInFlight", "RequestBytes", "ResponseBytes", "ResourceVersion",
        "Uid", "RetryAfter", "FlowSchemaUid", "PriorityLevelUid", "AuditId",
    ];
}
