using K8sScaleTest.Engine.Informers;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Observers;

/// <summary>
/// An informer's handler and the workers behind its work queue: a controller that does nothing but note when it was told what. What a dequeue found is decided
/// by the events that were handled, not by what the store says meanwhile: so that a deletion gives one row, and nothing is counted twice.
/// </summary>
internal sealed class NotificationLogger : IInformerHandler, IDisposable
{
    // A long list makes as many keys wait at once as there are objects: what they needed is not kept.
    private const int MostPooled = 1024;
    private readonly RunInfo _run;
    private readonly bool _compare;
    private readonly Action<NotificationRow> _add;
    private readonly WorkQueue<TrackedKey> _queue;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, TrackedKey> _keys = new(StringComparer.Ordinal);
    private readonly Stack<PendingEvents> _pool = new();
    private readonly Task[] _workers;

    /// <summary>Starts the workers.</summary>
    /// <param name="run">What all rows share.</param>
    /// <param name="threads">How many workers.</param>
    /// <param name="compare">Whether to compare contents; they must have been hashed.</param>
    /// <param name="add">Gets each row, from any thread.</param>
    /// <param name="observer">Is told what the queue's metrics count.</param>
    public NotificationLogger(RunInfo run, int threads, bool compare, Action<NotificationRow> add, IWorkQueueObserver? observer = null)
    {
        _run = run;
        _compare = compare;
        _add = add;
        _queue = new(TimeProvider.System, observer);
        _workers = [.. Enumerable.Range(0, threads).Select(_ => WorkAsync())];
    }

    /// <summary>The queue, for its state.</summary>
    public WorkQueue<TrackedKey> Queue => _queue;

    /// <summary>Completes when the workers have ended; faults when one did.</summary>
    public Task Completion => Task.WhenAll(_workers);

    /// <inheritdoc/>
    public void OnEvent(in InformerEvent informed)
    {
        if (informed.Kind == InformerEventKind.Synced) return;
        var handled = RunClock.Now;
        TrackedKey? tracked;
        var key = informed.Latest!.Key;
        lock (_gate)
        {
            if (!_keys.TryGetValue(key, out tracked)) _keys.Add(key, tracked = new(key));
            if (informed.Kind == InformerEventKind.Added) tracked.ExistedBefore = informed.InitialList;
            tracked.Pending ??= _pool.TryPop(out var used) ? used : new();
            tracked.Pending.Add(informed, handled, tracked.ExistedBefore);
        }

        _queue.AddQuietly(tracked);
    }

    /// <inheritdoc/>
    public void OnPause() => _queue.Wake();

    /// <summary>Lets the workers take what is left; the handler is told nothing more.</summary>
    public async Task DrainAsync()
    {
        _queue.ShutDown();
        await Completion;
    }

    /// <inheritdoc/>
    public void Dispose() => _queue.Dispose();

    private async Task WorkAsync()
    {
        while (await _queue.GetAsync() is { Ended: false } work)
        {
            Process(work.Item);
            _queue.Done(work.Item);
        }
    }

    private void Process(TrackedKey tracked)
    {
        PendingEvents pending;
        ObjectState? before, after;
        long dequeued;
        lock (_gate)
        {
            // An event that was handled between its predecessor's mark and this dequeue has taken its place in the queue, and nothing is left for the next.
            if (tracked.Pending is null) return;
            pending = tracked.Pending;

            // The moment at which the worker takes the events, not that at which it got the key: one may have been handled between the two.
            dequeued = RunClock.Now;
            tracked.Pending = null;
            before = tracked.Seen;
            var last = pending.Events[^1].Informed;
            after = tracked.Seen = last.Kind == InformerEventKind.Deleted ? null : last.New;
        }

        Emit(tracked.Key, pending, before, after, dequeued);
        pending.Clear();
        lock (_gate)
        {
            if (_pool.Count < MostPooled) _pool.Push(pending);

            // Not sooner: what came meanwhile must wait for this dequeue's end.
            if (tracked is { Seen: null, Pending: null }) _keys.Remove(tracked.Key);
        }
    }

    private void Emit(string key, PendingEvents pending, ObjectState? before, ObjectState? after, long dequeued)
    {
        var row = new NotificationRow
        {
            Run = _run,
            Operation = KindOf(before, after),
            Key = key,
            Events = pending.Events.Length,
            QueuedAdds = pending.Adds,
            QueuedUpdates = pending.Updates,
            QueuedDeletes = pending.Deletes,
            Compared = _compare,
            FirstEnqueued = pending.FirstEnqueued,
            LastEnqueued = pending.LastEnqueued,
            Dequeued = dequeued,
        };
        row.Duplicate = _compare && before is not null && after is not null
            && before.Uid == after.Uid && before.ResourceVersion == after.ResourceVersion && before.ContentHash == after.ContentHash;
        foreach (var (informed, handled, existedBefore) in pending.Events)
        {
            var state = informed.Latest!;
            var (written, from) = WrittenOf(informed);
            row.EventNumber++;
            row.Event = (NotifiedEvent)informed.Kind;
            row.Uid = state.Uid;
            row.ResourceVersion = state.ResourceVersion;
            row.CreationUnixSeconds = state.CreationUnixSeconds;
            row.ExistedBefore = existedBefore;
            row.FromList = informed.FromList;
            row.Received = informed.Received;
            row.Handled = handled;
            row.WrittenUnixMicroseconds = written;
            row.LatencyFrom = from;
            _add(row);
        }
    }

    private static NotificationKind KindOf(ObjectState? before, ObjectState? after) => (before, after) switch
    {
        (null, null) => NotificationKind.CreateDelete,
        (null, _) => NotificationKind.Create,
        (_, null) => NotificationKind.Delete,
        _ => before.Uid == after.Uid ? NotificationKind.Update : NotificationKind.Recreate,
    };

    /// <summary>
    /// When the write that the event tells of was launched, by the writer's clock. Nothing is known of objects that were there before the logger, of deletions,
    /// and of updates that left the annotation as it was: theirs is the time of an earlier write.
    /// </summary>
    private static (long UnixMicroseconds, string? From) WrittenOf(in InformerEvent informed)
    {
        switch (informed.Kind)
        {
            case InformerEventKind.Added when !informed.InitialList:
                var created = informed.New!.Created;
                return created.Known ? (created.UnixMicroseconds, created.Exact ? RunIdentity.LaunchedAnnotation : RunIdentity.CreateTimestampAnnotation) : default;
            case InformerEventKind.Updated when informed.New!.Updated is { Known: true } updated && updated != informed.Old!.Updated:
                return (updated.UnixMicroseconds, updated.Exact ? RunIdentity.UpdatedAnnotation : RunIdentity.UpdateTimestampAnnotation);
            default:
                return default;
        }
    }
}
