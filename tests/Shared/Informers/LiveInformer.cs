using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Informers;

namespace K8sScaleTest.TestSupport.Informers;

/// <summary>
/// An informer on ConfigMaps (or another resource) of a live server, all that it asks for and is told, in words, and a writer beside it. Versions are <c>last</c> where they are what
/// was last seen.
/// </summary>
internal sealed class LiveInformer : IListWatch, IReflectorObserver, IInformerHandler, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly ApiTarget _target;
    private readonly ApiTarget _watched;
    private readonly ApiConnection _connection;
    private readonly ApiClient _writer;
    private readonly ListWatch _listWatch;
    private readonly string _path;
    private readonly string _test;
    private ulong _last;
    private int _events;
    private int _opened;
    private Task _run = Task.CompletedTask;

    /// <param name="target">The server to write to.</param>
    /// <param name="watched">The same server, by another way where the informer is to have one of its own.</param>
    /// <param name="space">The namespace, which must exist.</param>
    /// <param name="test">Tells this test's objects from those of others.</param>
    /// <param name="silenceLimit">How long a watch may be silent.</param>
    /// <param name="resource">What is informed of; ConfigMaps unless given.</param>
    public LiveInformer(ApiTarget target, ApiTarget watched, string space, string test, TimeSpan? silenceLimit = null, ApiResource? resource = null)
    {
        resource ??= ApiResource.ConfigMaps;
        (_target, _watched, _test) = (target, watched, test);
        _connection = ApiConnection.ForReads(watched, 0);
        _writer = new(target, System.Net.HttpVersion.Version20, "informer-test-writer", TimeSpan.FromSeconds(30));
        _path = resource.CollectionPath(space);
        _listWatch = new(watched, _connection, new()
        {
            Resource = resource,
            Namespace = space,
            LabelSelector = "informer-test=" + test,
            UserAgent = "informer-test",
            Annotations = WriterTime.Annotations,
            SilenceLimit = silenceLimit,
        });
    }

    /// <summary>What was asked for.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>What the handler was told.</summary>
    public ConcurrentQueue<string> Told { get; } = new();

    /// <summary>How watches ended, and that everything was replaced.</summary>
    public ConcurrentQueue<string> Ends { get; } = new();

    public ConcurrentQueue<double> Waits { get; } = new();

    public ConcurrentQueue<string> Warnings { get; } = new();

    public ConcurrentQueue<TimeSpan> Timeouts { get; } = new();

    /// <summary>Events that came, bookmarks left out.</summary>
    public int Events => Volatile.Read(ref _events);

    /// <summary>Is waited for before each request, and gets the number of those before it.</summary>
    public Func<int, Task>? BeforeRequest { get; set; }

    /// <summary>Is called after each page of a list.</summary>
    public Func<Task>? AfterPage { get; set; }

    /// <summary>Watches that were opened; of a WatchList, once its initial events had come.</summary>
    public int Opened => Volatile.Read(ref _opened);

    /// <summary>Is called when a watch has been opened.</summary>
    public Action? AfterOpen { get; set; }

    /// <summary>Changes the version of a list before it is asked for.</summary>
    public Func<string, string> ListVersion { get; set; } = version => version;

    /// <summary>Changes the version of a watch before it is asked for.</summary>
    public Func<string, string> WatchVersion { get; set; } = version => version;

    /// <summary>Whether the bookmark that ends the initial events is kept from it, as if the server did not know sendInitialEvents.</summary>
    public bool HidesInitialEnd { get; set; }

    /// <summary>Whether the resourceVersions of lists are kept from it, so that it watches from nowhere.</summary>
    public bool HidesListVersion { get; set; }

    /// <summary>Starts it; lists first unless a test is about WatchLists.</summary>
    public void Start(bool watchList = false, Func<InformerOptions, InformerOptions>? change = null, params IInformerHandler[] more)
    {
        var options = new InformerOptions { WatchList = watchList };
        _run = new Informer(this, change is null ? options : change(options), [this, .. more], this).RunAsync(_stop.Token);
    }

    /// <summary>Waits for requests that are to come, and for no others.</summary>
    public async Task AskedAsync(params string[] requests)
    {
        await UntilAsync(() => Requests.Count >= requests.Length, () => $"{requests.Length} requests: {Said}");
        Assert.True(requests.SequenceEqual(Requests), Said);
    }

    /// <summary>Waits until so much was told, and nothing else. The order of what one list tells is the server's.</summary>
    public async Task ToldAsync(params string[] words)
    {
        await UntilAsync(() => Told.Count >= words.Length, () => $"{words.Length} events: {Said}");
        Assert.True(words.SequenceEqual(Told), Said);
    }

    /// <summary>Waits until something has happened.</summary>
    public async Task UntilAsync(Func<bool> condition, Func<string>? what = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            Assert.False(_run.IsFaulted, _run.Exception?.ToString());
            if (limit.IsCancellationRequested) Assert.Fail("Waited in vain: " + (what?.Invoke() ?? Said));
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The collection's newest resourceVersion.</summary>
    public async Task<string> NewestVersionAsync()
    {
        using var list = await _writer.GetAsync(_path + "?limit=1", TestContext.Current.CancellationToken);
        return list.RootElement.GetProperty("metadata").GetProperty("resourceVersion").GetString()!;
    }

    public Task CreateAsync(string name) => WriteAsync(
        HttpMethod.Post, "", $$$$"""{"metadata":{"name":"{{{{_test}}}}-{{{{name}}}}","labels":{"informer-test":"{{{{_test}}}}","value":"0"}}}""");

    public Task UpdateAsync(string name, string value) =>
        WriteAsync(HttpMethod.Patch, $"/{_test}-{name}", $$$$"""{"metadata":{"labels":{"value":"{{{{value}}}}"}}}""", "application/merge-patch+json");

    public Task DeleteAsync(string name) => WriteAsync(HttpMethod.Delete, $"/{_test}-{name}", "{}");

    /// <summary>All that happened, for a failed test's message.</summary>
    public string Said => $"asked: {string.Join("; ", Requests)} / told: {string.Join("; ", Told)} / {string.Join("; ", Ends)} / waited: {string.Join("; ", Waits)} / {string.Join("; ", Warnings)}";

    public async Task<ListResult> ListAsync(ListQuery query, IObjectConsumer consumer, CancellationToken cancellationToken)
    {
        if (BeforeRequest is { } before) await before(Requests.Count).WaitAsync(cancellationToken);
        var changed = query.Continue is null ? query with { ResourceVersion = ListVersion(query.ResourceVersion) } : query;
        Requests.Enqueue($"list {(query.Continue is null ? Version(query.ResourceVersion) : "continue")}{(query.Limit is { } limit ? $" limit {limit}" : "")}");
        var result = await _listWatch.ListAsync(changed, consumer, cancellationToken);
        if (AfterPage is { } after) await after();
        return HidesListVersion ? result with { ResourceVersion = 0 } : result;
    }

    public async Task<WatchResult> WatchAsync(WatchQuery query, IEventConsumer consumer, CancellationToken cancellationToken)
    {
        if (BeforeRequest is { } before) await before(Requests.Count).WaitAsync(cancellationToken);
        Requests.Enqueue($"{(query.SendInitialEvents ? "watchlist" : "watch")} {Version(query.ResourceVersion)}");
        Timeouts.Enqueue(query.Timeout);
        return await _listWatch.WatchAsync(query with { ResourceVersion = WatchVersion(query.ResourceVersion) }, HidesInitialEnd ? new WithoutInitialEnd(consumer) : consumer, cancellationToken);
    }

    void IReflectorObserver.OnListed(ListQuery query, ListResult result)
    {
        if (!result.Succeeded) Ends.Enqueue($"list {result.StatusCode} {result.Reason}");
    }

    void IReflectorObserver.OnReplaced(ulong resourceVersion, int objects)
    {
        Volatile.Write(ref _last, resourceVersion);
        Ends.Enqueue($"replaced {objects}");
    }

    void IReflectorObserver.OnWatchStarted(ulong resourceVersion, long opened)
    {
        Interlocked.Increment(ref _opened);
        AfterOpen?.Invoke();
    }

    void IReflectorObserver.OnEvent(ObservedEvent observed)
    {
        Volatile.Write(ref _last, observed.Subject.ResourceVersion);
        if (observed.Kind != ObservedEventKind.Bookmark) Interlocked.Increment(ref _events);
    }

    void IReflectorObserver.OnWatchEnded(WatchQuery query, WatchResult result, ulong resourceVersion, bool started) =>
        Ends.Enqueue($"{result.End}{(result.Status is { } status ? $" {status.Code}" : "")}");

    void IReflectorObserver.OnBackingOff(TimeSpan wait, string why) => Waits.Enqueue(wait.TotalSeconds);

    void IReflectorObserver.OnWarning(string message) => Warnings.Enqueue(message);

    void IInformerHandler.OnEvent(in InformerEvent informed) => Told.Enqueue(informed.Kind switch
    {
        InformerEventKind.Synced => "synced",
        InformerEventKind.Added => $"add {Name(informed)}{(informed.InitialList ? " initial" : informed.FromList ? " from list" : "")}",
        InformerEventKind.Updated => $"update {Name(informed)}{(informed.FromList ? " from list" : "")}",
        _ => $"delete {Name(informed)}{(informed.FromList ? " last known" : "")}",
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.ContinueWith(static _ => { }, TaskScheduler.Default);
        await _writer.SendAsync(HttpMethod.Delete, _path + "?labelSelector=informer-test%3D" + _test, cancellationToken: CancellationToken.None);
        _writer.Dispose();
        _connection.Dispose();
        if (_watched != _target) await _watched.DisposeAsync();
        await _target.DisposeAsync();
        _stop.Dispose();
    }

    private sealed class WithoutInitialEnd(IEventConsumer consumer) : IEventConsumer
    {
        public void OnOpened(long opened) => consumer.OnOpened(opened);

        public void OnEvent(ObservedEvent observed)
        {
            if (!observed.Subject.InitialEventsEnd) consumer.OnEvent(observed);
        }

        public void OnPause() => consumer.OnPause();
    }

    private string Name(in InformerEvent informed) => informed.Latest!.Key[(informed.Latest.Key.IndexOf('/', StringComparison.Ordinal) + 2 + _test.Length)..];

    private string Version(string version) =>
        version.Length == 0 ? "newest" : version == "0" ? version : version == Volatile.Read(ref _last).ToString(CultureInfo.InvariantCulture) ? "last" : version;

    private async Task WriteAsync(HttpMethod method, string path, string body, string? contentType = null)
    {
        var response = await _writer.SendAsync(method, _path + path, Encoding.UTF8.GetBytes(body), contentType, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccess, $"{method} {path}: {response.StatusCode} {Encoding.UTF8.GetString(response.Body.Span)}");
    }
}
