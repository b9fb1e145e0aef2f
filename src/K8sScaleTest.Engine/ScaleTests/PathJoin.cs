using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.ScaleTests;

/// <summary>
/// Joins each write of a driver to the event that it made, as one logger got it: creates and updates by uid and resourceVersion, deletes by uid, creates and
/// deletes of unknown outcome by name (the event says that they happened; an update of unknown outcome cannot be told from others). Whichever half comes first
/// waits for the other, up to a bound.
/// </summary>
public sealed class PathJoin
{
    /// <summary>Halves of each kind that wait at most; the oldest then counts as never joined.</summary>
    public const int MostWaiting = 200_000;

    private readonly Lock _gate = new();
    private readonly Waiting<OperationRow> _writes = new();
    private readonly Waiting<NotificationRow> _events = new();
    private readonly PathTally[] _tallies = [new(OperationKind.Create), new(OperationKind.Update), new(OperationKind.Delete)];

    /// <summary>Takes the joined rows, one at a time, on whichever thread brings the second half; set before the first comes.</summary>
    public IRecordConsumer<PathRow>? Consumer { get; set; }

    /// <summary>Takes over a write that has ended.</summary>
    public void Add(in OperationRow row)
    {
        if (row.Phase == Phase.WarmUp || row.Outcome is Outcome.Rejected or Outcome.NotSent) return;
        lock (_gate)
        {
            var tally = _tallies[(int)row.Operation];
            tally.Count(row);
            if (KeyOf(row) is not { } key) return;
            if (_events.Remove(key, out var told)) Join(row, told);
            else _writes.Add(key, row);
        }
    }

    /// <summary>Takes over an event that a worker has got; those of lists are no writes' events.</summary>
    public void Add(in NotificationRow row)
    {
        if (row.ExistedBefore && row.FromList) return;
        var operation = row.Event switch { NotifiedEvent.Added => OperationKind.Create, NotifiedEvent.Updated => OperationKind.Update, _ => OperationKind.Delete };
        lock (_gate)
        {
            var key = new Key(operation, row.Uid, operation == OperationKind.Delete ? 0 : row.ResourceVersion, null);
            if (_writes.Remove(key, out var write) || (operation != OperationKind.Update && _writes.Remove(new(operation, Guid.Empty, 0, row.Key), out write))) Join(write, row);
            else _events.Add(key, row, operation == OperationKind.Update ? null : new Key(operation, Guid.Empty, 0, row.Key));
        }
    }

    /// <summary>For the moment there are no more writes.</summary>
    public void Pause()
    {
        lock (_gate) Consumer?.Pause();
    }

    /// <summary>What was joined so far, by kind of operation; of those that occurred.</summary>
    public IReadOnlyList<PathStatistics> Summarize()
    {
        lock (_gate) return [.. _tallies.Where(tally => tally.Any).Select(tally => tally.Summarize())];
    }

    private static Key? KeyOf(in OperationRow row)
    {
        var known = Guid.TryParse(row.Uid, out var uid);
        if (row.Operation == OperationKind.Delete && known) return new(OperationKind.Delete, uid, 0, null);
        if (row.Operation != OperationKind.Delete && known && ulong.TryParse(row.ResourceVersion, out var version)) return new(row.Operation, uid, version, null);

        // Without the server's answer the name must do, which is the object's alone.
        if (row.Operation == OperationKind.Update) return null;
        return new(row.Operation, Guid.Empty, 0, row.Run.Namespace.Length == 0 ? row.Name : $"{row.Run.Namespace}/{row.Name}");
    }

    private void Join(in OperationRow write, in NotificationRow told)
    {
        var path = new PathRow
        {
            Run = write.Run,
            Operation = write.Operation,
            Name = write.Name,
            Uid = told.Uid,
            ResourceVersion = told.ResourceVersion,
            Phase = write.Phase,
            Outcome = write.Outcome,
            Scheduled = write.Scheduled,
            Launched = write.Launched,
            Sent = write.Sent,
            Finished = write.Finished,
            Received = told.Received,
            Handled = told.Handled,
            Dequeued = told.Dequeued,
            Events = told.Events,
        };
        _tallies[(int)write.Operation].Joined(path);
        Consumer?.Take(path);
    }

    private readonly record struct Key(OperationKind Operation, Guid Uid, ulong ResourceVersion, string? Name);

    /// <summary>Halves that wait, the oldest dropped when there are too many.</summary>
    private sealed class Waiting<T>
    {
        private readonly Dictionary<Key, (T Row, Key? Other)> _rows = [];
        private readonly Dictionary<Key, Key> _names = [];
        private readonly Queue<Key> _order = new();

        public void Add(Key key, in T row, Key? alsoKnownAs = null)
        {
            _rows[key] = (row, alsoKnownAs);
            if (alsoKnownAs is { } name) _names[name] = key;
            _order.Enqueue(key);
            while (_order.Count > MostWaiting) Remove(_order.Dequeue(), out _);
        }

        public bool Remove(Key key, out T row)
        {
            if (_names.TryGetValue(key, out var real)) key = real;
            var found = _rows.Remove(key, out var waiting);
            row = waiting.Row;
            if (found && waiting.Other is { } name) _names.Remove(name);
            return found;
        }
    }
}
