using System.Diagnostics;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Pacing;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Drivers;

/// <summary>
/// Keeps a number of operations going, each followed by the next at once: scheduled = launched, nothing is shed. Objects are deleted
/// oldest first once as many live as asked for. What it finds is throughput.
/// </summary>
/// <remarks>
/// A closed loop would spin on a server that is gone: a worker that gets no answer waits before its next operation, which is a new one. When nobody has had
/// an answer for longer than the request time-out, the run ends.
/// </remarks>
internal sealed class FullSpeedDriver : IDriver, IOperationOwner
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private readonly DriverOptions _options;
    private readonly OperationSender _sender;
    private readonly ObjectIdentity _identity;
    private readonly ArrivalSchedule _schedule;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _launching = new(); // the sender's operations are launched by one thread at a time
    private readonly Lock _gate = new();
    private readonly Queue<LiveObject> _idle = new();
    private readonly Queue<LiveObject> _toUpdate = new();
    private readonly List<LiveObject> _failed = [];
    private readonly long _maxPopulation;
    private long _end = long.MaxValue;
    private long _population;
    private int _underWay;
    private int _waiting;
    private TimeSpan _pause = FirstPause;
    private long _waited; // in ticks of the clock, over all workers
    private long _lost = long.MaxValue;
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
    public TimeSpan? Waited
    {
        get
        {
            lock (_gate) return Stopwatch.GetElapsedTime(0, _waited + (_waiting * RunClock.Now)) / _sender.MaxInFlight;
        }
    }

    /// <inheritdoc/>
    public void Start()
    {
        if (_options.Duration is { } duration) _end = RunClock.Now + RunClock.FromNanoseconds(duration.Ticks * 100);
        lock (_launching)
        {
            for (var i = 0; i < _sender.MaxInFlight; i++) Launch();
        }
    }

    /// <inheritdoc/>
    public void Stop()
    {
        lock (_launching)
        {
            lock (_gate)
            {
                _stopping = true;
                Retire(_waiting);
            }
        }
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
            if (Unanswered(slot.Row))
            {
                Wait(slot.Row);
                return false;
            }

            if (!TryNext(out target, out operation, out phase, out now))
            {
                EndIfIdle();
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
                if (row.StatusCode == 409 && row.Reason == "AlreadyExists") _done.TrySetException(new RunIdTakenException(row.Run.RunId, row.Run.Worker, row.Run.Namespace, row.Name));
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

    /// <summary>Whether an operation's end says that no server is there, and not what the server says.</summary>
    private bool Unanswered(in OperationRow row)
    {
        if (row.StatusCode == 0 && row.Outcome != Outcome.Rejected) return true;
        _lost = long.MaxValue;
        _pause = FirstPause;
        return false;
    }

    /// <summary>
    /// A worker waits before its next operation, together with all the others that do. Where only deletes are left and the server stays away they are left to
    /// the drain, whose time is limited.
    /// </summary>
    private void Wait(in OperationRow row)
    {
        _lost = Math.Min(_lost, row.Finished);
        if (row.Finished - _lost > _sender.TimeoutTicks)
        {
            _done.TrySetException(new ApiException(
                ApiReasons.ServerLost,
                $"No operation has had an answer for more than {_sender.Timeout.TotalSeconds:0.###} s (RequestTimeout), the last one because of {row.Reason}: {row.Error} The run was ended."));
        }

        if (_stopping || (_exhausted && row.Finished - _lost > RunClock.FromNanoseconds(LongestPause.Ticks * 100)))
        {
            EndIfIdle();
            return;
        }

        _waited -= RunClock.Now;
        if (++_waiting > 1) return;
        _ = ResumeAfterAsync(_pause);
        _pause = _pause < LongestPause / 2 ? _pause * 2 : LongestPause;
    }

    private async Task ResumeAfterAsync(TimeSpan pause)
    {
        await Task.Delay(pause);
        lock (_launching)
        {
            int waiting;
            lock (_gate)
            {
                waiting = _waiting;
                Retire(waiting);
            }

            for (; waiting > 0; waiting--) Launch();
            lock (_gate) EndIfIdle();
        }
    }

    /// <summary>So many workers wait no more.</summary>
    private void Retire(int waiting)
    {
        _waited += waiting * RunClock.Now;
        _waiting -= waiting;
    }

    /// <summary>Launches one operation, where there is any.</summary>
    private void Launch()
    {
        LiveObject target;
        OperationKind operation;
        Phase phase;
        long now;
        lock (_gate)
        {
            if (!TryNext(out target, out operation, out phase, out now)) return;
        }

        // The operation whose place this one takes counts as under way until the thread that ended it lets go.
        while (!_sender.TryLaunch(this, target, operation, phase, now, now)) Thread.Sleep(1);
    }

    private void EndIfIdle()
    {
        if (_underWay == 0 && _waiting == 0) _done.TrySetResult();
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
