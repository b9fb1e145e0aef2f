using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Drivers;

/// <summary>
/// Puts operations on the wire and hands their records over: the slots of a run, free ones kept on a stack, their time-outs, and the
/// limit of operations in flight.
/// </summary>
/// <remarks>
/// Operations are launched by one thread at a time (the pacer's, or a drain's), which alone takes free slots; that is why a plain
/// linked stack with compare-and-swap will do: only pushes are concurrent, so the head cannot come back changed.
/// </remarks>
internal sealed class OperationSender : IAsyncDisposable
{
    private const int SweepsPerTimeout = 50;
    private static readonly TimeSpan ShortestSweepInterval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestSweepInterval = TimeSpan.FromMilliseconds(250);
    private readonly OperationContext _context;
    private readonly RecordStream<OperationRow> _records;
    private readonly Lock _gate = new();
    private readonly List<OperationSlot> _slots = [];
    private readonly List<CancellationTokenSource> _due = [];
    private readonly string?[] _interned = new string?[2];
    private readonly string _shedError;
    private readonly Timer _sweep;
    private readonly TaskCompletionSource _fault = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private OperationSlot? _free;
    private int _inFlight;
    private volatile bool _aborted;
    private volatile bool _closing;

    public OperationSender(OperationContext context, RecordStream<OperationRow> records, TimeSpan timeout, int maxInFlight)
    {
        _context = context;
        _records = records;
        Timeout = timeout;
        TimeoutTicks = RunClock.FromNanoseconds(timeout.Ticks * 100);
        MaxInFlight = maxInFlight;
        _shedError = $"{maxInFlight} operations were under way (MaxInFlight).";
        var interval = TimeSpan.FromTicks(Math.Clamp(timeout.Ticks / SweepsPerTimeout, ShortestSweepInterval.Ticks, LongestSweepInterval.Ticks));
        _sweep = new(static state => ((OperationSender)state!).Sweep(), this, interval, interval);
    }

    public TimeSpan Timeout { get; }

    public long TimeoutTicks { get; }

    public int MaxInFlight { get; }

    /// <summary>Operations under way.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Whether what was under way has been cut off.</summary>
    public bool Aborted => _aborted;

    /// <summary>Faults when this side's own code fails; never completes otherwise.</summary>
    public Task Fault => _fault.Task;

    /// <summary>Launches an operation; false when as many as allowed are under way.</summary>
    public bool TryLaunch(IOperationOwner owner, LiveObject target, OperationKind operation, Phase phase, long scheduled, long launched)
    {
        if (Interlocked.Increment(ref _inFlight) > MaxInFlight)
        {
            Interlocked.Decrement(ref _inFlight);
            return false;
        }

        var slot = Take();
        slot.Prepare(owner, target, operation, phase, scheduled, launched);
        slot.Start();
        return true;
    }

    /// <summary>Launches the dry-run create that opens a connection.</summary>
    public void LaunchWarmUp(IOperationOwner owner, LiveObject target, Api.ApiConnection connection)
    {
        Interlocked.Increment(ref _inFlight);
        var slot = Take();
        var now = RunClock.Now;
        slot.Prepare(owner, target, OperationKind.Create, Phase.WarmUp, now, now, dryRun: true, connection);
        slot.Start();
    }

    /// <summary>Records an operation that was not launched because as many as allowed were under way.</summary>
    public void Shed(LiveObject target, OperationKind operation, Phase phase, long scheduled, long launched)
    {
        _records.Add(new()
        {
            Run = _context.Run,
            Sequence = target.Sequence,
            Operation = operation,
            Name = target.Name,
            Phase = phase,
            Outcome = Outcome.NotSent,
            Reason = Reasons.Shed,
            Error = _shedError,
            Scheduled = scheduled,
            Launched = launched,
            Finished = launched,
            Connection = -1,
        });
    }

    /// <summary>Cuts off all that is under way, and whatever is launched after.</summary>
    public void Abort()
    {
        _aborted = true;
        Sweep();
    }

    /// <summary>The slot's operation has ended: its record is handed over and its owner decides.</summary>
    public bool Ended(OperationSlot slot)
    {
        try
        {
            _records.Add(slot.Row);
            if (slot.Owner.OnFinished(slot)) return true;
        }
        catch (Exception e)
        {
            _fault.TrySetException(e);
        }

        Interlocked.Decrement(ref _inFlight);
        return false;
    }

    /// <summary>Takes back a slot whose loop waits for its next operation.</summary>
    public void Recycle(OperationSlot slot)
    {
        var head = Volatile.Read(ref _free);
        while (true)
        {
            slot.NextFree = head;
            var seen = Interlocked.CompareExchange(ref _free, slot, head);
            if (ReferenceEquals(seen, head)) break;
            head = seen;
        }

        if (_closing) CloseFree();
    }

    /// <summary>One string for the many equal ones: servers name the same few flow schemas and priority levels again and again.</summary>
    public string Interned(int kind, string value)
    {
        var last = Volatile.Read(ref _interned[kind]);
        if (last == value) return last;
        Volatile.Write(ref _interned[kind], value);
        return value;
    }

    /// <summary>Ends the slots; what is still under way is cut off, and awaited. Nothing may be launched any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _sweep.DisposeAsync();
        if (InFlight > 0) Abort();
        _closing = true;
        CloseFree();
        OperationSlot[] slots;
        lock (_gate) slots = [.. _slots];
        await Task.WhenAll(slots.Select(slot => slot.Loop));
        foreach (var slot in slots) slot.Dispose();
    }

    /// <summary>Ends the free slots, each once: a slot that is given back while closing is ended by whoever finds it first.</summary>
    private void CloseFree()
    {
        for (var slot = Interlocked.Exchange(ref _free, null); slot is not null;)
        {
            var next = slot.NextFree;
            slot.Close();
            slot = next;
        }
    }

    private OperationSlot Take()
    {
        var head = Volatile.Read(ref _free);
        while (head is not null)
        {
            var seen = Interlocked.CompareExchange(ref _free, head.NextFree, head);
            if (ReferenceEquals(seen, head)) return head;
            head = seen;
        }

        var slot = new OperationSlot(this, _context);
        lock (_gate) _slots.Add(slot);
        return slot;
    }

    private void Sweep()
    {
        CancellationTokenSource[] cancellations;
        lock (_gate)
        {
            var now = _aborted ? long.MaxValue - 1 : RunClock.Now;
            foreach (var slot in _slots)
            {
                if (slot.ClaimIfDue(now) is { } cancellation) _due.Add(cancellation);
            }

            if (_due.Count == 0) return;
            cancellations = [.. _due];
            _due.Clear();
        }

        // Not under the lock: cancelling runs what waits for it.
        foreach (var cancellation in cancellations) cancellation.Cancel();
    }
}
