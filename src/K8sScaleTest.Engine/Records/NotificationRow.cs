namespace K8sScaleTest.Engine.Records;

/// <summary>
/// One event of an informer as a logger's worker found it: the compact form of the cmdlets' NotificationRecord. A dequeue that stands for several events gives
/// one row for each, the last of which stands for the dequeue. Times are ticks of the run's <see cref="RunClock"/>.
/// </summary>
public struct NotificationRow
{
    /// <summary>What all rows of the logger share.</summary>
    public required RunInfo Run { get; set; }

    /// <summary>What the dequeue found.</summary>
    public NotificationKind Operation { get; set; }

    /// <summary>Namespace and name, with a slash between.</summary>
    public string Key { get; set; }

    /// <summary>The object's uid; empty where the server gives none.</summary>
    public Guid Uid { get; set; }

    /// <summary>The resourceVersion that the event carried; of a deletion that a list told, the last known.</summary>
    public ulong ResourceVersion { get; set; }

    /// <summary>The creationTimestamp in seconds since 1970 (UTC); 0 where there is none.</summary>
    public long CreationUnixSeconds { get; set; }

    /// <summary>What the informer told.</summary>
    public NotifiedEvent Event { get; set; }

    /// <summary>The event's number in its dequeue, from 1.</summary>
    public int EventNumber { get; set; }

    /// <summary>How many events the dequeue stands for.</summary>
    public int Events { get; set; }

    /// <summary>How many of them were adds.</summary>
    public int QueuedAdds { get; set; }

    /// <summary>How many of them were updates.</summary>
    public int QueuedUpdates { get; set; }

    /// <summary>How many of them were deletes.</summary>
    public int QueuedDeletes { get; set; }

    /// <summary>Whether the object was there when the logger began.</summary>
    public bool ExistedBefore { get; set; }

    /// <summary>Whether a list told the event, and no watch.</summary>
    public bool FromList { get; set; }

    /// <summary>Whether what was found is compared with what the dequeue before found, be it nothing.</summary>
    public bool Compared { get; set; }

    /// <summary>Whether the dequeue found the object exactly as the dequeue before had.</summary>
    public bool Duplicate { get; set; }

    /// <summary>When the event's bytes had come.</summary>
    public long Received { get; set; }

    /// <summary>When the handler was told.</summary>
    public long Handled { get; set; }

    /// <summary>When the handler first put the key in the work queue since the dequeue before.</summary>
    public long FirstEnqueued { get; set; }

    /// <summary>When it last did.</summary>
    public long LastEnqueued { get; set; }

    /// <summary>When the worker got the key.</summary>
    public long Dequeued { get; set; }

    /// <summary>When it was written, by the writer's clock, in microseconds since 1970; 0 where the event says nothing of it.</summary>
    public long WrittenUnixMicroseconds { get; set; }

    /// <summary>The annotation that this comes from; null without.</summary>
    public string? LatencyFrom { get; set; }

    /// <summary>Whether the row stands for its dequeue.</summary>
    public readonly bool IsLast => EventNumber == Events;

    /// <summary>From the write, by the writer's clock, to a moment of this clock, in ticks: across two clocks.</summary>
    public readonly long LatencyTicks(long ticks) => RunClock.FromNanoseconds(Run.Clock.ToUnixNanoseconds(ticks) - (WrittenUnixMicroseconds * 1000));

    /// <summary>The same in ms.</summary>
    public readonly double LatencyMs(long ticks) => RunClock.ToMilliseconds(LatencyTicks(ticks));
}
