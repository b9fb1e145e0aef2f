using System.Collections.Concurrent;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Pacing;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Drivers;

/// <summary>
/// Drives by a schedule that waits for no response: creates arrive, and each object's updates and delete fall due over its
/// lifetime. One pacing thread launches them all; whichever thread ends an operation makes the object's next one due.
/// </summary>
internal sealed class OpenLoopDriver : IDriver, IOperationOwner, IDisposable
{
    // Room in the pacer's heap from the start, so that its growth does not interrupt a run: a Poisson population rarely exceeds it.
    private const double RoomPerObject = 1.5;
    private const int MaxRoom = 1_000_000;
    private readonly DriverOptions _options;
    private readonly OperationSender _sender;
    private readonly ObjectIdentity _identity;
    private readonly ArrivalSchedule _schedule;
    private readonly Pacer<LiveObject?> _pacer;
    private readonly ConcurrentBag<LiveObject> _survivors = [];
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _lifetime;
    private long _start;
    private long _fillEnd;
    private long _lastArrival;
    private Arrival _next;
    private bool _exhausted;
    private volatile bool _stopping;
    private int _outstanding = 1; // the arrivals themselves, and every object that may still exist

    public OpenLoopDriver(DriverOptions options, OperationSender sender, ObjectIdentity identity, PacerWait? wait = null)
    {
        _options = options;
        _sender = sender;
        _identity = identity;
        _schedule = options.NewSchedule();
        _lifetime = RunClock.FromNanoseconds(options.EffectiveLifetime.Ticks * 100);
        _pacer = new(Launch, wait, (int)Math.Min(RoomPerObject * options.RequestedPopulation / options.Workers, MaxRoom));
    }

    /// <summary>The moment from which the schedule counts, in ticks; null for the moment of the start.</summary>
    public long? Origin { get; init; }

    /// <inheritdoc/>
    public Task Completion => _done.Task;

    /// <inheritdoc/>
    public long CreatesLaunched { get; private set; }

    /// <inheritdoc/>
    public (long Start, long End) Steady => (_fillEnd, _exhausted ? _lastArrival : long.MaxValue);

    /// <inheritdoc/>
    public TimeSpan? Waited => null;

    /// <inheritdoc/>
    public void Start()
    {
        _ = Watch(_pacer.Completion);
        _start = Origin ?? RunClock.Now;
        _fillEnd = _start + RunClock.FromNanoseconds(_schedule.FirstOffsetNanoseconds) + _lifetime;
        if (_schedule.TryNext(out _next))
        {
            _pacer.Schedule(null, Due(_next));
        }
        else
        {
            // This worker has no arrival at all.
            EndArrivals();
            Settle();
        }

        _pacer.Start();
    }

    /// <inheritdoc/>
    public void Stop()
    {
        _stopping = true;
        foreach (var pending in _pacer.Stop())
        {
            if (pending is not null) _survivors.Add(pending);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<LiveObject> Survivors()
    {
        Stop(); // again: an operation that ended while the pacer stopped may have made another one due
        List<LiveObject> taken = [];
        while (_survivors.TryTake(out var survivor)) taken.Add(survivor);
        return taken;
    }

    /// <inheritdoc/>
    public bool OnFinished(OperationSlot slot)
    {
        var target = slot.Object;
        ref readonly var row = ref slot.Row;
        switch (row.Operation)
        {
            case OperationKind.Create when row.Outcome is Outcome.Succeeded or Outcome.Unknown:
                target.Born = _options.LifetimeFrom == LifetimeOrigin.Response ? row.Finished : row.Scheduled;
                MakeNextDue(target, row.Finished);
                break;
            case OperationKind.Create:
                if (row.StatusCode == 409 && row.Reason == "AlreadyExists") _done.TrySetException(new RunIdTakenException(row.Run.RunId, row.Run.Worker, row.Run.Namespace, row.Name));
                Settle();
                break;
            case OperationKind.Update:
                MakeNextDue(target, row.Finished);
                break;
            default:
                if (row.Outcome != Outcome.Succeeded && row.StatusCode != 404) _survivors.Add(target);
                Settle();
                break;
        }

        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _pacer.Dispose();

    private long Due(Arrival arrival) => _start + RunClock.FromNanoseconds(arrival.OffsetNanoseconds);

    private void Launch(LiveObject? target, long due)
    {
        var launched = RunClock.Now;
        if (target is null)
        {
            LaunchCreate(due, launched);
            return;
        }

        var operation = target.Updates < _options.Updates ? OperationKind.Update : OperationKind.Delete;
        if (operation == OperationKind.Update) target.Updates++;
        var phase = PhaseOf(due);
        if (_sender.TryLaunch(this, target, operation, phase, due, launched)) return;
        _sender.Shed(target, operation, phase, due, launched);
        if (operation == OperationKind.Update)
        {
            MakeNextDue(target, launched);
        }
        else
        {
            _survivors.Add(target);
            Settle();
        }
    }

    private void LaunchCreate(long due, long launched)
    {
        var sequence = _next.Index + 1;
        if (_schedule.TryNext(out _next))
        {
            _pacer.Schedule(null, Due(_next));
        }
        else
        {
            EndArrivals();
        }

        CreatesLaunched++;
        var target = new LiveObject(sequence, _identity.Name(sequence));
        Interlocked.Increment(ref _outstanding);
        var phase = PhaseOf(due);
        if (!_sender.TryLaunch(this, target, OperationKind.Create, phase, due, launched))
        {
            _sender.Shed(target, OperationKind.Create, phase, due, launched);
            Settle();
        }

        if (_exhausted) Settle();
    }

    private void EndArrivals()
    {
        _exhausted = true;
        _lastArrival = _start + RunClock.FromNanoseconds(_schedule.LastOffsetNanoseconds ?? 0);
    }

    private Phase PhaseOf(long due) =>
        _exhausted && due > _lastArrival ? Phase.Drain
        : due < _fillEnd ? Phase.Fill
        : Phase.Steady;

    /// <summary>
    /// Makes an object's next update, or its delete, due: update j of n at j/(n+1) of the lifetime. Operations of one object follow
    /// each other, so that none is due before the one before it has ended.
    /// </summary>
    private void MakeNextDue(LiveObject target, long notBefore)
    {
        if (_stopping)
        {
            _survivors.Add(target);
            Settle();
            return;
        }

        var due = target.Born + (long)((Int128)_lifetime * (target.Updates + 1) / (_options.Updates + 1));
        _pacer.Schedule(target, Math.Max(due, notBefore));
    }

    /// <summary>One object less that may still exist, or the arrivals are over.</summary>
    private void Settle()
    {
        if (Interlocked.Decrement(ref _outstanding) == 0) _done.TrySetResult();
    }

    private async Task Watch(Task pacer)
    {
        try
        {
            await pacer;
        }
        catch (Exception e)
        {
            _done.TrySetException(e);
        }
    }
}
