using System.Diagnostics;
using System.IO.Pipelines;
using K8sScaleTest.LocalApi.Faults;
using K8sScaleTest.LocalApi.Handlers;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Ledgers;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.Watching;

/// <summary>
/// One open watch. It reads the history of its resource at its own pace and holds nothing of its own, so that it costs the others nothing and
/// is bounded by the history's length: once that has moved on past it, the watch is cut off.
/// </summary>
internal sealed class WatchStream
{
    private const int FlushAfter = 32 * 1024;
    private const int BookmarkEveryMs = 60_000;
    private const int BookmarkBeforeEndMs = 2_000;

    private readonly ApiRequest _request;
    private readonly Selector _selector;
    private readonly bool _bookmarks;
    private readonly WatchOutput _output;
    private readonly WatchFaults _faults;
    private readonly WatchEntry? _log;
    private readonly WatchSignal _signal = new();
    private readonly int _epoch;
    private (EventType Type, StoredObject Item, StoreEvent Change, ushort Fault)? _held;
    private long _cursor;
    private long _seenRevision;
    private long _endsAt;
    private long _nextBookmark;
    private volatile bool _ended;
    private volatile bool _bookmarkDue;
    private WatchEnd _why;
    private ushort _whyFault;

    public WatchStream(ApiRequest request, Selector selector, bool bookmarks, FaultSet faults, Ledger? ledger)
    {
        _request = request;
        _selector = selector;
        _bookmarks = bookmarks;
        _epoch = Store.WatchEpoch;
        _output = new WatchOutput(request);
        _faults = new WatchFaults(faults, request);
        _log = ledger?.BeginWatch(request);
    }

    public ObjectStore Store => _request.Resource.Store;

    /// <summary>Called a few times a second, from outside of the watch.</summary>
    public void Tick(long now)
    {
        // Not begun yet.
        if (_endsAt == 0) return;
        if (Store.History.First > Volatile.Read(ref _cursor) && !_ended)
        {
            _request.Resource.WatchersCutOff.Add(1);
            _ended = true;
            // It may hang in a write to a client that does not read: only the end of the connection wakes it.
            Because(WatchEnd.TooSlow, 0);
            _request.Http.Abort();
            return;
        }
        if (now >= _endsAt) _ended = true;
        if (_bookmarks && now >= _nextBookmark)
        {
            _nextBookmark = NextBookmark(now, _endsAt);
            _bookmarkDue = true;
        }
        if (_ended || _bookmarkDue) _signal.Set();
    }

    public bool Concerns(FaultRule rule) => _faults.Concerns(rule);

    /// <summary>Has a fault happen to it now.</summary>
    public void Order(FaultRule rule)
    {
        if (rule.Definition.Cut == CutKind.Reset)
        {
            // It may hang in a write to a client that does not read.
            Because(WatchEnd.Cut, rule.Id);
            RequestFault.Reset(_request.Http, RequestFault.InternalError);
            return;
        }
        _faults.Order(rule);
        _signal.Set();
    }

    /// <summary>Serves the watch to its end.</summary>
    public async Task RunAsync(long revision, bool? sendInitialEvents, TimeSpan timeout)
    {
        var response = _request.Http.Response;
        var writer = response.BodyWriter;
        Store.Subscribe(_signal);
        try
        {
            var initial = sendInitialEvents ?? revision == 0;
            if (sendInitialEvents == true && revision > 0 && !await Revisions.IsReachedAsync(_request, revision))
            {
                // What goes wrong once the request is understood is said in the stream.
                Because(WatchEnd.Expired, 0);
                response.ContentType = "application/json";
                WatchOutput.Error(writer, Revisions.TooLarge(revision, Store.Revisions.Current));
                return;
            }
            ObjectSnapshot? objects = null;
            if (initial)
            {
                (objects, _seenRevision, _cursor) = Store.Snapshot();
            }
            else if (revision == 0)
            {
                _seenRevision = Store.Revisions.Current;
                _cursor = Store.History.Next;
            }
            else
            {
                _seenRevision = revision;
                _cursor = Store.SequenceAfter(revision);
            }
            _log?.Begin(_seenRevision, Math.Max(0, _cursor));
            response.StatusCode = 200;
            response.ContentType = "application/json";
            if (_cursor < 0)
            {
                Because(WatchEnd.Expired, 0);
                WatchOutput.Error(writer, ApiStatus.Expired($"too old resource version: {revision} ({Store.History.CompactedThrough})"));
                return;
            }
            await writer.FlushAsync(_request.Aborted);
            await using var aborted = _request.Aborted.UnsafeRegister(static state => ((WatchStream)state!).Abort(), this);
            var now = Environment.TickCount64;
            var ends = now + (long)timeout.TotalMilliseconds;
            _nextBookmark = NextBookmark(now, ends);
            Volatile.Write(ref _endsAt, ends);
            if (objects is not null) await InitialAsync(writer, objects, sendInitialEvents == true && _bookmarks);
            await FollowAsync(writer);
            if (!_request.Aborted.IsCancellationRequested) Because(WatchEnd.TimedOut, 0);
        }
        finally
        {
            Store.Unsubscribe(_signal);
            Finish();
        }
    }

    /// <summary>Every minute, and once more shortly before the end, so that the client's next watch can begin late.</summary>
    private static long NextBookmark(long now, long ends) =>
        ends - now > BookmarkBeforeEndMs ? Math.Min(now + BookmarkEveryMs, ends - BookmarkBeforeEndMs) : long.MaxValue;

    private void Abort()
    {
        _ended = true;
        _signal.Set();
    }

    /// <summary>Remembers why it ends: the first reason counts.</summary>
    private void Because(WatchEnd why, ushort fault)
    {
        if (_why != WatchEnd.Open) return;
        _whyFault = fault;
        _why = why;
    }

    private void Finish()
    {
        if (_held is { } held) _log?.Withdraw(held.Change.Sequence, held.Fault);
        if (_request.Aborted.IsCancellationRequested) Because(WatchEnd.ClientGone, 0);
        Because(WatchEnd.ServerEnded, 0);
        if (_why is WatchEnd.TooSlow or WatchEnd.Cut) _request.End = RequestEnd.BrokenOff;
        _request.EndFault = _whyFault;
        _log?.Finish(_why, _whyFault);
    }

    private async Task InitialAsync(PipeWriter writer, ObjectSnapshot objects, bool closingBookmark)
    {
        var sent = 0L;
        foreach (var item in objects.Range(_selector.Prefix, _selector.Prefix))
        {
            if (!_selector.Matches(item)) continue;
            _output.Event(writer, EventType.Added, item);
            sent++;
            if (writer.UnflushedBytes >= FlushAfter && (await writer.FlushAsync(_request.Aborted)).IsCompleted) return;
        }
        if (closingBookmark) _output.Bookmark(writer, _seenRevision, initialEventsEnd: true);
        await writer.FlushAsync(_request.Aborted);
        _log?.SentInitial(sent);
    }

    private async Task FollowAsync(PipeWriter writer)
    {
        var history = Store.History;
        while (!_ended)
        {
            while (history.Read(_cursor) is { } next && !_ended)
            {
                Volatile.Write(ref _cursor, _cursor + 1);
                if (!_faults.IsQuiet || next.Fault != 0 || _held is not null)
                {
                    if (!await DeliverFaultyAsync(writer, next)) return;
                }
                else
                {
                    var type = What(next, out var item);
                    if (type is { } known) _output.Event(writer, known, item!);
                    _log?.Examine(next.Sequence, type is not null);
                }
                if (writer.UnflushedBytes >= FlushAfter) await FlushAsync(writer);
            }
            if (!_faults.IsQuiet && !await ObeyAsync(writer)) return;
            // Overwritten before it was read: the client has to list again.
            if (_cursor < history.First)
            {
                if (!_ended) _request.Resource.WatchersCutOff.Add(1);
                _ended = true;
                Because(WatchEnd.TooSlow, 0);
                return;
            }
            if (_bookmarkDue)
            {
                _bookmarkDue = false;
                // The counter moves with other resources too: a watcher that has seen everything may begin again at its present state.
                var (revision, sequence) = Store.Now;
                if (sequence == _cursor) _seenRevision = Math.Max(_seenRevision, revision);
                Release(writer, reordered: false);
                _output.Bookmark(writer, _seenRevision, initialEventsEnd: false);
            }
            if (writer.UnflushedBytes > 0) await FlushAsync(writer);
            // The resource is not defined any more, or not as it was.
            if (Store.WatchEpoch != _epoch && history.Read(_cursor) is null) break;
            await _signal.WaitAsync();
        }
        if (_request.Aborted.IsCancellationRequested) return;
        Release(writer, reordered: false);
        await FlushAsync(writer);
    }

    private async ValueTask FlushAsync(PipeWriter writer)
    {
        await writer.FlushAsync(_request.Aborted);
        _log?.Flush();
    }

    /// <summary>An object that moves into the selector is new to the watcher, one that moves out is gone; null for what is not its business.</summary>
    private EventType? What(StoreEvent change, out StoredObject? item)
    {
        item = null;
        if (change.ResourceVersion <= _seenRevision) return null;
        _seenRevision = change.ResourceVersion;
        var before = change.Previous is { } previous && _selector.Matches(previous);
        if (change.Current is { } current && _selector.Matches(current))
        {
            item = current;
            return before ? EventType.Modified : EventType.Added;
        }
        if (!before) return null;
        item = change.PreviousNow;
        return EventType.Deleted;
    }

    /// <summary>Delivers an event, or does to it what a fault wants. False when that was the end of the watch.</summary>
    private async ValueTask<bool> DeliverFaultyAsync(PipeWriter writer, StoreEvent change)
    {
        if (!await ObeyAsync(writer)) return false;
        if (What(change, out var item) is not { } type)
        {
            _log?.Examine(change.Sequence, delivered: false);
            return true;
        }
        var (action, fault) = change.Ordered;
        FaultRule? rule = null;
        if (fault == 0 && (rule = _faults.Draw(WatchOutput.Name(type), item!)) is not null) (action, fault) = (rule.Definition.Action, rule.Id);
        if (fault != 0)
        {
            switch (action)
            {
                case FaultAction.LoseEvent:
                    _log?.Note(change.Sequence, NoteKind.Lost, fault);
                    return true;
                case FaultAction.ReorderEvent when _held is null:
                    _held = (type, item!, change, fault);
                    _log?.Hold(change.Sequence);
                    return true;
                case FaultAction.DoubleEvent:
                    _output.Event(writer, type, item!);
                    _log?.Note(change.Sequence, NoteKind.Doubled, fault);
                    break;
                case FaultAction.StallWatch:
                    _log?.Note(change.Sequence, NoteKind.Stalled, fault);
                    await StallAsync(writer, rule!);
                    if (_ended) return true;
                    break;
                case FaultAction.CutWatch or FaultAction.ErrorEvent:
                    if (rule!.Definition.Cut == CutKind.MidLine) _log?.Note(change.Sequence, NoteKind.CutInLine, fault);
                    await EndAsync(writer, rule, to => _output.Event(to, type, item!));
                    return false;
                default:
                    break;
            }
        }
        var begun = writer.UnflushedBytes;
        _output.Event(writer, type, item!);
        _log?.Examine(change.Sequence, delivered: true);
        Release(writer, reordered: true);
        if (_faults.Slowing is not { } slow) return true;
        _log?.Happened(slow.Id);
        var bytes = writer.UnflushedBytes - begun;
        await FlushAsync(writer);
        await _faults.PaceAsync((int)bytes, () => _ended);
        return true;
    }

    /// <summary>Writes the event that was held back, behind the one that overtook it or because there will be none.</summary>
    private void Release(PipeWriter writer, bool reordered)
    {
        if (_held is not { } held) return;
        _held = null;
        _output.Event(writer, held.Type, held.Item);
        _log?.Note(held.Change.Sequence, reordered ? NoteKind.Reordered : NoteKind.HeldBack, held.Fault);
    }

    /// <summary>Does what was ordered to happen now. False when that was the end of the watch.</summary>
    private async ValueTask<bool> ObeyAsync(PipeWriter writer)
    {
        while (_faults.TakeOrder() is { } rule)
        {
            if (rule.Definition.Action == FaultAction.StallWatch)
            {
                _log?.Stall(rule.Id);
                await StallAsync(writer, rule);
                continue;
            }
            await EndAsync(writer, rule, to => _output.Bookmark(to, _seenRevision, initialEventsEnd: false));
            return false;
        }
        return true;
    }

    private async ValueTask StallAsync(PipeWriter writer, FaultRule rule)
    {
        await FlushAsync(writer);
        await WatchFaults.WaitAsync(Stopwatch.GetTimestamp() + (long)(rule.Definition.StallMilliseconds!.Value / 1000 * Stopwatch.Frequency), rule, () => _ended);
    }

    /// <summary>Ends the watch as a fault wants it.</summary>
    private async ValueTask EndAsync(PipeWriter writer, FaultRule rule, Action<System.Buffers.IBufferWriter<byte>> line)
    {
        Release(writer, reordered: false);
        if (rule.Definition.Action == FaultAction.ErrorEvent)
        {
            Because(WatchEnd.Error, rule.Id);
            WatchOutput.Error(writer, FaultStatus.InStream(rule.Definition));
        }
        else
        {
            Because(WatchEnd.Cut, rule.Id);
            if (rule.Definition.Cut == CutKind.MidLine) WatchOutput.Half(writer, line);
        }
        await FlushAsync(writer);
        if (rule.Definition.Cut == CutKind.Reset) RequestFault.Reset(_request.Http, RequestFault.InternalError);
    }
}
