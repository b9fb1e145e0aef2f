using System.Globalization;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Informers;
using K8sScaleTest.Engine.Pacing;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Observers.Watches;

/// <summary>
/// One watcher: lists, watches until the time-out that it drew, and lists again, or goes on from where it was. Whatever goes wrong is a record, and a back-off.
/// </summary>
internal sealed class Watcher : IObjectConsumer, IEventConsumer
{
    private const int PageSize = 500;
    private const int SlowReadSize = 4 * 1024;
    private static readonly TimeSpan ShortWatch = TimeSpan.FromSeconds(1);
    private readonly WatchContext _context;
    private readonly IListWatch _listWatch;
    private readonly int _number;
    private readonly int _connection;
    private readonly Backoff _backoff;
    private readonly ReadPace? _pace;
    private Xoshiro256 _random;
    private bool _watchList;
    private ulong _version;
    private int _window;
    private bool _initial;
    private CancellationTokenSource? _patience;
    private bool _isOpen;
    private bool _hasBegun;
    private long _opened;
    private long _requested;
    private long _initialObjects;

    public Watcher(WatchContext context, IListWatch listWatch, int number, int connection)
    {
        _context = context;
        _listWatch = listWatch;
        _number = number;
        _connection = connection;
        var state = context.Options.Seed + ((ulong)number * 0x9E3779B97F4A7C15);
        _random = new(Xoshiro256.SplitMix64(ref state));
        _backoff = new(TimeProvider.System, Random.Shared);
        _pace = context.Options.ReadRate is { } rate ? new(rate) : null;
        _watchList = context.Options.WatchList;
    }

    /// <summary>A slow reader does not know whether the server or itself is silent.</summary>
    private TimeSpan InitialEventsPatience => _pace is null ? _context.Options.InitialEventsPatience : Timeout.InfiniteTimeSpan;

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            if (_version == 0 && !_watchList && !await ListAsync(cancellationToken)) continue;
            await WatchAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    void IObjectConsumer.OnObject(ObservedObject observed)
    {
        // The list is timed, and its objects are counted; what they say is the audit's concern.
    }

    /// <inheritdoc/>
    void IEventConsumer.OnOpened(long opened)
    {
        _opened = opened;
        _isOpen = true;
        if (_initial) _patience!.CancelAfter(InitialEventsPatience);
        _context.Counts.Opened();
        if (!_hasBegun) _context.Counts.Began();
        _hasBegun = true;
    }

    /// <inheritdoc/>
    void IEventConsumer.OnEvent(ObservedEvent observed)
    {
        var subject = observed.Subject;
        if (_initial)
        {
            if (observed.Kind != ObservedEventKind.Bookmark) _initialObjects++;
            else if (subject.InitialEventsEnd) InitialEventsEnded(observed);
            _patience!.CancelAfter(_initial ? InitialEventsPatience : Timeout.InfiniteTimeSpan);
            return;
        }

        var bookmark = observed.Kind == ObservedEventKind.Bookmark;
        if (!bookmark) _context.Counts.CountEvent();
        if (subject.ResourceVersion != 0) _version = subject.ResourceVersion;
        _context.Records.Add(new()
        {
            Run = _context.Info,
            Watcher = _number,
            Window = _window,
            Connection = _connection,
            Kind = (WatchRecordKind)observed.Kind,
            Subject = bookmark ? null : _context.Objects.Of(subject),
            ResourceVersion = subject.ResourceVersion,
            Bytes = subject.Bytes,
            Received = observed.Received,
            Opened = _opened,
            WrittenUnixMicroseconds = observed.Kind == ObservedEventKind.Added ? WriterTime.Created(subject).UnixMicroseconds : 0,
        });
    }

    /// <inheritdoc/>
    void IEventConsumer.OnPause()
    {
        // Records go to a stream, which looks for itself.
    }

    /// <summary>Lists everything, page by page; true when the list is whole.</summary>
    private async Task<bool> ListAsync(CancellationToken cancellationToken)
    {
        ListResult page;
        long requested = 0;
        long opened = 0;
        long objects = 0;
        long bytes = 0;
        try
        {
            await _context.Lists.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        try
        {
            var query = new ListQuery { Limit = PageSize };
            while (true)
            {
                page = await _listWatch.ListAsync(query, this, cancellationToken);
                if (requested == 0) requested = page.Requested;
                if (opened == 0) opened = page.Opened;
                objects += page.Objects;
                bytes += page.Bytes;
                if (!page.Succeeded || page.Continue is null) break;
                query = new() { Limit = PageSize, Continue = page.Continue };
            }
        }
        finally
        {
            _context.Lists.Release();
        }

        var failed = !page.Succeeded || page.ResourceVersion == 0;
        var wait = failed && page.End != StreamEnd.Stopped ? NextWait(page.RetryAfter) : TimeSpan.Zero;
        _context.Counts.CountList();
        Record(WatchRecordKind.List, page.ResourceVersion, bytes, new()
        {
            Requested = requested,
            Opened = opened,
            FirstByte = page.Succeeded ? opened : 0,
            Ended = page.Ended,
            Events = objects,
            End = page.End.ToString(),
            StatusCode = page.StatusCode,
            Reason = page.Reason,
            Error = page.Message ?? (page.Succeeded && failed ? "The list has no resourceVersion to watch from." : null),
            Backoff = wait,
        });
        if (!failed)
        {
            _version = page.ResourceVersion;
            return true;
        }

        await FailedAsync("list", page.End, page.Reason, page.Message, wait, cancellationToken);
        return false;
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var timeout = _context.Options.MinTimeoutSeconds + (int)(_random.NextFromZero() * (_context.Options.MaxTimeoutSeconds - _context.Options.MinTimeoutSeconds + 1));
        _initial = _watchList && _version == 0;
        _initialObjects = 0;
        _window++;
        _isOpen = false;
        _requested = RunClock.Now;
        var from = _version;
        var query = new WatchQuery
        {
            ResourceVersion = from == 0 ? "" : from.ToString(CultureInfo.InvariantCulture),
            SendInitialEvents = _initial,
            Timeout = TimeSpan.FromSeconds(timeout),
            Throttle = _pace is null ? null : _pace.WaitAsync,
            ReadSize = _pace is null ? 16 * 1024 : SlowReadSize,
        };
        WatchResult result;
        bool unknown;
        using (_patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            result = await _listWatch.WatchAsync(query, this, _patience.Token);
            unknown = _initial && _patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested;
            if (unknown) result = Impatient(result);
        }

        if (_isOpen) _context.Counts.Closed();
        var initialOnly = _initial;
        var next = unknown ? Next.GoOn : Judge(result, initialOnly);
        var wait = next is Next.GoOn || result.End == StreamEnd.Stopped ? TimeSpan.Zero : NextWait(result.RetryAfter);
        _context.Counts.CountWindow();
        Record(WatchRecordKind.Window, result.LastResourceVersion, result.Bytes, new()
        {
            Requested = result.Requested,
            Opened = result.Opened,
            FirstByte = result.FirstByte,
            Ended = result.Ended,
            TimeoutSeconds = timeout,
            From = from,
            Events = result.Events - _initialObjects,
            Bookmarks = result.Bookmarks,
            End = result.End.ToString(),
            StatusCode = result.End == StreamEnd.ErrorEvent ? result.Status?.Code ?? 0 : result.StatusCode,
            Reason = result.Reason,
            Error = result.Message,
            Backoff = wait,
        });

        // Without -Resume everything is listed again, as flunder-watch does, and after a 410 in any case.
        if (!_context.Options.Resume || IsExpired(result.Status)) _version = 0;
        if (next != Next.GoOn) await FailedAsync("watch", result.End, result.Reason, result.Message, wait, cancellationToken, isFault: next == Next.BackOff);
    }

    private Next Judge(WatchResult result, bool initialOnly)
    {
        if (initialOnly && result.End == StreamEnd.Refused && result.StatusCode is 400 or 404 or 405 or 422 or 501)
        {
            // v1.20 answers 422: it knows no WatchList.
            _watchList = false;
            return Next.GoOn;
        }

        if (result.End is not (StreamEnd.Complete or StreamEnd.Stopped)) return Next.BackOff;
        var isShort = result is { Events: 0, Bookmarks: 0 } && RunClock.ToMilliseconds(result.Ended - result.Requested) < ShortWatch.TotalMilliseconds;
        return isShort && result.End == StreamEnd.Complete ? Next.Rest : Next.GoOn;
    }

    /// <summary>A server that does not know sendInitialEvents watches, and never says that the initial events are over: it is listed from now on.</summary>
    private WatchResult Impatient(WatchResult result)
    {
        _watchList = false;
        return result with
        {
            End = StreamEnd.Stalled,
            Reason = Reasons.Timeout,
            Message = "The server accepted a WatchList and never sent the bookmark that ends its initial events: it does not know sendInitialEvents. Lists are used instead.",
        };
    }

    /// <summary>The initial events were a list; events follow on the same stream.</summary>
    private void InitialEventsEnded(ObservedEvent observed)
    {
        _initial = false;
        _version = observed.Subject.ResourceVersion;
        _context.Counts.CountList();
        Record(WatchRecordKind.WatchList, _version, 0, new()
        {
            Requested = _requested,
            Opened = _opened,
            FirstByte = _opened,
            Ended = observed.Received,
            Events = _initialObjects,
            End = nameof(StreamEnd.Complete),
            StatusCode = 200,
        });
    }

    private async Task FailedAsync(string what, StreamEnd end, string? reason, string? message, TimeSpan wait, CancellationToken cancellationToken, bool isFault = true)
    {
        if (end == StreamEnd.Stopped) return;
        if (isFault)
        {
            _context.Counts.CountError();
            if (_context.Options.StopOnError)
                _context.Failure.TrySetException(new WatchFailedException(_number, reason ?? end.ToString(), $"The {what} of watcher {_number} ended out of order ({reason ?? end.ToString()}): {message ?? "the server gives no reason."}"));
        }

        try
        {
            await Task.Delay(wait, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The loop looks at the token.
        }
    }

    private void Record(WatchRecordKind kind, ulong resourceVersion, long bytes, WatchWindow outcome) => _context.Records.Add(new()
    {
        Run = _context.Info,
        Watcher = _number,
        Window = _window,
        Connection = _connection,
        Kind = kind,
        ResourceVersion = resourceVersion,
        Bytes = bytes,
        Outcome = outcome,
    });

    private TimeSpan NextWait(TimeSpan? atLeast)
    {
        var wait = _backoff.Next();
        return atLeast > wait ? atLeast.Value : wait;
    }

    private static bool IsExpired(ApiStatus? status) => status is { Code: 410 } or { Reason: "Expired" or "Gone" };

    private enum Next
    {
        /// <summary>At once.</summary>
        GoOn,

        /// <summary>After a while: the server ended it in order, but without having done anything.</summary>
        Rest,

        /// <summary>After a while: something went wrong.</summary>
        BackOff,
    }
}
