using System.Net;
using System.Net.Http.Headers;
using System.Threading.Tasks.Sources;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Drivers;

/// <summary>
/// A place for one operation at a time, used again and again: its request, bodies, cancellation and state machine
/// are made once. One asynchronous loop lives in it; starting an operation resumes that loop on the starter's thread, which so
/// writes the request itself.
/// </summary>
internal sealed class OperationSlot : IValueTaskSource<bool>, IDisposable
{
    private const long Claimed = -1;
    private readonly OperationSender _sender;
    private readonly OperationContext _context;
    private readonly ResponseBuffer _response = new();
    private ManualResetValueTaskSourceCore<bool> _start;
    private OperationRequest _request;
    private ApiConnection _connection = null!;
    private CancellationTokenSource _cancellation = new();
    private long _deadline = long.MaxValue;
    private bool _dryRun;
    private OperationRow _row;

    public OperationSlot(OperationSender sender, OperationContext context)
    {
        _sender = sender;
        _context = context;
        _request = new(context);
        Loop = RunAsync();
    }

    /// <summary>The slot's loop: ends when the sender closes.</summary>
    public Task Loop { get; }

    /// <summary>The next free slot, while this one is free.</summary>
    public OperationSlot? NextFree { get; set; }

    /// <summary>Whoever launched the operation.</summary>
    public IOperationOwner Owner { get; private set; } = null!;

    /// <summary>The object of the operation.</summary>
    public LiveObject Object { get; private set; } = null!;

    /// <summary>The operation's record; complete when the owner hears of its end.</summary>
    public ref readonly OperationRow Row => ref _row;

    /// <summary>Fills in the next operation. Its slot must be free, or ask for it at the end of an operation.</summary>
    public void Prepare(IOperationOwner owner, LiveObject target, OperationKind operation, Phase phase, long scheduled, long launched, bool dryRun = false, ApiConnection? connection = null)
    {
        Owner = owner;
        Object = target;
        _dryRun = dryRun;
        _connection = connection ?? _context.Connections.LeastPending();
        _row = new()
        {
            Run = _context.Run,
            Sequence = target.Sequence,
            Operation = operation,
            Name = target.Name,
            Phase = phase,
            Scheduled = scheduled,
            Launched = launched,
            Server = _connection.Server,
            Connection = _connection.Index,
            StreamsInFlight = _connection.Acquire(),
        };
        Volatile.Write(ref _deadline, launched + _sender.TimeoutTicks);
    }

    /// <summary>Starts the operation that was prepared.</summary>
    public void Start() => _start.SetResult(true);

    /// <summary>Ends the loop of a free slot.</summary>
    public void Close() => _start.SetResult(false);

    /// <summary>
    /// Claims the end of the operation under way if it is past its deadline at <paramref name="now"/>; the claimer is then to cancel
    /// what is returned. One thread at a time.
    /// </summary>
    public CancellationTokenSource? ClaimIfDue(long now)
    {
        var deadline = Volatile.Read(ref _deadline);
        if (deadline == Claimed || deadline > now) return null;

        // Whoever exchanges the deadline owns the end of that operation: the next one has another deadline, and, once claimed, another
        // source, so that a late cancellation cannot hit it.
        var cancellation = _cancellation;
        return Interlocked.CompareExchange(ref _deadline, Claimed, deadline) == deadline ? cancellation : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cancellation.Dispose();
        _request.Dispose();
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _start.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _start.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _start.OnCompleted(continuation, state, token, flags);

    private async Task RunAsync()
    {
        while (await new ValueTask<bool>(this, _start.Version))
        {
            do
            {
                await OperateAsync();
            }
            while (_sender.Ended(this));
            _start.Reset();
            _sender.Recycle(this);
        }
    }

    private async ValueTask OperateAsync()
    {
        var failed = false;
        try
        {
            var cancellation = _cancellation.Token;
            using var response = await _connection.SendAsync(_request.Fill(_row, Object.Updates, _dryRun), cancellation);
            await _response.ReadAsync(response.Content, cancellation);
            _row.Finished = RunClock.Now;
            Answered(response, _response.Body);
        }
        catch (Exception e)
        {
            // Whatever ends a request is a measurement, not a fault of the run.
            _row.Finished = RunClock.Now;
            failed = true;
            Failed(e);
        }

        var content = _request.Content;
        _row.Sent = content.Sent;
        _row.Attempts = content.Serializations;
        _row.RequestBytes = content.Length;
        if (_row.Outcome == Outcome.Succeeded) Object.Uncertain = false;
        else if (_row.Outcome == Outcome.Unknown && _row.Operation != OperationKind.Update) Object.Uncertain = true;
        _connection.Release();
        if (Interlocked.Exchange(ref _deadline, long.MaxValue) == Claimed) _cancellation = new();

        // The handler may still read the buffers of a request that was answered before it was wholly sent, or cut off: leave them to it.
        if (failed || content.Writing) _request = new(_context);
        _response.Trim();
    }

    private void Answered(HttpResponseMessage response, ReadOnlySpan<byte> body)
    {
        var status = (int)response.StatusCode;
        _row.StatusCode = status;
        _row.ResponseBytes = body.Length;
        var headers = response.Headers.NonValidated;
        if (headers.TryGetValues("Audit-Id", out var audit)) _row.AuditId = First(audit);
        if (headers.TryGetValues("X-Kubernetes-PF-FlowSchema-UID", out var flow)) _row.FlowSchemaUid = _sender.Interned(0, First(flow));
        if (headers.TryGetValues("X-Kubernetes-PF-PriorityLevel-UID", out var level)) _row.PriorityLevelUid = _sender.Interned(1, First(level));
        if (status is >= 200 and < 300)
        {
            _row.Outcome = Outcome.Succeeded;
            (_row.ResourceVersion, _row.Uid) = ResponseMetadata.Read(body);
            return;
        }

        if (status == (int)HttpStatusCode.Unauthorized) _context.Target.ReportUnauthorized();
        if (headers.TryGetValues("Retry-After", out var retryAfter)) _row.RetryAfter = retryAfter.ToString();
        var mediaType = response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var type) ? type.ToString() : null;
        var answer = ApiStatus.Parse(status, body, mediaType);

        // 503 is the server's no; any other 5xx may hide a write that took effect.
        _row.Outcome = status < 500 || response.StatusCode == HttpStatusCode.ServiceUnavailable ? Outcome.Rejected : Outcome.Unknown;
        _row.Error = answer.Message;
        _row.Reason = _row.Operation != OperationKind.Create && status == 404 && Object.Uncertain ? Reasons.ExpectedNotFound : answer.Reason;
    }

    private void Failed(Exception e)
    {
        var content = _request.Content;
        if (content.Serializations > 1)
        {
            _row.Outcome = Outcome.Rejected;
            _row.Reason = Reasons.StreamRefused;
            _row.Error = new StreamRefusedException().Message;
            return;
        }

        _row.Outcome = content.Sent == 0 ? Outcome.NotSent : Outcome.Unknown;
        if (Volatile.Read(ref _deadline) == Claimed)
        {
            _row.Reason = _sender.Aborted ? Reasons.Stopped : Reasons.Timeout;
            _row.Error = _sender.Aborted
                ? "The run was stopped and its drain time-out was over before the response was whole."
                : $"No whole response within the request time-out of {_sender.Timeout.TotalSeconds:0.###} s.";
            return;
        }

        (_row.Reason, _row.Error) = TransportFault.Classify(e);

        // Asked for once only: the handler would have tried again, had the server not begun to answer.
        if (_row.Outcome == Outcome.Unknown && _row.Reason == Reasons.StreamRefused)
            (_row.Reason, _row.Error) = (Reasons.ProtocolError, "The server refused a stream as unprocessed after it had begun to answer it.");
    }

    /// <summary>The first of a header's values: through an aggregation layer both servers name their flow schema, the outer one first.</summary>
    private static string First(in HeaderStringValues values)
    {
        foreach (var value in values) return value;
        return "";
    }
}
