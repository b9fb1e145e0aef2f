using K8sScaleTest.Engine.Records;

namespace K8sScaleTest;

/// <summary>
/// One API write as it was timed. The properties and their order are a contract, the same as the columns of a record file. All intervals are differences of one
/// monotonic clock; the UTC moments derive from it.
/// </summary>
public sealed class OperationRecord
{
    private static readonly string[] OperationNames = Enum.GetNames<OperationKind>();
    private static readonly string[] PhaseNames = Enum.GetNames<Phase>();
    private static readonly string[] OutcomeNames = Enum.GetNames<Outcome>();

    private OperationRecord()
    {
    }

    /// <summary>The run's ID.</summary>
    public string RunId { get; private init; } = "";

    /// <summary>The worker's number, from 0.</summary>
    public int Worker { get; private init; }

    /// <summary>The object's number in the run, from 1.</summary>
    public long Sequence { get; private init; }

    /// <summary>Create, Update or Delete.</summary>
    public string Operation { get; private init; } = "";

    /// <summary>The resource's plural name, with its group.</summary>
    public string Resource { get; private init; } = "";

    /// <summary>The object's namespace.</summary>
    public string Namespace { get; private init; } = "";

    /// <summary>The object's name.</summary>
    public string Name { get; private init; } = "";

    /// <summary>WarmUp, Fill, Steady or Drain, by the scheduled time.</summary>
    public string Phase { get; private init; } = "";

    /// <summary>Succeeded, Rejected (the server said no), Unknown (it may have happened) or NotSent.</summary>
    public string Outcome { get; private init; } = "";

    /// <summary>Whether the outcome is Succeeded.</summary>
    public bool Succeeded { get; private init; }

    /// <summary>The HTTP status; null without a response.</summary>
    public int? StatusCode { get; private init; }

    /// <summary>Why it did not succeed, in a word.</summary>
    public string? Reason { get; private init; }

    /// <summary>The server's or the transport's message.</summary>
    public string? Error { get; private init; }

    /// <summary>How often the request was put on the wire as far as this side can tell.</summary>
    public int Attempts { get; private init; }

    /// <summary>When it was due (UTC).</summary>
    public DateTime Scheduled { get; private init; }

    /// <summary>When the pacer handed it over (UTC).</summary>
    public DateTime Launched { get; private init; }

    /// <summary>When its stream was granted (UTC); null when it never was.</summary>
    public DateTime? Sent { get; private init; }

    /// <summary>When the whole response had been read, or when it failed (UTC).</summary>
    public DateTime Finished { get; private init; }

    /// <summary>Scheduled in microseconds since 1970.</summary>
    public long ScheduledUnixMicroseconds { get; private init; }

    /// <summary>Launched in microseconds since 1970.</summary>
    public long LaunchedUnixMicroseconds { get; private init; }

    /// <summary>Sent in microseconds since 1970; null when it never was.</summary>
    public long? SentUnixMicroseconds { get; private init; }

    /// <summary>Finished in microseconds since 1970.</summary>
    public long FinishedUnixMicroseconds { get; private init; }

    /// <summary>Launched - Scheduled: the generator's fault.</summary>
    public double PacerDelayMs { get; private init; }

    /// <summary>Sent - Launched: waiting for a connection or a stream; null when never sent.</summary>
    public double? ConnectionWaitMs { get; private init; }

    /// <summary>Finished - Sent: network and server; null when never sent.</summary>
    public double? ServiceMs { get; private init; }

    /// <summary>Finished - Scheduled: what a client who arrived on time waited.</summary>
    public double ResponseMs { get; private init; }

    /// <summary>Host and port of the server.</summary>
    public string? Server { get; private init; }

    /// <summary>The connection's number, from 0; null when none was chosen.</summary>
    public int? Connection { get; private init; }

    /// <summary>Operations under way on that connection at the launch, this one included.</summary>
    public int StreamsInFlight { get; private init; }

    /// <summary>Length of the request's body.</summary>
    public int RequestBytes { get; private init; }

    /// <summary>Length of the response's body.</summary>
    public long ResponseBytes { get; private init; }

    /// <summary>The written object's resourceVersion, where the response holds one.</summary>
    public string? ResourceVersion { get; private init; }

    /// <summary>The object's uid, where the response holds one.</summary>
    public string? Uid { get; private init; }

    /// <summary>The Retry-After header, as it came.</summary>
    public string? RetryAfter { get; private init; }

    /// <summary>The X-Kubernetes-PF-FlowSchema-UID header.</summary>
    public string? FlowSchemaUid { get; private init; }

    /// <summary>The X-Kubernetes-PF-PriorityLevel-UID header.</summary>
    public string? PriorityLevelUid { get; private init; }

    /// <summary>The Audit-ID header.</summary>
    public string? AuditId { get; private init; }

    /// <summary>The record of an engine row.</summary>
    internal static OperationRecord From(in OperationRow row)
    {
        var clock = row.Run.Clock;
        var sent = row.Sent != 0;
        return new OperationRecord
        {
            RunId = row.Run.RunId,
            Worker = row.Run.Worker,
            Sequence = row.Sequence,
            Operation = OperationNames[(int)row.Operation],
            Resource = row.Run.Resource,
            Namespace = row.Run.Namespace,
            Name = row.Name,
            Phase = PhaseNames[(int)row.Phase],
            Outcome = OutcomeNames[(int)row.Outcome],
            Succeeded = row.Outcome == Engine.Records.Outcome.Succeeded,
            StatusCode = row.StatusCode == 0 ? null : row.StatusCode,
            Reason = row.Reason,
            Error = row.Error,
            Attempts = row.Attempts,
            Scheduled = clock.ToUtc(row.Scheduled),
            Launched = clock.ToUtc(row.Launched),
            Sent = sent ? clock.ToUtc(row.Sent) : null,
            Finished = clock.ToUtc(row.Finished),
            ScheduledUnixMicroseconds = clock.ToUnixMicroseconds(row.Scheduled),
            LaunchedUnixMicroseconds = clock.ToUnixMicroseconds(row.Launched),
            SentUnixMicroseconds = sent ? clock.ToUnixMicroseconds(row.Sent) : null,
            FinishedUnixMicroseconds = clock.ToUnixMicroseconds(row.Finished),
            PacerDelayMs = RunClock.ToMilliseconds(row.Launched - row.Scheduled),
            ConnectionWaitMs = sent ? RunClock.ToMilliseconds(row.Sent - row.Launched) : null,
            ServiceMs = sent ? RunClock.ToMilliseconds(row.Finished - row.Sent) : null,
            ResponseMs = RunClock.ToMilliseconds(row.Finished - row.Scheduled),
            Server = row.Server,
            Connection = row.Connection < 0 ? null : row.Connection,
            StreamsInFlight = row.StreamsInFlight,
            RequestBytes = row.RequestBytes,
            ResponseBytes = row.ResponseBytes,
            ResourceVersion = row.ResourceVersion,
            Uid = row.Uid,
            RetryAfter = row.RetryAfter,
            FlowSchemaUid = row.FlowSchemaUid,
            PriorityLevelUid = row.PriorityLevelUid,
            AuditId = row.AuditId,
        };
    }

    /// <summary>What a summary needs of this record.</summary>
    internal OperationSample ToSample() => new()
    {
        RunId = RunId,
        Worker = Worker,
        Resource = Resource,
        Operation = (OperationKind)Array.IndexOf(OperationNames, Operation),
        Phase = (Phase)Array.IndexOf(PhaseNames, Phase),
        Outcome = (Outcome)Array.IndexOf(OutcomeNames, Outcome),
        StatusCode = StatusCode ?? 0,
        Reason = Reason,
        ScheduledUnixNanoseconds = ScheduledUnixMicroseconds * 1000,
        FinishedUnixNanoseconds = FinishedUnixMicroseconds * 1000,
        PacerDelayMs = PacerDelayMs,
        ConnectionWaitMs = ConnectionWaitMs ?? double.NaN,
        ServiceMs = ServiceMs ?? double.NaN,
        ResponseMs = ResponseMs,
    };
}
