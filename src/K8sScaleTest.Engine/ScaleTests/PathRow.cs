using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.ScaleTests;

/// <summary>
/// One write and the event that it made, on one monotonic clock: the whole path from the driver to a worker of the logger. Times are ticks of the run's clock.
/// </summary>
public struct PathRow
{
    /// <summary>What all rows of the run share.</summary>
    public required RunInfo Run { get; set; }

    /// <summary>Create, update or delete.</summary>
    public OperationKind Operation { get; set; }

    /// <summary>The object's name.</summary>
    public string Name { get; set; }

    /// <summary>The object's uid.</summary>
    public Guid Uid { get; set; }

    /// <summary>The resourceVersion of the event.</summary>
    public ulong ResourceVersion { get; set; }

    /// <summary>The part of the run that the write belongs to.</summary>
    public Phase Phase { get; set; }

    /// <summary>How the write ended; of one that is <see cref="Outcome.Unknown"/> the event says that it may have happened.</summary>
    public Outcome Outcome { get; set; }

    /// <summary>When the write was due.</summary>
    public long Scheduled { get; set; }

    /// <summary>When it was handed over.</summary>
    public long Launched { get; set; }

    /// <summary>When its stream was granted.</summary>
    public long Sent { get; set; }

    /// <summary>When its response had been read: acknowledged, when it succeeded.</summary>
    public long Finished { get; set; }

    /// <summary>When the event's bytes had come.</summary>
    public long Received { get; set; }

    /// <summary>When the handler was told.</summary>
    public long Handled { get; set; }

    /// <summary>When a worker got the key.</summary>
    public long Dequeued { get; set; }

    /// <summary>Events that the worker got with it in one dequeue, itself included.</summary>
    public int Events { get; set; }
}
