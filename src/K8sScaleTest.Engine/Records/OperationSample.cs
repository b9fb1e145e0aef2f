namespace K8sScaleTest.Engine.Records;

/// <summary>
/// What a summary needs to know of one operation, whether it comes from a running driver, from a file or from an
/// imported object.
/// </summary>
public struct OperationSample
{
    /// <summary>The run's ID.</summary>
    public string RunId { get; set; }

    /// <summary>The worker's number, from 0.</summary>
    public int Worker { get; set; }

    /// <summary>The resource's plural name, with its group.</summary>
    public string Resource { get; set; }

    /// <summary>Create, update or delete.</summary>
    public OperationKind Operation { get; set; }

    /// <summary>The part of the run.</summary>
    public Phase Phase { get; set; }

    /// <summary>How it ended.</summary>
    public Outcome Outcome { get; set; }

    /// <summary>The HTTP status, or 0.</summary>
    public int StatusCode { get; set; }

    /// <summary>Why it did not succeed.</summary>
    public string? Reason { get; set; }

    /// <summary>When it was due, in nanoseconds since 1970 (UTC).</summary>
    public long ScheduledUnixNanoseconds { get; set; }

    /// <summary>When it had ended, in nanoseconds since 1970 (UTC).</summary>
    public long FinishedUnixNanoseconds { get; set; }

    /// <summary>launched - scheduled.</summary>
    public double PacerDelayMs { get; set; }

    /// <summary>sent - launched; NaN when it was never sent.</summary>
    public double ConnectionWaitMs { get; set; }

    /// <summary>finished - sent; NaN when it was never sent.</summary>
    public double ServiceMs { get; set; }

    /// <summary>finished - scheduled.</summary>
    public double ResponseMs { get; set; }

    /// <summary>The sample of an engine row.</summary>
    public static OperationSample From(in OperationRow row) => new()
    {
        RunId = row.Run.RunId,
        Worker = row.Run.Worker,
        Resource = row.Run.Resource,
        Operation = row.Operation,
        Phase = row.Phase,
        Outcome = row.Outcome,
        StatusCode = row.StatusCode,
        Reason = row.Reason,
        ScheduledUnixNanoseconds = row.Run.Clock.ToUnixNanoseconds(row.Scheduled),
        FinishedUnixNanoseconds = row.Run.Clock.ToUnixNanoseconds(row.Finished),
        PacerDelayMs = RunClock.ToMilliseconds(row.Launched - row.Scheduled),
        ConnectionWaitMs = row.Sent == 0 ? double.NaN : RunClock.ToMilliseconds(row.Sent - row.Launched),
        ServiceMs = row.Sent == 0 ? double.NaN : RunClock.ToMilliseconds(row.Finished - row.Sent),
        ResponseMs = RunClock.ToMilliseconds(row.Finished - row.Scheduled),
    };
}
