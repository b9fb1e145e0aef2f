using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Drivers;

/// <summary>
/// Deletes what a run left: what lived when it was stopped, and what its own deletes failed to delete. Each attempt is a record;
/// what fails is tried again, ever more slowly, until the time is over.
/// </summary>
internal sealed class Drain : IOperationOwner
{
    private const int MaxConcurrency = 64;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private readonly OperationSender _sender;
    private readonly Lock _gate = new();
    private readonly Queue<LiveObject> _waiting = new();
    private readonly List<LiveObject> _failed = [];
    private TaskCompletionSource _round = new();
    private int _underWay;

    public Drain(OperationSender sender) => _sender = sender;

    /// <summary>Deletes the objects; returns those that are left when the token is cancelled.</summary>
    public async Task<IReadOnlyCollection<LiveObject>> DeleteAsync(IReadOnlyCollection<LiveObject> objects, CancellationToken timeout)
    {
        for (var pause = FirstPause; objects.Count > 0; pause = pause < LongestPause ? pause * 2 : LongestPause)
        {
            await RoundAsync(objects, timeout);
            objects = [.. _failed, .. _waiting];
            if (objects.Count == 0 || timeout.IsCancellationRequested) break;
            await Task.Delay(pause, timeout).ContinueWith(static _ => { }, TaskScheduler.Default);
            if (timeout.IsCancellationRequested) break;
        }

        return objects;
    }

    /// <inheritdoc/>
    public bool OnFinished(OperationSlot slot)
    {
        LiveObject? next;
        lock (_gate)
        {
            ref readonly var row = ref slot.Row;
            if (row.Outcome != Outcome.Succeeded && row.StatusCode != 404) _failed.Add(slot.Object);
            if (_sender.Aborted || !_waiting.TryDequeue(out next))
            {
                if (--_underWay == 0) _round.SetResult();
                return false;
            }
        }

        var now = RunClock.Now;
        slot.Prepare(this, next, OperationKind.Delete, Phase.Drain, now, now);
        return true;
    }

    private async Task RoundAsync(IReadOnlyCollection<LiveObject> objects, CancellationToken timeout)
    {
        var concurrency = Math.Min(Math.Min(MaxConcurrency, _sender.MaxInFlight), objects.Count);
        List<LiveObject> first = [];
        lock (_gate)
        {
            _round = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _failed.Clear();
            _waiting.Clear();
            foreach (var target in objects)
            {
                if (first.Count < concurrency) first.Add(target);
                else _waiting.Enqueue(target);
            }

            _underWay = first.Count;
        }

        await using var abort = timeout.Register(_sender.Abort);
        foreach (var target in first)
        {
            var now = RunClock.Now;
            if (_sender.TryLaunch(this, target, OperationKind.Delete, Phase.Drain, now, now)) continue;
            lock (_gate)
            {
                _failed.Add(target);
                if (--_underWay == 0) _round.SetResult();
            }
        }

        await _round.Task;
    }
}
