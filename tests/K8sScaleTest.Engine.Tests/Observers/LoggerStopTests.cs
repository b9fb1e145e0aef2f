using System.Collections.Concurrent;
using System.Text;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Observers;
using K8sScaleTest.Engine.Observers.Auditing;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Tests.Api;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Engine.Tests.Observers;

/// <summary>Where a stop may find a logger: it ends, nothing of it is left running here or at the server, and each event that it was delivered has its record.</summary>
public sealed class LoggerStopTests : IAsyncLifetime, IRecordConsumer<NotificationRow>
{
    private const string Namespace = "scaletest";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly ConcurrentQueue<NotificationRow> _rows = new();
    private readonly ManualResetEventSlim _takes = new(initialState: true);
    private readonly WatchAudit _audit = new();
    private LocalApiProcess _server = null!;
    private ApiTarget _target = null!;
    private ApiClient _writer = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await LocalApiProcess.StartAsync();
        _target = await ApiTarget.ResolveAsync(new() { Kubeconfig = _server.Kubeconfig }, Cancel);
        _writer = new(_target, System.Net.HttpVersion.Version20, "logger-test-writer", TimeSpan.FromSeconds(30));
        await NamespaceCheck.EnsureAsync(_writer, Namespace, create: true, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _writer.Dispose();
        await _target.DisposeAsync();
        await _server.DisposeAsync();
        _takes.Dispose();
    }

    [Fact]
    public async Task After_its_end_a_stop_does_nothing()
    {
        var run = NewRun();
        var logging = run.RunAsync();
        await run.Synced.WaitAsync(Limit, Cancel);
        run.Stop();
        var result = await logging;
        run.Stop();
        await run.DisposeAsync();
        run.Stop();
        Assert.True(result.Stopped);
        await AssertNothingIsLeftAsync(run, events: 0);
    }

    [Fact]
    public async Task Before_its_beginning_it_asks_the_server_for_nothing()
    {
        await using var run = NewRun();
        run.Stop();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(run.RunAsync);
        Assert.DoesNotContain(await _server.Control.LedgerAsync("requests?resource=configmaps", Cancel), request => request.GetProperty("userAgent").GetString()!.StartsWith("logger", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task In_the_first_list_or_stream(bool watchList)
    {
        await CreateAsync(3, Cancel);
        await using var run = NewRun(watchList);
        await run.PrepareAsync();
        var fault = await _server.Control.OrderAsync($$"""{"action":"NoAnswer","verbs":["{{(watchList ? "watch" : "list")}}"],"resources":["configmaps"]}""", Cancel);
        var logging = run.RunAsync();
        await AppliedAsync(fault);
        run.Stop();
        var result = await logging.WaitAsync(Limit, Cancel);
        Assert.True(result.Stopped);
        Assert.False(run.Synced.IsCompleted);
        await AssertNothingIsLeftAsync(run, events: 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task When_it_has_synced_and_its_records_wait(bool watchList)
    {
        await CreateAsync(40, Cancel);
        _takes.Reset();
        await using var run = NewRun(watchList);
        var logging = run.RunAsync();
        await Wait.UntilAsync(() => run.Synced.IsCompleted && run.Watch.Watches == 1 && !_rows.IsEmpty, "all that was there, and the first of its records");
        run.Stop();
        await AssertDrainsAsync(run, logging);
        Assert.True((await logging).Stopped);
        await AssertNothingIsLeftAsync(run, events: 40);
        Assert.All(_rows, row => Assert.True(row is { ExistedBefore: true, Operation: NotificationKind.Create }));
    }

    [Fact]
    public async Task In_a_watch_while_events_come()
    {
        await using var run = NewRun();
        var logging = run.RunAsync();
        await Wait.UntilAsync(() => run.Watch.Watches == 1, "an open watch");
        using var enough = new CancellationTokenSource();
        var writing = CreateAsync(100_000, enough.Token);
        await Wait.UntilAsync(() => _rows.Count >= 50, "some events");
        run.Stop();
        var result = await logging;
        await enough.CancelAsync();
        var created = await writing;
        Assert.True(result.Stopped);

        // All that was delivered, which is all that was written up to some moment.
        var audit = Assert.Single(_audit.Conclude());
        await AssertNothingIsLeftAsync(run, audit.Events);
        Assert.Equal(created.Take(_rows.Count), _rows.Select(row => row.Key));
        Assert.Equal(0, audit.FaultCount);
    }

    [Fact]
    public async Task In_the_drain_when_its_time_was_over()
    {
        await CreateAsync(40, Cancel);
        _takes.Reset();
        await using var run = NewRun(duration: TimeSpan.FromSeconds(3));
        var logging = run.RunAsync();
        await Wait.UntilAsync(() => !_rows.IsEmpty, "the first record");
        await WatchesHaveEndedAsync();
        run.Stop();
        run.Stop();
        await AssertDrainsAsync(run, logging);
        await AssertNothingIsLeftAsync(run, events: 40);
    }

    void IRecordConsumer<NotificationRow>.Take(in NotificationRow row)
    {
        _rows.Enqueue(row);
        _takes.Wait(CancellationToken.None);
    }

    void IRecordConsumer<NotificationRow>.Pause()
    {
    }

    /// <summary>It waits for whoever takes its records, and for nothing else.</summary>
    private async Task AssertDrainsAsync(LoggerRun run, Task<LoggerResult> logging)
    {
        await WatchesHaveEndedAsync();
        await Wait.UntilAsync(() => run.Progress is { Backlog: 0, QueueDepth: 0 }, "an empty work queue");
        Assert.False(logging.IsCompleted);
        Assert.Single(_rows);
        _takes.Set();
        await logging.WaitAsync(Limit, Cancel);
    }

    private async Task AssertNothingIsLeftAsync(LoggerRun run, long events)
    {
        Assert.Equal((0L, 0, 0, events), (run.Progress.Backlog, run.Progress.QueueDepth, run.Progress.RecordsWaiting, run.Progress.Counts.Events));
        Assert.Equal(events, _rows.Count);
        await WatchesHaveEndedAsync();
    }

    private LoggerRun NewRun(bool watchList = true, TimeSpan? duration = null)
    {
        var participant = _audit.Join("logger");
        var options = new LoggerOptions
        {
            RunId = "stop",
            Resource = ApiResource.ConfigMaps,
            Namespace = Namespace,
            Program = "logger",
            PerEvent = true,
            Duration = duration,
            Informer = new() { WatchList = watchList },
        };
        return new(options, _target, this, static _ => { }, listWatch => new AuditedListWatch(listWatch, participant));
    }

    /// <summary>Creates objects one after the other, until there are so many or it is enough; their keys.</summary>
    private async Task<List<string>> CreateAsync(int count, CancellationToken enough)
    {
        var keys = new List<string>();
        for (var i = 0; i < count && !enough.IsCancellationRequested; i++)
        {
            var body = Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"o-{{{i}}}"}}""");
            var response = await _writer.SendAsync(HttpMethod.Post, ApiResource.ConfigMaps.CollectionPath(Namespace), body, cancellationToken: Cancel);
            Assert.Equal(201, response.StatusCode);
            keys.Add($"{Namespace}/o-{i}");
        }

        return keys;
    }

    private Task AppliedAsync(int fault) => UntilAsync(async () => (await _server.Control.FaultAsync(fault, Cancel)).GetProperty("applied").GetInt32() > 0);

    private Task WatchesHaveEndedAsync() => UntilAsync(async () => (await _server.Control.LedgerAsync("watches", Cancel)).All(watch => watch.GetProperty("end").GetString() != "Open"));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(Limit);
        while (!await condition()) await Task.Delay(20, limit.Token);
    }
}
