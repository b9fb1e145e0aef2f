using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Pacing;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Drivers;

/// <summary>
/// Keeps a number of operations going, each followed by the next at once: scheduled = launched, nothing is shed. Objects are deleted
/// oldest first once as many live as asked for. What it finds is throughput.
/// </summary>
internal sealed class FullSpeedDriver : IDriver, IOperationOwner
{
    private readonly DriverOptions _options;
    private readonly OperationSender _sender;
    private readonly ObjectIdentity _identity;
    private readonly ArrivalSchedule _schedule;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly Queue<LiveObject> _idle = new();
    private readonly Queue<LiveObject> _toUpdate = new();
    private readonly List<LiveObject> _failed = [];
    private readonly long _maxPopulation;
    private long _end = long.MaxValue;
    private long _population;
    private int _underWay;
    private bool _full;
    private bool _exhausted;
    private bool _stopping;
    private long _steadyStart = long.MaxValue;
    private long _lastCreate;

    public FullSpeedDriver(DriverOptions options, OperationSender sender, ObjectIdentity identity)
    {
        _options = options;
        _sender = sender;
        _identity = identity;
        _schedule = options.NewSchedule();
        _maxPopulation = Math.Max(1, options.MaxPopulation!.Value / options.Workers);
    }

    /// <inheritdoc/>
    public Task Completion => _done.Task;

    /// <inheritdoc/>
    public long CreatesLaunched { get; private set; }

    /// <inheritdoc/>
    public (long Start, long End) Steady
    {
        get
        {
            lock (_gate) return (_steadyStart, _exhausted ? _lastCreate : long.MaxValue);
        }
    }

    /// <inheritdoc/>
    public void Start()
    {
        if (_options.Duration is { } duration) _end = RunClock.Now + RunClock.FromNanoseconds(duration.Ticks * 100);
        for (var i = 0; i < _sender.MaxInFlight; i++)
        {
            LiveObject target;
            OperationKind operation;
            Phase phase;
            long now;
            lock (_gate)
            {
                if (!TryNext(out target, out operation, out phase, out now)) break;
            }

            _sender.TryLaunch(this, target, operation, phase, now, now);
        }
    }

    /// <inheritdoc/>
    public void Stop()
    {
        lock (_gate) _stopping = true;
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<LiveObject> Survivors()
    {
        lock (_gate)
        {
            LiveObject[] taken = [.. _failed, .. _idle, .. _toUpdate];
            _failed.Clear();
            _idle.Clear();
            _toUpdate.Clear();
            return taken;
        }
    }

    /// <inheritdoc/>
    public bool OnFinished(OperationSlot slot)
    {
        LiveObject target;
        OperationKind operation;
        Phase phase;
        long now;
        lock (_gate)
        {
            _underWay--;
            Account(slot.Object, slot.Row);
            if (!TryNext(out target, out operation, out phase, out now))
            {
                if (_underWay == 0) _done.TrySetResult();
                return false;
            }
        }

        slot.Prepare(this, target, operation, phase, now, now);
        return true;
    }

    private void Account(LiveObject target, in OperationRow row)
    {
        switch (row.Operation)
        {
            case OperationKind.Create when row.Outcome is Outcome.Succeeded or Outcome.Unknown:
                _population++;
                Rest(target);
                break;
            case OperationKind.Create:
                if (row.StatusCode == 409 && row.Reason == "AlreadyExists") _done.TrySetException(new RunIdTakenException(row.Run.RunId, row.Run.Worker, row.Name));
                break;
            case OperationKind.Update:
                Rest(target);
                break;
            default:
                _population--;
                if (row.Outcome != Outcome.Succeeded && row.StatusCode != 404) _failed.Add(target);
                break;
        }
    }

    private void Rest(LiveObject target) => (target.Updates < _options.Updates ? _toUpdate : _idle).Enqueue(target);

    private bool TryNext(out LiveObject target, out OperationKind operation, out Phase phase, out long now)
    {
        now = RunClock.Now;
        target = null!;
        operation = default;
        phase = default;
        if (_stopping) return false;
        if (!_full && _population >= _maxPopulation)
        {
            _full = true;
            _steadyStart = now;
        }

        if (!_exhausted && now >= _end) _exhausted = true;
        if (_population >= _maxPopulation && _idle.TryDequeue(out target!))
        {
            operation = OperationKind.Delete;
        }
        else if (_toUpdate.TryDequeue(out target!))
        {
            operation = OperationKind.Update;
            target.Updates++;
        }
        else if (!_exhausted && _schedule.TryNext(out var arrival))
        {
            operation = OperationKind.Create;
            target = new(arrival.Index + 1, _identity.Name(arrival.Index + 1));
            _lastCreate = now;
            CreatesLaunched++;
        }
        else
        {
            _exhausted = true;
            if (!_idle.TryDequeue(out target!)) return false;
            operation = OperationKind.Delete;
        }

        phase = _exhausted ? Phase.Drain : _full ? Phase.Steady : Phase.Fill;
        _underWay++;
        return true;
    }
}
