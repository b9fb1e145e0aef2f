namespace K8sScaleTest.Engine.Records;

/// <summary>
/// One event, list or watch of a watcher: the compact form of the cmdlets' WatchRecord. Times are ticks of the run's <see cref="RunClock"/>;
/// <see cref="WatchColumns"/> says what each becomes in a file.
/// </summary>
public struct WatchRow
{
    /// <summary>What all rows of the run share.</summary>
    public required WatchInfo Run { get; set; }

    /// <summary>The watcher's number, from 0.</summary>
    public int Watcher { get; set; }

    /// <summary>The number of its watch, from 1; a list has that of the watch before it.</summary>
    public int Window { get; set; }

    /// <summary>The connection's number, from 0.</summary>
    public int Connection { get; set; }

    /// <summary>What the row tells of.</summary>
    public WatchRecordKind Kind { get; set; }

    /// <summary>The object; null where there is none.</summary>
    public WatchedObject? Subject { get; set; }

    /// <summary>Of an event its own, of a list the list's, of a window the last that it delivered; 0 where there is none.</summary>
    public ulong ResourceVersion { get; set; }

    /// <summary>Bytes of the event, or of the whole response.</summary>
    public long Bytes { get; set; }

    /// <summary>When the event had come; 0 where the row is none.</summary>
    public long Received { get; set; }

    /// <summary>When the event's watch was opened; 0 where the row is no event.</summary>
    public long Opened { get; set; }

    /// <summary>When the object was created by its writer's clock, in microseconds since 1970; 0 where it does not say, and of all but additions.</summary>
    public long WrittenUnixMicroseconds { get; set; }

    /// <summary>How the list or the watch went; null of an event.</summary>
    public WatchWindow? Outcome { get; set; }

    /// <summary>From the writer's clock to the receipt, in ms: across two clocks, and so perhaps negative; null where it is not known.</summary>
    public readonly double? WriterLatencyMs =>
        WrittenUnixMicroseconds == 0 ? null : (Run.Clock.ToUnixNanoseconds(Received) / 1e6) - (WrittenUnixMicroseconds / 1e3);
}
