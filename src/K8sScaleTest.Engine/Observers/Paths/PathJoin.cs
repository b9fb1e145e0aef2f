using System.Globalization;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Observers.Paths;

/// <summary>
/// Joins the writes of one driver to the events of one logger in the same process: creates and updates by uid and resourceVersion, deletes by uid. Either may come
/// first. What has been joined leaves, and what waits for too long is counted and leaves too, so that the memory needed does not grow with the run. A write of
/// unknown outcome gets, in the end, an event of its object that no other write accounts for, and the row says that it may be its own.
/// </summary>
/// <remarks>Any thread may call: rows come on the threads that hand records over, never on those that measure.</remarks>
public sealed class PathJoin
{
    /// <summary>How long a write waits for its event, and an event for its write, when nothing else is said: longer than any request may take.</summary>
    public static readonly TimeSpan DefaultWindow = TimeSpan.FromSeconds(120);

    private readonly Lock _gate = new();
    private readonly Action<PathRow> _joined;
    private readonly string _prefix;
    private readonly long _window;
    private readonly Dictionary<PathKey, OperationRow> _writes = [];
    private readonly Dictionary<PathKey, NotificationRow> _events = [];
    private readonly Queue<(long Time, PathKey Key)> _writeOrder = new();
    private readonly Queue<(long Time, PathKey Key)> _eventOrder = new();
    private readonly Dictionary<(string Name, OperationKind Operation), Queue<OperationRow>> _unknown = [];
    private readonly PathTally[] _tallies = [.. Enum.GetValues<OperationKind>().Select(kind => new PathTally(kind))];
    private long _writeCount;
    private long _joinedCount;
    private long _unjoined;
    private long _unidentified;
    private long _unknownCount;
    private long _unknownJoined;
    private long _unaccounted;
    private int _mostWaiting;

    /// <summary>A join that waits for rows.</summary>
    /// <param name="driver">The driver's run: only events of its objects count.</param>
    /// <param name="joined">Gets each way that is known, from whichever thread completed it.</param>
    /// <param name="window">How long either side waits for the other; null for <see cref="DefaultWindow"/>.</param>
    public PathJoin(RunInfo driver, Action<PathRow> joined, TimeSpan? window = null)
    {
        ArgumentNullException.ThrowIfNull(driver);
        _joined = joined;
        _prefix = driver.Namespace.Length == 0 ? driver.RunId + "-" : $"{driver.Namespace}/{driver.RunId}-";
        _window = RunClock.FromNanoseconds((window ?? DefaultWindow).Ticks * 100);
    }

    /// <summary>Takes a record of the driver.</summary>
    public void Add(in OperationRow write)
    {
        if (write.Phase == Phase.WarmUp || write.Outcome is Outcome.Rejected or Outcome.NotSent) return;
        lock (_gate)
        {
            if (write.Outcome == Outcome.Unknown)
            {
                _unknownCount++;
                _tallies[(int)write.Operation].Count(write);
                var of = (write.Name, write.Operation);
                if (!_unknown.TryGetValue(of, out var waiting)) _unknown.Add(of, waiting = new());
                waiting.Enqueue(write);
                return;
            }

            _writeCount++;
            _tallies[(int)write.Operation].Count(write);
            if (!TryKey(write, out var key))
            {
                _unidentified++;
            }
            else if (_events.Remove(key, out var notification))
            {
                Join(new(write, notification, Certain: true));
            }
            else
            {
                _writes[key] = write;
                _writeOrder.Enqueue((write.Finished, key));
            }

            Forget(write.Finished);
        }
    }

    /// <summary>Takes a record of the logger: those of all events, also of the ones that share a dequeue.</summary>
    public void Add(in NotificationRow notification)
    {
        if (!notification.Key.StartsWith(_prefix, StringComparison.Ordinal)) return;
        var key = new PathKey(notification.Uid, notification.Event == NotifiedEvent.Deleted ? 0 : notification.ResourceVersion);
        lock (_gate)
        {
            if (_writes.Remove(key, out var write))
            {
                Join(new(write, notification, Certain: true));
            }
            else
            {
                _events[key] = notification;
                _eventOrder.Enqueue((notification.Received, key));
            }

            Forget(notification.Dequeued);
        }
    }

    /// <summary>Nothing more will come: what waits still is counted, and writes of unknown outcome get what is left.</summary>
    public PathResult Complete()
    {
        lock (_gate)
        {
            Forget(long.MaxValue);
            return new()
            {
                Writes = _writeCount,
                Joined = _joinedCount,
                Unjoined = _unjoined,
                Unidentified = _unidentified,
                Unknown = _unknownCount,
                UnknownJoined = _unknownJoined,
                Unaccounted = _unaccounted,
                MostWaiting = _mostWaiting,
                Statistics = Summarize(),
            };
        }
    }

    /// <summary>The ways so far, by kind of write; of those that occurred.</summary>
    public IReadOnlyList<PathStatistics> Summarize()
    {
        lock (_gate) return [.. _tallies.Where(tally => tally.Any).Select(tally => tally.Summarize())];
    }

    /// <summary>Does something while nothing is joined: for who writes the joined rows down.</summary>
    public void Synchronized(Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        lock (_gate) action();
    }

    private static bool TryKey(in OperationRow write, out PathKey key)
    {
        key = default;
        if (!Guid.TryParse(write.Uid, out var uid)) return false;
        ulong version = 0;
        if (write.Operation != OperationKind.Delete && !ulong.TryParse(write.ResourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out version)) return false;
        key = new(uid, version);
        return true;
    }

    private void Join(in PathRow row)
    {
        if (row.Certain) _joinedCount++;
        else _unknownJoined++;
        _tallies[(int)row.Write.Operation].Joined(row);
        _joined(row);
    }

    /// <summary>Gives up what has waited for longer than the window, and forgets the order of what was joined long ago.</summary>
    private void Forget(long now)
    {
        _mostWaiting = Math.Max(_mostWaiting, _writes.Count + _events.Count);
        while (_writeOrder.TryPeek(out var write) && (now == long.MaxValue || write.Time + _window < now))
        {
            _writeOrder.Dequeue();
            if (_writes.Remove(write.Key)) _unjoined++;
        }

        while (_eventOrder.TryPeek(out var waiting) && (now == long.MaxValue || waiting.Time + _window < now))
        {
            _eventOrder.Dequeue();
            if (_events.Remove(waiting.Key, out var notification)) Leave(notification);
        }

        // Joined rows leave their places in the order behind until the window has passed over them: too many are swept.
        Sweep(_writeOrder, _writes);
        Sweep(_eventOrder, _events);
    }

    private static void Sweep<T>(Queue<(long Time, PathKey Key)> order, Dictionary<PathKey, T> waiting)
    {
        const int Few = 1024;
        if (order.Count < Few || order.Count < waiting.Count * 4) return;
        for (var left = order.Count; left > 0; left--)
        {
            var place = order.Dequeue();
            if (waiting.ContainsKey(place.Key)) order.Enqueue(place);
        }
    }

    /// <summary>An event that no acknowledged write accounts for: perhaps one of unknown outcome does.</summary>
    private void Leave(in NotificationRow notification)
    {
        var operation = notification.Event switch
        {
            NotifiedEvent.Added => OperationKind.Create,
            NotifiedEvent.Updated => OperationKind.Update,
            _ => OperationKind.Delete,
        };
        var of = (NotificationKey.NameOf(notification.Key), operation);
        if (_unknown.TryGetValue(of, out var writes) && writes.TryPeek(out var write) && write.Launched <= notification.Received)
        {
            writes.Dequeue();
            if (writes.Count == 0) _unknown.Remove(of);
            Join(new(write, notification, Certain: false));
        }
        else
        {
            _unaccounted++;
        }
    }
}
