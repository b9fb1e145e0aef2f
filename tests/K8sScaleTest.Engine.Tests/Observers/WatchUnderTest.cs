using System.Text;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Observers.Auditing;
using K8sScaleTest.Engine.Observers.Watches;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Tests.Api;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Engine.Tests.Observers;

/// <summary>One watcher on the ConfigMaps of a local API server that misbehaves on order, and a writer beside it.</summary>
internal sealed class WatchUnderTest : IAsyncDisposable
{
    private const string Namespace = "scaletest";
    private readonly LocalApiProcess _server;
    private readonly ApiTarget _target;
    private readonly ApiClient _writer;
    private readonly WatchRowList _rows = new();
    private readonly WatchRun _run;
    private Task<WatchRunResult> _watching = null!;

    private WatchUnderTest(LocalApiProcess server, ApiTarget target, WatchOptions options)
    {
        (_server, _target) = (server, target);
        _writer = new(target, System.Net.HttpVersion.Version20, "watch-test-writer", TimeSpan.FromSeconds(30));
        _run = new(options with { Namespace = Namespace }, target, ApiResource.ConfigMaps, _rows);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public WatchRun Run => _run;

    /// <summary>Its lists, in order, once it has ended.</summary>
    public IReadOnlyList<WatchWindow> Lists => Outcomes(WatchRecordKind.List);

    /// <summary>Its watches, in order, once it has ended.</summary>
    public IReadOnlyList<WatchWindow> Windows => Outcomes(WatchRecordKind.Window);

    /// <summary>The events that it was delivered, as <c>Added before</c>, once it has ended.</summary>
    public IEnumerable<string> Events => _rows.Rows.Where(row => row.Outcome is null && row.Kind != WatchRecordKind.Bookmark).Select(row => $"{row.Kind} {row.Subject!.Name}");

    /// <summary>Starts it, and waits until it has been delivered the creation of an object.</summary>
    public static async Task<WatchUnderTest> StartAsync(WatchOptions options)
    {
        var server = await LocalApiProcess.StartAsync();
        var target = await ApiTarget.ResolveAsync(new() { Kubeconfig = server.Kubeconfig }, Cancel);
        var test = new WatchUnderTest(server, target, options);
        await NamespaceCheck.EnsureAsync(test._writer, Namespace, create: true, Cancel);
        test._watching = test._run.RunAsync();
        await test.WatchesAsync(ended: 0);
        await test.CreateAsync("before");
        await test.EventsAsync(1);
        return test;
    }

    public async Task CreateAsync(string name)
    {
        var body = Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"{{{name}}}"}}""");
        var response = await _writer.SendAsync(HttpMethod.Post, ApiResource.ConfigMaps.CollectionPath(Namespace), body, cancellationToken: Cancel);
        Assert.Equal(201, response.StatusCode);
    }

    /// <summary>Orders a fault of ConfigMaps.</summary>
    public Task OrderAsync(string fault) => _server.Control.OrderAsync($$"""{"resources":["configmaps"],{{fault}}}""", Cancel);

    /// <summary>Waits until so many watches have ended, and the next is open.</summary>
    public Task WatchesAsync(int ended) => Wait.UntilAsync(() => _run.Progress.Windows >= ended && _run.Progress.Open == 1, $"an open watch after {ended} that ended");

    public Task EventsAsync(int count) => Wait.UntilAsync(() => _run.Progress.Events >= count, $"{count} events");

    /// <summary>Ends it, and returns its audit.</summary>
    public async Task<AuditResult> EndAsync()
    {
        _run.Stop();
        return Assert.Single((await _watching).Audit);
    }

    /// <summary>How many lists the server answered or refused, after the one that proves that it may be listed.</summary>
    public async Task<int> ListsByTheServerAsync() =>
        (await _server.Control.LedgerAsync("requests?resource=configmaps", Cancel)).Count(request => request.GetProperty("verb").GetString() == "list") - 1;

    public async ValueTask DisposeAsync()
    {
        _run.Stop();
        await _watching.ContinueWith(static _ => { }, TaskScheduler.Default);
        await _run.DisposeAsync();
        _writer.Dispose();
        await _target.DisposeAsync();
        await _server.DisposeAsync();
    }

    private List<WatchWindow> Outcomes(WatchRecordKind kind) => [.. _rows.Of(kind).Select(row => row.Outcome!)];
}
