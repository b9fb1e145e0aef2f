using K8sScaleTest.Engine.Records;

namespace K8sScaleTest;

/// <summary>
/// One dequeue of a logger's work queue, or with -PerEvent one of the events that it stands for. The properties and their order are a contract, the same as
/// the columns of a record file. Intervals are differences of one monotonic clock; latencies alone are across two: the writer's, from an annotation, and this one.
/// </summary>
public sealed class NotificationRecord
{
    private static readonly string[] KindNames = Enum.GetNames<NotificationKind>();
    private static readonly string[] EventNames = Enum.GetNames<NotifiedEvent>();

    private NotificationRecord()
    {
    }

    /// <summary>The logger's run.</summary>
    public string RunId { get; private init; } = "";

    /// <summary>The resource's plural name, with its group.</summary>
    public string Resource { get; private init; } = "";

    /// <summary>What the dequeue found: Create, Update, Delete, CreateDelete (created and deleted since the dequeue before) or Recreate (another object of the same name).</summary>
    public string Operation { get; private init; } = "";

    /// <summary>Namespace and name, with a slash between.</summary>
    public string Key { get; private init; } = "";

    /// <summary>The object's namespace; null where it has none.</summary>
    public string? Namespace { get; private init; }

    /// <summary>The object's name.</summary>
    public string Name { get; private init; } = "";

    /// <summary>The object's uid.</summary>
    public string? Uid { get; private init; }

    /// <summary>The resourceVersion of the event; of a deletion that a list told, the last known.</summary>
    public string? ResourceVersion { get; private init; }

    /// <summary>The object's creationTimestamp (UTC), which has whole seconds.</summary>
    public DateTime? CreationTimestamp { get; private init; }

    /// <summary>Added, Updated or Deleted: the event that received, handled, resourceVersion and latencies are of, the dequeue's last.</summary>
    public string Event { get; private init; } = "";

    /// <summary>The event's number in its dequeue, from 1.</summary>
    public int EventNumber { get; private init; }

    /// <summary>How many events the dequeue stands for.</summary>
    public int Events { get; private init; }

    /// <summary>How many of them were adds.</summary>
    public int QueuedAdds { get; private init; }

    /// <summary>How many of them were updates.</summary>
    public int QueuedUpdates { get; private init; }

    /// <summary>How many of them were deletes.</summary>
    public int QueuedDeletes { get; private init; }

    /// <summary>Whether the object was there when the logger began.</summary>
    public bool ExistedBefore { get; private init; }

    /// <summary>Whether a list told the event, and no watch: what happened before it was not seen.</summary>
    public bool FromList { get; private init; }

    /// <summary>Whether what was found is compared with what the dequeue before found, be it nothing (-Compare).</summary>
    public bool Compared { get; private init; }

    /// <summary>Whether the dequeue found the object exactly as the dequeue before had; null when they were not compared.</summary>
    public bool? Duplicate { get; private init; }

    /// <summary>When the event's bytes had come (UTC).</summary>
    public DateTime Received { get; private init; }

    /// <summary>When the informer's handler was told (UTC).</summary>
    public DateTime Handled { get; private init; }

    /// <summary>When the handler first put the key into the work queue since the dequeue before (UTC).</summary>
    public DateTime FirstEnqueued { get; private init; }

    /// <summary>When it last did (UTC).</summary>
    public DateTime LastEnqueued { get; private init; }

    /// <summary>When the worker got the key (UTC).</summary>
    public DateTime Dequeued { get; private init; }

    /// <summary>Received in microseconds since 1970.</summary>
    public long ReceivedUnixMicroseconds { get; private init; }

    /// <summary>Handled in microseconds since 1970.</summary>
    public long HandledUnixMicroseconds { get; private init; }

    /// <summary>FirstEnqueued in microseconds since 1970.</summary>
    public long FirstEnqueuedUnixMicroseconds { get; private init; }

    /// <summary>LastEnqueued in microseconds since 1970.</summary>
    public long LastEnqueuedUnixMicroseconds { get; private init; }

    /// <summary>Dequeued in microseconds since 1970.</summary>
    public long DequeuedUnixMicroseconds { get; private init; }

    /// <summary>Handled - Received: decoding, and the informer's own backlog.</summary>
    public double DispatchMs { get; private init; }

    /// <summary>Dequeued - FirstEnqueued: the work queue.</summary>
    public double QueueMs { get; private init; }

    /// <summary>When the write was launched, by the writer's clock; null where the event says nothing of it.</summary>
    public long? WrittenUnixMicroseconds { get; private init; }

    /// <summary>The annotation that this comes from. All latencies are across two clocks, and no better than these agree.</summary>
    public string? LatencyFrom { get; private init; }

    /// <summary>Received - written, across two clocks.</summary>
    public double? ReceivedLatencyMs { get; private init; }

    /// <summary>Handled - written, across two clocks.</summary>
    public double? HandledLatencyMs { get; private init; }

    /// <summary>Dequeued - written, across two clocks: what the Go programs called the latency.</summary>
    public double? DequeuedLatencyMs { get; private init; }

    /// <summary>The record of an engine row.</summary>
    internal static NotificationRecord From(in NotificationRow row)
    {
        var clock = row.Run.Clock;
        var written = row.WrittenUnixMicroseconds != 0;
        return new NotificationRecord
        {
            RunId = row.Run.RunId,
            Resource = row.Run.Resource,
            Operation = KindNames[(int)row.Operation],
            Key = row.Key,
            Namespace = NotificationKey.NamespaceOf(row.Key),
            Name = NotificationKey.NameOf(row.Key),
            Uid = row.Uid == Guid.Empty ? null : row.Uid.ToString(),
            ResourceVersion = row.ResourceVersion == 0 ? null : row.ResourceVersion.ToString(System.Globalization.CultureInfo.InvariantCulture),
            CreationTimestamp = row.CreationUnixSeconds == 0 ? null : DateTime.UnixEpoch.AddSeconds(row.CreationUnixSeconds),
            Event = EventNames[(int)row.Event],
            EventNumber = row.EventNumber,
            Events = row.Events,
            QueuedAdds = row.QueuedAdds,
            QueuedUpdates = row.QueuedUpdates,
            QueuedDeletes = row.QueuedDeletes,
            ExistedBefore = row.ExistedBefore,
            FromList = row.FromList,
            Compared = row.Compared,
            Duplicate = row.Compared ? row.Duplicate : null,
            Received = clock.ToUtc(row.Received),
            Handled = clock.ToUtc(row.Handled),
            FirstEnqueued = clock.ToUtc(row.FirstEnqueued),
            LastEnqueued = clock.ToUtc(row.LastEnqueued),
            Dequeued = clock.ToUtc(row.Dequeued),
            ReceivedUnixMicroseconds = clock.ToUnixMicroseconds(row.Received),
            HandledUnixMicroseconds = clock.ToUnixMicroseconds(row.Handled),
            FirstEnqueuedUnixMicroseconds = clock.ToUnixMicroseconds(row.FirstEnqueued),
            LastEnqueuedUnixMicroseconds = clock.ToUnixMicroseconds(row.LastEnqueued),
            DequeuedUnixMicroseconds = clock.ToUnixMicroseconds(row.Dequeued),
            DispatchMs = RunClock.ToMilliseconds(row.Handled - row.Received),
            QueueMs = RunClock.ToMilliseconds(row.Dequeued - row.FirstEnqueued),
            WrittenUnixMicroseconds = written ? row.WrittenUnixMicroseconds : null,
            LatencyFrom = row.LatencyFrom,
            ReceivedLatencyMs = written ? row.LatencyMs(row.Received) : null,
            HandledLatencyMs = written ? row.LatencyMs(row.Handled) : null,
            DequeuedLatencyMs = written ? row.LatencyMs(row.Dequeued) : null,
        };
    }
}
