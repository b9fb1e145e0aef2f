namespace K8sScaleTest.Engine.Records;

/// <summary>
/// One API write as the engine measured it: the compact form of the cmdlets' OperationRecord. Times are ticks of the
/// run's <see cref="RunClock"/>; <see cref="OperationColumns"/> says what each becomes in a file.
/// </summary>
public struct OperationRow
{
    /// <summary>What all rows of the run share.</summary>
    public required RunInfo Run { get; set; }

    /// <summary>The object's number, from 1, over all workers.</summary>
    public long Sequence { get; set; }

    /// <summary>Create, update or delete.</summary>
    public OperationKind Operation { get; set; }

    /// <summary>The object's name.</summary>
    public string Name { get; set; }

    /// <summary>The part of the run, by the scheduled time.</summary>
    public Phase Phase { get; set; }

    /// <summary>How it ended.</summary>
    public Outcome Outcome { get; set; }

    /// <summary>The HTTP status, or 0 without a response.</summary>
    public int StatusCode { get; set; }

    /// <summary>Why it did not succeed: the Status object's reason, or one of <see cref="Reasons"/>.</summary>
    public string? Reason { get; set; }

    /// <summary>The server's or the transport's message; never holds a secret.</summary>
    public string? Error { get; set; }

    /// <summary>How often the request was put on the wire as far as this side can tell: 2 after a refused stream.</summary>
    public int Attempts { get; set; }

    /// <summary>When it was due.</summary>
    public long Scheduled { get; set; }

    /// <summary>When the pacer handed it over.</summary>
    public long Launched { get; set; }

    /// <summary>When its stream was granted and its content asked for; 0 when that never happened.</summary>
    public long Sent { get; set; }

    /// <summary>When the whole response had been read, or when it failed.</summary>
    public long Finished { get; set; }

    /// <summary>Host and port of the server.</summary>
    public string? Server { get; set; }

    /// <summary>The connection's number, from 0; -1 when none was chosen.</summary>
    public int Connection { get; set; }

    /// <summary>Operations under way on that connection when this one was launched, itself included.</summary>
    public int StreamsInFlight { get; set; }

    /// <summary>Length of the request's body.</summary>
    public int RequestBytes { get; set; }

    /// <summary>Length of the response's body.</summary>
    public long ResponseBytes { get; set; }

    /// <summary>The written object's resourceVersion, where the response holds one.</summary>
    public string? ResourceVersion { get; set; }

    /// <summary>The object's uid, where the response holds one.</summary>
    public string? Uid { get; set; }

    /// <summary>The Retry-After header, as it came.</summary>
    public string? RetryAfter { get; set; }

    /// <summary>The X-Kubernetes-PF-FlowSchema-UID header.</summary>
    public string? FlowSchemaUid { get; set; }

    /// <summary>The X-Kubernetes-PF-PriorityLevel-UID header.</summary>
    public string? PriorityLevelUid { get; set; }

    /// <summary>The Audit-ID header.</summary>
    public string? AuditId { get; set; }
}
