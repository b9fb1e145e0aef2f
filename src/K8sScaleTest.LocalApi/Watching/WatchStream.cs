using System.Buffers;
using System.IO.Pipelines;
using K8sScaleTest.LocalApi.Handlers;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
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
    private readonly WatchSignal _signal = new();
    private bool _columnsSent;
    private long _cursor;
    private long _seenRevision;
    private long _endsAt;
    private long _nextBookmark;
    private volatile bool _ended;
    private volatile bool _bookmarkDue;

    public WatchStream(ApiRequest request, Selector selector, bool bookmarks)
    {
        _request = request;
        _selector = selector;
        _bookmarks = bookmarks;
    }

    private ObjectStore Store => _request.Resource.Store;

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

    /// <summary>Serves the watch to its end.</summary>
    public async Task RunAsync(long revision, bool? sendInitialEvents, TimeSpan timeout)
    {
        var response = _request.Http.Response;
        var writer = response.BodyWriter;
        Store.Subscribe(_signal);
        try
        {
            var initial = sendInitialEvents ?? revision == 0;
            if (sendInitialEvents == true && revision > 0) await Revisions.NotOlderThanAsync(_request, revision);
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
            response.StatusCode = 200;
            response.ContentType = "application/json";
            if (_cursor < 0)
            {
                Error(writer, ApiStatus.Expired($"too old resource version: {revision} ({Store.History.CompactedThrough})"));
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
        }
        finally
        {
            Store.Unsubscribe(_signal);
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

    private async Task InitialAsync(PipeWriter writer, ObjectSnapshot objects, bool closingBookmark)
    {
        foreach (var item in objects.Range(_selector.Prefix, _selector.Prefix))
        {
            if (!_selector.Matches(item)) continue;
            Event(writer, "{\"type\":\"ADDED\",\"object\":"u8, item);
            if (writer.UnflushedBytes >= FlushAfter && (await writer.FlushAsync(_request.Aborted)).IsCompleted) return;
        }
        if (closingBookmark) Bookmark(writer, initialEventsEnd: true);
        await writer.FlushAsync(_request.Aborted);
    }

    private async Task FollowAsync(PipeWriter writer)
    {
        var history = Store.History;
        while (!_ended)
        {
            while (history.Read(_cursor) is { } next && !_ended)
            {
                Volatile.Write(ref _cursor, _cursor + 1);
                if (next.ResourceVersion <= _seenRevision) continue;
                _seenRevision = next.ResourceVersion;
                Deliver(writer, next);
                if (writer.UnflushedBytes >= FlushAfter) await writer.FlushAsync(_request.Aborted);
            }
            // Overwritten before it was read: the client has to list again.
            if (_cursor < history.First)
            {
                if (!_ended) _request.Resource.WatchersCutOff.Add(1);
                _ended = true;
                return;
            }
            if (_bookmarkDue)
            {
                _bookmarkDue = false;
                // The counter moves with other resources too: a watcher that has seen everything may begin again at its present state.
                var (revision, sequence) = Store.Now;
                if (sequence == _cursor) _seenRevision = Math.Max(_seenRevision, revision);
                Bookmark(writer, initialEventsEnd: false);
            }
            if (writer.UnflushedBytes > 0) await writer.FlushAsync(_request.Aborted);
            await _signal.WaitAsync();
        }
    }

    /// <summary>An object that moves into the selector is new to the watcher, one that moves out is gone.</summary>
    private void Deliver(PipeWriter writer, StoreEvent change)
    {
        var before = change.Previous is { } previous && _selector.Matches(previous);
        var after = change.Current is { } current && _selector.Matches(current);
        if (after) Event(writer, before ? "{\"type\":\"MODIFIED\",\"object\":"u8 : "{\"type\":\"ADDED\",\"object\":"u8, change.Current!);
        else if (before) Event(writer, "{\"type\":\"DELETED\",\"object\":"u8, change.PreviousNow);
    }

    private void Event(PipeWriter writer, ReadOnlySpan<byte> head, StoredObject item)
    {
        writer.Write(head);
        switch (_request.Accept.Form)
        {
            case Form.Object:
                writer.Write(_request.Version.ObjectPrefix);
                writer.Write(_request.Resource.BodyOf(item, _request.VersionIndex));
                break;
            default:
                var to = JsonBuffer.Rent();
                if (_request.Accept.Form == Form.Table) TableWriter.Single(to, _request, item, columns: !_columnsSent);
                else MetadataWriter.Single(to, _request, item);
                _columnsSent = true;
                writer.Write(to.Written);
                to.Return();
                break;
        }
        writer.Write("}\n"u8);
        _request.Version.EventsSent.Add(1);
    }

    private void Bookmark(PipeWriter writer, bool initialEventsEnd)
    {
        var to = JsonBuffer.Rent();
        to.Raw("\"metadata\":{\"resourceVersion\":\""u8);
        var at = to.Length;
        to.Number(_seenRevision);
        var length = to.Length - at;
        to.Byte((byte)'"');
        if (initialEventsEnd) to.Raw(",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}"u8);
        to.Byte((byte)'}');
        var layout = new BodyLayout { RvOffset = at, RvLength = length, MetadataEnd = to.Length };
        Schema.CanonicalWriter.EmptyFields(to, _request.Resource.Versions[0].Type);
        to.Byte((byte)'}');
        // An object like any other, in whatever form the watch is in.
        var empty = new StoredObject("", to.ToArray(), layout);
        to.Return();
        empty.Commit(_seenRevision);
        Event(writer, "{\"type\":\"BOOKMARK\",\"object\":"u8, empty);
    }

    private static void Error(PipeWriter writer, ApiStatus status)
    {
        var to = JsonBuffer.Rent();
        to.Raw("{\"type\":\"ERROR\",\"object\":"u8);
        status.WriteTo(to);
        to.Raw("}\n"u8);
        writer.Write(to.Written);
        to.Return();
    }
}
