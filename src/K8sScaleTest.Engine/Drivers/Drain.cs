using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Drivers;

/// <summary>
/// Deletes what a run left: what lived when it was stopped, and what its own deletes failed to delete. Each attempt is a record; what fails is tried again
/// after all else, until the time is over, and never more at once than the server was found to take.
/// </summary>
internal sealed class Drain : IOperationOwner
{
    private const int MaxConcurrency = 64;

    /// <summary>Deletes of a round for each of its workers.</summary>
    private const int RoundLength = 16;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private readonly OperationSender _sender;
    private readonly Lock _gate = new();
    private readonly Queue<LiveObject> _waiting = new();
    private readonly List<LiveObject> _failed = [];
    private TaskCompletionSource _round = new();
    private int _underWay;
    private int _budget;
    private int _deleted;
    private int _kept;
    private int _retired;

    public Drain(OperationSender sender) => _sender = sender;

    /// <summary>The pause after a round with a failure; it doubles with each that deleted nothing. For tests.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Deletes the objects; returns those that are left when the token is cancelled.</summary>
    public async Task<IReadOnlyCollection<LiveObject>> DeleteAsync(IReadOnlyCollection<LiveObject> objects, CancellationToken timeout)
    {
        foreach (var target in objects) _waiting.Enqueue(target);
        var concurrency = new DeleteConcurrency(Math.Min(MaxConcurrency, _sender.MaxInFlight));
        var pause = FirstPause;
        await using var abort = timeout.Register(_sender.Abort);
        while (_waiting.Count > 0 && !timeout.IsCancellationRequested)
        {
            await RoundAsync(concurrency.Current);
            concurrency.RoundEnded(_kept, _retired);
            var clean = _failed.Count == 0 && _deleted > 0;
            foreach (var target in _failed) _waiting.Enqueue(target);
            _failed.Clear();
            if (clean || _waiting.Count == 0) continue;
            if (_deleted > 0) pause = FirstPause;
            await Task.Delay(pause, timeout).ContinueWith(static _ => { }, TaskScheduler.Default);
            pause = pause < LongestPause ? pause * 2 : LongestPause;
        }

        return [.. _waiting];
    }

    /// <inheritdoc/>
    public bool OnFinished(OperationSlot slot)
    {
        LiveObject? next;
        lock (_gate)
        {
            var goesOn = Account(slot.Object, slot.Row) && !_sender.Aborted;
            if (!goesOn || _budget == 0 || !_waiting.TryDequeue(out next))
            {
                if (--_underWay == 0) _round.SetResult();
                return false;
            }

            _budget--;
        }

        var now = RunClock.Now;
        slot.Prepare(this, next, OperationKind.Delete, Phase.Drain, now, now);
        return true;
    }

    /// <summary>Counts a delete's end; false when the worker that did it retires.</summary>
    private bool Account(LiveObject target, in OperationRow row)
    {
        if (row.Outcome == Outcome.Succeeded || row.StatusCode == 404)
        {
            _deleted++;
            return true;
        }

        _failed.Add(target);
        if (!DeleteConcurrency.IsRefusal(row.StatusCode)) return true;
        _kept--;
        _retired++;
        return false;
    }

    private async Task RoundAsync(int workers)
    {
        List<LiveObject> first = [];
        lock (_gate)
        {
            _round = new(TaskCreationOptions.RunContinuationsAsynchronously);
            while (first.Count < workers && _waiting.TryDequeue(out var target)) first.Add(target);
            _budget = (workers * RoundLength) - first.Count;
            _underWay = _kept = first.Count;
            _deleted = _retired = 0;
        }

        foreach (var target in first)
        {
            var now = RunClock.Now;
            if (_sender.TryLaunch(this, target, OperationKind.Delete, Phase.Drain, now, now)) continue;

            // The last round's slots may not be free yet.
            lock (_gate)
            {
                _waiting.Enqueue(target);
                if (--_underWay == 0) _round.SetResult();
            }
        }

        await _round.Task;
    }
}
