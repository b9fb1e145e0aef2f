using K8sScaleTest.Engine.Records;

namespace K8sScaleTest;

/// <summary>
/// One event, list or watch of a watcher. The properties and their order are a contract, the same as the columns of a record file. All intervals but
/// WriterLatencyMs are differences of one monotonic clock; the UTC moments derive from it.
/// </summary>
public sealed class WatchRecord
{
    private static readonly string[] Types = Enum.GetNames<WatchRecordKind>();

    private WatchRecord()
    {
    }

    /// <summary>The run's ID.</summary>
    public string RunId { get; private init; } = "";

    /// <summary>The watcher's number, from 0.</summary>
    public int Watcher { get; private init; }

    /// <summary>The number of its watch, from 1; a list has that of the watch before it.</summary>
    public int Window { get; private init; }

    /// <summary>Added, Modified, Deleted or Bookmark of an event; List, WatchList (its initial events) or Window (a whole watch).</summary>
    public string Type { get; private init; } = "";

    /// <summary>The resource's plural name, with its group.</summary>
    public string Resource { get; private init; } = "";

    /// <summary>The namespace of the event's object; null where it has none.</summary>
    public string? Namespace { get; private init; }

    /// <summary>The name of the event's object.</summary>
    public string? Name { get; private init; }

    /// <summary>The uid of the event's object.</summary>
    public string? Uid { get; private init; }

    /// <summary>The event's resourceVersion; a list's own; the last that a watch delivered.</summary>
    public long? ResourceVersion { get; private init; }

    /// <summary>Bytes of the event's object, or of the whole response.</summary>
    public long Bytes { get; private init; }

    /// <summary>When the event had come from the connection (UTC).</summary>
    public DateTime? Received { get; private init; }

    /// <summary>Received in microseconds since 1970.</summary>
    public long? ReceivedUnixMicroseconds { get; private init; }

    /// <summary>From the opening of its watch to the event.</summary>
    public double? SinceOpenedMs { get; private init; }

    /// <summary>From the writer's timestamp in a created object to the receipt: across two clocks, and so perhaps negative. Additions of a driver's objects only.</summary>
    public double? WriterLatencyMs { get; private init; }

    /// <summary>When the list or the watch was asked for (UTC).</summary>
    public DateTime? Requested { get; private init; }

    /// <summary>Requested in microseconds since 1970.</summary>
    public long? RequestedUnixMicroseconds { get; private init; }

    /// <summary>From the request to the response's headers; null where none came.</summary>
    public double? OpenMs { get; private init; }

    /// <summary>From the request to the first event; null where none came.</summary>
    public double? FirstByteMs { get; private init; }

    /// <summary>From the request to the end.</summary>
    public double? LengthMs { get; private init; }

    /// <summary>After how many seconds the server was asked to end the watch.</summary>
    public int? TimeoutSeconds { get; private init; }

    /// <summary>The resourceVersion after which the watch began.</summary>
    public long? FromResourceVersion { get; private init; }

    /// <summary>Events of the watch without bookmarks; objects of the list.</summary>
    public long? Events { get; private init; }

    /// <summary>Bookmarks of the watch.</summary>
    public long? Bookmarks { get; private init; }

    /// <summary>
    /// How it ended: Complete (in order), Refused, ErrorEvent, NotOpened, Reset, Cut (in the middle of an event), Stalled, Malformed, or Stopped (by this side).
    /// </summary>
    public string? End { get; private init; }

    /// <summary>The HTTP status, or that of an ERROR event.</summary>
    public int? StatusCode { get; private init; }

    /// <summary>Why it did not end in order, in a word.</summary>
    public string? Reason { get; private init; }

    /// <summary>The server's or the transport's message.</summary>
    public string? Error { get; private init; }

    /// <summary>How long the watcher waits before it goes on; null when it goes on at once.</summary>
    public double? BackoffMs { get; private init; }

    /// <summary>Host and port of the server.</summary>
    public string Server { get; private init; } = "";

    /// <summary>The connection's number, from 0.</summary>
    public int Connection { get; private init; }

    /// <summary>The record of an engine row.</summary>
    internal static WatchRecord From(in WatchRow row)
    {
        var clock = row.Run.Clock;
        var outcome = row.Outcome;
        var isEvent = outcome is null;
        return new WatchRecord
        {
            RunId = row.Run.RunId,
            Watcher = row.Watcher,
            Window = row.Window,
            Type = Types[(int)row.Kind],
            Resource = row.Run.Resource,
            Namespace = row.Subject?.Namespace,
            Name = row.Subject?.Name,
            Uid = row.Subject is { } subject && subject.Uid != Guid.Empty ? subject.Uid.ToString() : null,
            ResourceVersion = row.ResourceVersion == 0 ? null : (long)row.ResourceVersion,
            Bytes = row.Bytes,
            Received = isEvent ? clock.ToUtc(row.Received) : null,
            ReceivedUnixMicroseconds = isEvent ? clock.ToUnixMicroseconds(row.Received) : null,
            SinceOpenedMs = isEvent ? RunClock.ToMilliseconds(row.Received - row.Opened) : null,
            WriterLatencyMs = row.WriterLatencyMs,
            Requested = isEvent ? null : clock.ToUtc(outcome!.Requested),
            RequestedUnixMicroseconds = isEvent ? null : clock.ToUnixMicroseconds(outcome!.Requested),
            OpenMs = Since(outcome, outcome?.Opened),
            FirstByteMs = Since(outcome, outcome?.FirstByte),
            LengthMs = Since(outcome, outcome?.Ended),
            TimeoutSeconds = outcome?.TimeoutSeconds > 0 ? outcome.TimeoutSeconds : null,
            FromResourceVersion = outcome?.From > 0 ? (long)outcome.From : null,
            Events = outcome?.Events,
            Bookmarks = row.Kind == WatchRecordKind.Window ? outcome?.Bookmarks : null,
            End = outcome?.End,
            StatusCode = outcome?.StatusCode > 0 ? outcome.StatusCode : null,
            Reason = outcome?.Reason,
            Error = outcome?.Error,
            BackoffMs = outcome is { Backoff.Ticks: > 0 } ? outcome.Backoff.TotalMilliseconds : null,
            Server = row.Run.Server,
            Connection = row.Connection,
        };
    }

    private static double? Since(WatchWindow? outcome, long? moment) =>
        outcome is not null && moment > 0 ? RunClock.ToMilliseconds(moment.Value - outcome.Requested) : null;
}
