namespace K8sScaleTest.Engine.Records;

/// <summary>The columns of a watch record, in the order that is a contract of every file and of the public record type.</summary>
public static class WatchColumns
{
    /// <summary>Names in order.</summary>
    public static readonly IReadOnlyList<string> Names =
    [
        "RunId", "Watcher", "Window", "Type", "Resource", "Namespace", "Name", "Uid", "ResourceVersion", "Bytes", "Received", "ReceivedUnixMicroseconds",
        "SinceOpenedMs", "WriterLatencyMs", "Requested", "RequestedUnixMicroseconds", "OpenMs", "FirstByteMs", "LengthMs", "TimeoutSeconds",
        "FromResourceVersion", "Events", "Bookmarks", "End", "StatusCode", "Reason", "Error", "BackoffMs", "Server", "Connection",
    ];
}
