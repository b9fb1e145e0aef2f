using System.Globalization;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Informers;

/// <summary>
/// Keeps a store up to date with one collection: lists or streams everything there is, then watches, and goes on through every way in which a watch can end,
/// as client-go's reflector does.
/// </summary>
internal sealed class Reflector : IObjectConsumer, IEventConsumer
{
    private static readonly TimeSpan ShortWatch = TimeSpan.FromSeconds(1);
    private readonly IListWatch _listWatch;
    private readonly InformerOptions _options;
    private readonly IReflectorStore _store;
    private readonly IReflectorObserver _observer;
    private readonly Backoff _backoff;
    private readonly InternalErrorRetry _internalErrors;
    private bool _watchList;
    private ulong _version;
    private bool _versionUnavailable;
    private bool _serverPages;

    // Of the watch under way.
    private volatile bool _initial;
    private bool _started;
    private bool _initialAdds;
    private long _began;
    private long _seen;
    private long _opened;
    private long _lastEvent;
    private volatile bool _patienceLost;

    public Reflector(IListWatch listWatch, InformerOptions options, IReflectorStore store, IReflectorObserver observer)
    {
        _listWatch = listWatch;
        _options = options;
        _store = store;
        _observer = observer;
        _backoff = new(options.Time, options.Random);
        _internalErrors = new(options.RetryInternalErrorsFor, options.Time);
        _watchList = options.WatchList;
    }

    private enum Next
    {
        WatchAgain,
        BackOffAndWatch,
        Relist,
    }

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var (why, retryAfter) = await ListAndWatchAsync(cancellationToken);
            if (!cancellationToken.IsCancellationRequested) await BackOffAsync(why, retryAfter, cancellationToken);
        }
    }

    /// <inheritdoc/>
    void IObjectConsumer.OnObject(ObservedObject observed) => _store.Gather(observed);

    /// <inheritdoc/>
    void IEventConsumer.OnOpened(long opened)
    {
        // Until then it is the request that waits, which has a time-out of its own.
        Volatile.Write(ref _lastEvent, _options.Time.GetTimestamp());
        Volatile.Write(ref _opened, opened);
        if (!_initial) Started();
    }

    /// <inheritdoc/>
    void IEventConsumer.OnEvent(ObservedEvent observed)
    {
        _seen++;
        if (_initial)
        {
            Volatile.Write(ref _lastEvent, _options.Time.GetTimestamp());
            Gather(observed);
            return;
        }

        _observer.OnEvent(observed);
        if (observed.Kind != ObservedEventKind.Bookmark) _store.Apply(observed);

        // Objects that a watch from nowhere begins with come in no order: their versions say nothing about how far it has come.
        if (_initialAdds && observed.Kind == ObservedEventKind.Added) return;
        _initialAdds = false;
        _version = observed.Subject.ResourceVersion;
    }

    /// <inheritdoc/>
    void IEventConsumer.OnPause() => _store.Pause();

    /// <summary>Returns when everything must be listed anew: why, and how long the server asks to wait.</summary>
    private async Task<(string Why, TimeSpan? RetryAfter)> ListAndWatchAsync(CancellationToken cancellationToken)
    {
        (WatchQuery, WatchResult)? ended = null;
        if (_watchList) ended = await WatchListAsync(cancellationToken);
        if (cancellationToken.IsCancellationRequested) return default;
        if (ended is null && await ListAsync(cancellationToken) is { } fault) return fault;
        return await WatchAsync(ended, cancellationToken);
    }

    /// <summary>Everything as a stream, then events on the same one; returns when it has ended, or null when a list is to be tried instead.</summary>
    private async Task<(WatchQuery Query, WatchResult Result)?> WatchListAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            _store.BeginReplace();
            var query = new WatchQuery { ResourceVersion = _versionUnavailable ? "" : Text(_version), SendInitialEvents = true, Timeout = DrawTimeout() };
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            WatchResult result;
            await using (_options.Time.CreateTimer(_ => Impatient(patience), null, _options.InitialEventsPatience, _options.InitialEventsPatience))
            {
                result = await OpenAsync(query, initial: true, patience.Token);
            }

            if (_started) return (query, result);
            _observer.OnWatchEnded(query, result, _version, started: false);
            if (cancellationToken.IsCancellationRequested) return null;
            if (_patienceLost)
            {
                _watchList = false;
                return null;
            }

            if (IsRetriable(result))
            {
                await BackOffAsync(Describe(result), result.RetryAfter, cancellationToken);
            }
            else if (IsExpired(result.Status) || IsTooLarge(result.Status))
            {
                if (_versionUnavailable) await BackOffAsync(Describe(result), null, cancellationToken);
                _versionUnavailable = true;
            }
            else if (!EndedLikeNormal(result) || IsShort())
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>Reads everything as pages; says why it failed, or null.</summary>
    private async Task<(string Why, TimeSpan? RetryAfter)?> ListAsync(CancellationToken cancellationToken)
    {
        var version = _versionUnavailable ? "" : _version == 0 ? "0" : Text(_version);

        // Only a list without a limit is answered from the watch cache; at "0" the cache ignores the limit. What is listed at "" instead goes by the same limit.
        int? limit = _options.PageSize ?? (_serverPages || version is "" or "0" ? InformerOptions.DefaultPageSize : null);
        var (result, resourceVersion, paged) = await PagesAsync(version, limit, cancellationToken);
        if (IsExpired(result.Status) || IsTooLarge(result.Status))
        {
            _versionUnavailable = true;
            (result, resourceVersion, paged) = await PagesAsync("", limit, cancellationToken);
        }

        if (!result.Succeeded) return ($"list: {result.Message ?? result.Reason ?? result.End.ToString()}", result.RetryAfter);
        if (version == "0" && paged) _serverPages = true;
        _versionUnavailable = false;
        Replaced(resourceVersion, result.Ended);
        return null;
    }

    private async Task<(ListResult Result, ulong ResourceVersion, bool Paged)> PagesAsync(string version, int? limit, CancellationToken cancellationToken)
    {
        _store.BeginReplace();
        var query = new ListQuery { ResourceVersion = version, Limit = limit };
        var result = await PageAsync(query, cancellationToken);
        var resourceVersion = result.ResourceVersion;
        var paged = false;
        while (result is { Succeeded: true, Continue: { } next })
        {
            paged = true;
            result = await PageAsync(new() { Limit = limit, Continue = next }, cancellationToken);
            if (!IsExpired(result.Status)) continue;

            // The snapshot that the pages were of is gone: everything at once.
            _store.BeginReplace();
            result = await PageAsync(new() { ResourceVersion = version }, cancellationToken);
            return (result, result.ResourceVersion, true);
        }

        return (result, resourceVersion, paged);
    }

    private async Task<ListResult> PageAsync(ListQuery query, CancellationToken cancellationToken)
    {
        var result = await _listWatch.ListAsync(query, this, cancellationToken);
        _observer.OnListed(query, result);
        return result;
    }

    /// <summary>Watches again and again from what was last seen; says why everything must be listed anew.</summary>
    private async Task<(string Why, TimeSpan? RetryAfter)> WatchAsync((WatchQuery Query, WatchResult Result)? ended, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var query = ended?.Query ?? new() { ResourceVersion = Text(_version), Timeout = DrawTimeout() };
            var result = ended?.Result ?? await OpenAsync(query, initial: false, cancellationToken);
            ended = null;
            _observer.OnWatchEnded(query, result, _version, _started);
            if (cancellationToken.IsCancellationRequested) break;
            switch (Judge(result))
            {
                case Next.Relist:
                    return (Describe(result), result.RetryAfter);
                case Next.BackOffAndWatch:
                    await BackOffAsync(Describe(result), result.RetryAfter, cancellationToken);
                    break;
            }
        }

        return default;
    }

    private Next Judge(WatchResult result)
    {
        if (IsRetriable(result)) return Next.BackOffAndWatch;
        if (EndedLikeNormal(result)) return IsShort() ? Next.Relist : Next.WatchAgain;
        return result.End == StreamEnd.ErrorEvent && result.Status?.Code == 500 && _internalErrors.ShouldRetry() ? Next.WatchAgain : Next.Relist;
    }

    private async Task<WatchResult> OpenAsync(WatchQuery query, bool initial, CancellationToken cancellationToken)
    {
        _initial = initial;
        _started = false;
        Volatile.Write(ref _opened, 0);
        (_began, _seen) = (_options.Time.GetTimestamp(), 0);
        _initialAdds = !initial && query.ResourceVersion is "" or "0";
        return await _listWatch.WatchAsync(query, this, cancellationToken);
    }

    private void Gather(ObservedEvent observed)
    {
        switch (observed.Kind)
        {
            case ObservedEventKind.Deleted:
                _store.Forget(observed.Subject);
                break;
            case ObservedEventKind.Bookmark:
                if (!observed.Subject.InitialEventsEnd) break;
                _initial = false;
                _versionUnavailable = false;

                // From here on it is a watch as any other, also for whether it was a short one.
                (_began, _seen) = (_options.Time.GetTimestamp(), 0);
                Replaced(observed.Subject.ResourceVersion, observed.Received);
                Started();
                break;
            default:
                _store.Gather(observed.Subject);
                break;
        }
    }

    private void Replaced(ulong resourceVersion, long received)
    {
        var objects = _store.Replace(received);
        _version = resourceVersion;
        _observer.OnReplaced(resourceVersion, objects);
    }

    private void Started()
    {
        _started = true;
        _observer.OnWatchStarted(_version, _opened);
    }

    /// <summary>A server that does not know sendInitialEvents watches, and never says that the initial events are over.</summary>
    private void Impatient(CancellationTokenSource stream)
    {
        if (!_initial || Volatile.Read(ref _opened) == 0 || _patienceLost || _options.Time.GetElapsedTime(Volatile.Read(ref _lastEvent)) < _options.InitialEventsPatience) return;
        _patienceLost = true;
        _observer.OnWarning(string.Create(
            CultureInfo.InvariantCulture,
            $"The server accepted a WatchList and never sent the bookmark that ends it, for {_options.InitialEventsPatience.TotalSeconds:0.#} s: it does not know sendInitialEvents. Lists are used instead."));
        stream.Cancel();
    }

    private async Task BackOffAsync(string why, TimeSpan? atLeast, CancellationToken cancellationToken)
    {
        var wait = _backoff.Next();
        if (atLeast > wait) wait = atLeast.Value;
        _observer.OnBackingOff(wait, why);
        try
        {
            await Task.Delay(wait, _options.Time, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Whoever waits looks at the token.
        }
    }

    private TimeSpan DrawTimeout() => _options.MinWatchTimeout * (1 + _options.Random.NextDouble());

    private bool IsShort() => _seen == 0 && _options.Time.GetElapsedTime(_began) < ShortWatch;

    /// <summary>A server that is not there, or asks for patience: nothing was missed, so that nothing need be listed.</summary>
    private static bool IsRetriable(WatchResult result) =>
        result.Status?.Code == 429 || (result.End == StreamEnd.NotOpened && result.Reason == Records.Reasons.ConnectionRefused);

    /// <summary>As client-go sees it a connection that breaks, or is silent, ends a watch as the server's own end does.</summary>
    private static bool EndedLikeNormal(WatchResult result) => result.End switch
    {
        StreamEnd.Complete or StreamEnd.Cut or StreamEnd.Reset or StreamEnd.Stalled or StreamEnd.Stopped => true,
        StreamEnd.NotOpened => result.Reason is Records.Reasons.Timeout or Records.Reasons.ConnectionReset or Records.Reasons.StreamRefused,
        _ => false,
    };

    private static bool IsExpired(ApiStatus? status) => status is { Code: 410 } or { Reason: "Expired" or "Gone" };

    private static bool IsTooLarge(ApiStatus? status) => status?.Message?.Contains("Too large resource version", StringComparison.Ordinal) == true;

    private static string Text(ulong version) => version == 0 ? "" : version.ToString(CultureInfo.InvariantCulture);

    private static string Describe(WatchResult result) => $"watch: {result.Message ?? result.Reason ?? "it ended at once, without an event"}";
}
