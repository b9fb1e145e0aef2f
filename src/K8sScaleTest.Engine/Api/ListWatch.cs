using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Api;

/// <summary>
/// Lists and watches one collection over a connection that it was given, which should carry no writes. Lists may come compressed, as API servers send large
/// ones to client-go; watches never do.
/// </summary>
public sealed class ListWatch : IListWatch
{
    private const int ListReadSize = 64 * 1024;
    private const int LongestFailure = 64 * 1024;
    private readonly ApiTarget _target;
    private readonly ApiConnection _connection;
    private readonly ListWatchOptions _options;
    private readonly Func<IObjectDecoder> _newDecoder;
    private readonly string _path;

    /// <summary>Prepares; nothing is sent yet.</summary>
    /// <param name="target">The server.</param>
    /// <param name="connection">The connection to use; it stays the caller's.</param>
    /// <param name="options">What to list and watch.</param>
    public ListWatch(ApiTarget target, ApiConnection connection, ListWatchOptions options)
        : this(target, connection, options, () => new JsonObjectDecoder(options.Annotations, options.HashContent))
    {
    }

    /// <summary>As the other, in any encoding.</summary>
    internal ListWatch(ApiTarget target, ApiConnection connection, ListWatchOptions options, Func<IObjectDecoder> newDecoder)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(options);
        _target = target;
        _connection = connection;
        _options = options;
        _newDecoder = newDecoder;
        _path = options.Resource.CollectionPath(options.Namespace);
    }

    /// <inheritdoc/>
    public async Task<ListResult> ListAsync(ListQuery query, IObjectConsumer consumer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(consumer);
        var decoder = _newDecoder();
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timed.CancelAfter(_options.RequestTimeout);
        var result = new ListResult { End = StreamEnd.NotOpened, Requested = RunClock.Now };
        var counter = new CountingConsumer(consumer);
        ResponseWindow? window = null;
        try
        {
            using var request = NewRequest(UriOf(query), decoder);
            request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
            using var response = await _connection.SendAsync(request, timed.Token);
            result = result with { Opened = RunClock.Now, StatusCode = (int)response.StatusCode, End = StreamEnd.Reset };
            var compressed = response.Content.Headers.ContentEncoding.Contains("gzip");
            await using var body = new BrokenOffStream(await response.Content.ReadAsStreamAsync(timed.Token), response);
            await using Stream plain = compressed ? new GZipStream(body, CompressionMode.Decompress) : body;
            window = new ResponseWindow(plain, ListReadSize, awaitsWithoutBuffer: false);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                var status = await ReadFailureAsync(response, window, timed.Token);
                return result with { End = StreamEnd.Refused, Ended = RunClock.Now, Status = status, Reason = status.Reason, Message = status.Message, RetryAfter = RetryAfterOf(response) };
            }

            await ReadListAsync(window, decoder, counter, timed);
            return result with
            {
                End = StreamEnd.Complete,
                Ended = RunClock.Now,
                Compressed = compressed,
                ResourceVersion = decoder.ListResourceVersion,
                Continue = decoder.Continue,
                Objects = counter.Objects,
                Bytes = window.Total,
            };
        }
        catch (Exception e) when (IsTransport(e))
        {
            var (end, reason, message) = Explain(e, result.Opened != 0, cancellationToken);
            return result with { End = end, Ended = RunClock.Now, Reason = reason, Message = message, Objects = counter.Objects, Bytes = window?.Total ?? 0 };
        }
        finally
        {
            window?.Dispose();
        }
    }

    /// <inheritdoc/>
    public async Task<WatchResult> WatchAsync(WatchQuery query, IEventConsumer consumer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(consumer);
        var decoder = _newDecoder();
        using var timed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timed.CancelAfter(_options.RequestTimeout);
        var progress = new WatchProgress(new ObservedEvent(_options.Annotations.Count), consumer) { Requested = RunClock.Now };
        ResponseWindow? window = null;
        try
        {
            using var request = NewRequest(UriOf(query), decoder);
            using var response = await _connection.SendAsync(request, timed.Token);
            progress.Opened = RunClock.Now;
            progress.StatusCode = (int)response.StatusCode;
            await using var body = new BrokenOffStream(await response.Content.ReadAsStreamAsync(timed.Token), response);
            window = new ResponseWindow(body, query.ReadSize, awaitsWithoutBuffer: true);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                var status = await ReadFailureAsync(response, window, timed.Token);
                return progress.ToResult(StreamEnd.Refused, window) with { Status = status, Reason = status.Reason, Message = status.Message, RetryAfter = RetryAfterOf(response) };
            }

            consumer.OnOpened(progress.Opened);
            var end = await ReadEventsAsync(query, window, decoder, progress, timed);
            return end == StreamEnd.Cut
                ? progress.ToResult(end, window) with { Reason = Reasons.ConnectionReset, Message = $"The response ended in the middle of an event, {window.Length} bytes into it." }
                : progress.ToResult(end, window);
        }
        catch (Exception e) when (IsTransport(e))
        {
            var (end, reason, message) = Explain(e, progress.Opened != 0, cancellationToken);
            return progress.ToResult(end, window) with { Reason = reason, Message = message };
        }
        finally
        {
            window?.Dispose();
        }
    }

    private async Task ReadListAsync(ResponseWindow window, IObjectDecoder decoder, CountingConsumer consumer, CancellationTokenSource timed)
    {
        var observed = new ObservedObject(_options.Annotations.Count);
        var tried = 0;
        while (true)
        {
            var more = await window.FillAsync(timed.Token);
            timed.CancelAfter(_options.RequestTimeout);

            // An object longer than what there was is not tried again before there is half as much again: a large one would be read over and over.
            if (more && tried > ListReadSize && window.Length < tried + (tried / 2)) continue;
            window.Consume(decoder.ReadList(window.Available, final: !more, observed, consumer));
            if (!more) return;
            tried = window.Length;
        }
    }

    private async Task<StreamEnd> ReadEventsAsync(WatchQuery query, ResponseWindow window, IObjectDecoder decoder, WatchProgress progress, CancellationTokenSource timed)
    {
        var deadline = progress.Opened + RunClock.FromNanoseconds((query.Timeout + _options.StallGrace).Ticks * 100);
        timed.CancelAfter(Allowed(progress.Opened, deadline));
        while (await window.FillAsync(timed.Token))
        {
            var received = RunClock.Now;
            progress.Came(received);
            if (_options.SilenceLimit is not null) timed.CancelAfter(Allowed(received, deadline));
            var events = 0;
            try
            {
                for (int consumed; (consumed = decoder.ReadEvent(window.Available, progress.Observed)) > 0; events++)
                {
                    window.Consume(consumed);
                    if (!progress.Take(received)) return StreamEnd.ErrorEvent;
                }
            }
            finally
            {
                // Also before an event that cannot be read.
                progress.Pause();
            }

            if (query.Throttle is not { } throttle) continue;

            // Whoever reads slowly on purpose may have much to read after the server's end: the server stands still when nothing comes although it is asked for.
            timed.CancelAfter(Timeout.InfiniteTimeSpan);
            await throttle(events, timed.Token);
            var asked = RunClock.Now;
            deadline = Math.Max(deadline, asked + RunClock.FromNanoseconds(_options.StallGrace.Ticks * 100));
            timed.CancelAfter(Allowed(asked, deadline));
        }

        return window.Length == 0 ? StreamEnd.Complete : StreamEnd.Cut;
    }

    /// <summary>How long the watch may be silent from now on.</summary>
    private TimeSpan Allowed(long now, long deadline)
    {
        var left = TimeSpan.FromMilliseconds(Math.Max(0, RunClock.ToMilliseconds(deadline - now)));
        return _options.SilenceLimit is { } limit && limit < left ? limit : left;
    }

    private HttpRequestMessage NewRequest(Uri uri, IObjectDecoder decoder)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, uri) { Version = _options.HttpVersion, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        _target.Authorize(request);
        request.Headers.TryAddWithoutValidation("User-Agent", _options.UserAgent);
        request.Headers.TryAddWithoutValidation("Accept", decoder.MediaType);
        return request;
    }

    private Uri UriOf(ListQuery query)
    {
        var text = Begin();
        if (query.Limit is { } limit) Add(text, "limit", limit.ToString(CultureInfo.InvariantCulture));
        if (query.Continue is { } token) Add(text, "continue", token);
        if (query.ResourceVersion.Length > 0) Add(text, "resourceVersion", query.ResourceVersion);
        if (query.ResourceVersionMatch is { } match) Add(text, "resourceVersionMatch", match);
        return _target.UriFor(text.ToString());
    }

    private Uri UriOf(WatchQuery query)
    {
        var text = Begin();
        Add(text, "watch", "true");
        if (query.ResourceVersion.Length > 0) Add(text, "resourceVersion", query.ResourceVersion);
        if (query.SendInitialEvents)
        {
            Add(text, "sendInitialEvents", "true");
            Add(text, "resourceVersionMatch", "NotOlderThan");
        }

        if (query.Bookmarks) Add(text, "allowWatchBookmarks", "true");
        Add(text, "timeoutSeconds", Math.Max(1, (long)query.Timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        return _target.UriFor(text.ToString());
    }

    private StringBuilder Begin()
    {
        var text = new StringBuilder(_path).Append('?');
        if (!string.IsNullOrEmpty(_options.LabelSelector)) Add(text, "labelSelector", _options.LabelSelector);
        if (!string.IsNullOrEmpty(_options.FieldSelector)) Add(text, "fieldSelector", _options.FieldSelector);
        return text;
    }

    private static void Add(StringBuilder text, string name, string value) =>
        (text[^1] == '?' ? text : text.Append('&')).Append(name).Append('=').Append(Uri.EscapeDataString(value));

    private async Task<ApiStatus> ReadFailureAsync(HttpResponseMessage response, ResponseWindow window, CancellationToken cancellationToken)
    {
        if (response.StatusCode == HttpStatusCode.Unauthorized) _target.ReportUnauthorized();
        while (window.Length < LongestFailure && await window.FillAsync(cancellationToken))
        {
        }

        return ApiStatus.Parse((int)response.StatusCode, window.Available, response.Content.Headers.ContentType?.MediaType);
    }

    private static TimeSpan? RetryAfterOf(HttpResponseMessage response) => response.Headers.RetryAfter?.Delta;

    private static bool IsTransport(Exception e) => e is HttpRequestException or IOException or OperationCanceledException or InvalidDataException or MalformedResponseException;

    private static (StreamEnd End, string Reason, string Message) Explain(Exception e, bool opened, CancellationToken stopped)
    {
        if (stopped.IsCancellationRequested) return (StreamEnd.Stopped, Reasons.Stopped, "It was stopped.");
        if (e is MalformedResponseException or InvalidDataException) return (StreamEnd.Malformed, ApiReasons.UnexpectedResponse, e.Message);
        var (reason, message) = TransportFault.Classify(e);
        if (!opened) return (StreamEnd.NotOpened, reason, message);
        return e is OperationCanceledException
            ? (StreamEnd.Stalled, Reasons.Timeout, "Nothing came any more, and the server did not end it.")
            : (StreamEnd.Reset, reason, message);
    }

    private sealed class CountingConsumer(IObjectConsumer consumer) : IObjectConsumer
    {
        public long Objects { get; private set; }

        public void OnObject(ObservedObject observed)
        {
            Objects++;
            consumer.OnObject(observed);
        }
    }
}
