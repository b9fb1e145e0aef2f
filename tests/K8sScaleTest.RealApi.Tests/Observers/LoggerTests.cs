using System.Collections.Concurrent;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Observers;
using K8sScaleTest.Engine.Observers.Paths;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.RealApi.Tests.Drivers;

namespace K8sScaleTest.RealApi.Tests.Observers;

/// <summary>Loggers against a real API server, with a driver in the same process: what an old server does not know, and every write joined to its event.</summary>
public sealed class LoggerTests
{
    private const string Namespace = "scaletest-logger";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_does_not_know_WatchLists_refuses_one_and_is_listed()
    {
        await using var target = await ApiTarget.ResolveAsync(new() { Kubeconfig = RealApi.Kubeconfig }, Cancel);
        using var connection = ApiConnection.ForReads(target, 0);
        var listWatch = new ListWatch(target, connection, new() { Resource = ApiResource.ConfigMaps, UserAgent = "test" });
        var refused = await listWatch.WatchAsync(new() { SendInitialEvents = true, Timeout = TimeSpan.FromSeconds(5) }, new Nothing(), Cancel);
        if (refused.End != StreamEnd.Refused) Assert.Skip("This server knows WatchLists.");
        Assert.Equal((422, "Invalid"), (refused.StatusCode, refused.Reason));

        await using var logged = new Logged(target, ApiResource.ConfigMaps, "none");
        await logged.Logger.Synced.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        Assert.Equal((1L, 0L, 0L), (logged.Logger.Watch.Lists, logged.Logger.Watch.Disruptions, logged.Logger.Watch.BackOffs));
        Assert.True(logged.Logger.Progress.Objects > 0);
        Assert.Empty(logged.Said);
    }

    [Fact]
    public async Task A_resource_that_can_be_listed_but_not_watched_is_an_error_at_once()
    {
        await using var target = await ApiTarget.ResolveAsync(new() { Kubeconfig = RealApi.Kubeconfig }, Cancel);
        await using var logged = new Logged(target, new("", "v1", "componentstatuses", "ComponentStatus", false), "none");
        var error = await Assert.ThrowsAsync<ApiException>(() => logged.Logging);
        Assert.Equal((405, "MethodNotAllowed"), (error.StatusCode, error.Reason));
    }

    [Fact]
    public async Task A_list_comes_in_pages_and_expires_as_the_server_says()
    {
        await using var target = await ApiTarget.ResolveAsync(new() { Kubeconfig = RealApi.Kubeconfig }, Cancel);
        using var connection = ApiConnection.ForReads(target, 0);
        var listWatch = new ListWatch(target, connection, new() { Resource = new("", "v1", "namespaces", "Namespace", false), UserAgent = "test" });
        var nothing = new Nothing();
        var whole = await listWatch.ListAsync(new(), nothing, Cancel);
        var first = await listWatch.ListAsync(new() { Limit = 1 }, nothing, Cancel);
        Assert.Equal((StreamEnd.Complete, 1L), (first.End, first.Objects));
        Assert.True(whole.Objects > 1 && first.Continue is not null && first.ResourceVersion > 0);
        var rest = await listWatch.ListAsync(new() { Continue = first.Continue, Limit = 500 }, nothing, Cancel);
        Assert.Equal((StreamEnd.Complete, first.ResourceVersion), (rest.End, rest.ResourceVersion));
        var future = await listWatch.ListAsync(new() { ResourceVersion = "999999999" }, nothing, Cancel);
        Assert.Equal(StreamEnd.Refused, future.End);
        Assert.Contains("Too large resource version", future.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_write_of_a_configmap_is_joined_to_its_event()
    {
        await using var target = await ApiTarget.ResolveAsync(new() { Kubeconfig = RealApi.Kubeconfig }, Cancel);
        await WholePathAsync(target, ApiResource.ConfigMaps);
    }

    [Fact]
    public async Task Every_write_of_a_flunder_is_joined_to_its_event_through_the_aggregator_and_straight()
    {
        await using var target = await ApiTarget.ResolveAsync(new() { Kubeconfig = RealApi.Kubeconfig }, Cancel);
        using var client = new ApiClient(target, System.Net.HttpVersion.Version20, "test", TimeSpan.FromSeconds(30));
        var flunders = await ApiDiscovery.FindAsync(client, "flunders", ApiDiscovery.FlunderGroups, null, Cancel);
        await using var straight = await ApiTarget.ResolveAsync(new() { Kubeconfig = RealApi.Beside("kubeconfig-wardle-direct") }, Cancel);
        await WholePathAsync(target, flunders, straight);
    }

    private static async Task WholePathAsync(ApiTarget target, ApiResource resource, ApiTarget? straight = null)
    {
        var options = new DriverOptions
        {
            RunId = DrivenRun.NewRunId("logger"),
            Namespace = Namespace,
            CreateNamespace = true,
            Rate = 20,
            Count = 100,
            MaxPopulation = 20,
            Updates = 1,
            DataLength = 200,
            Seed = 1,
        };
        using var client = new ApiClient(target, System.Net.HttpVersion.Version20, "test", TimeSpan.FromSeconds(30));
        await NamespaceCheck.EnsureAsync(client, Namespace, create: true, Cancel);
        await using var logged = new Logged(target, resource, options.RunId);
        await using var direct = straight is null ? null : new Logged(straight, resource, options.RunId);
        List<Logged> all = direct is null ? [logged] : [logged, direct];
        foreach (var each in all) await each.UntilAsync(run => run.Watch.State == "watching");
        var identity = new ObjectIdentity(options.RunId, 0, options.Namespace, options.NameDigits);
        var template = resource == ApiResource.ConfigMaps ? ObjectTemplate.ConfigMap(identity, options.DataLength) : ObjectTemplate.Flunder(resource, identity, options.DataLength);
        await using (var driver = new DriverRun(options, target, template, identity, new Fork(all))) await driver.RunAsync();
        foreach (var each in all)
        {
            await each.UntilAsync(_ => each.Notifications.Count(row => row.Event == NotifiedEvent.Deleted) >= 100);
            var paths = await each.EndAsync();
            Assert.Equal((300, 300, 0, 0), (paths.Writes, paths.Joined, paths.Unjoined, paths.Unaccounted));
            Assert.All(each.Paths, path => Assert.True(path.Write.Launched < path.Notification.Received));
            Assert.All(each.Notifications.Where(row => row.Event != NotifiedEvent.Deleted), row => Assert.True(row.WrittenUnixMicroseconds > 0));
        }
    }

    private sealed class Nothing : IObjectConsumer, IEventConsumer
    {
        public void OnObject(ObservedObject observed)
        {
        }

        public void OnOpened(long opened)
        {
        }

        public void OnEvent(ObservedEvent observed)
        {
        }

        public void OnPause()
        {
        }
    }

    /// <summary>Hands a driver's records to several joins.</summary>
    private sealed class Fork(IReadOnlyList<Logged> all) : IRecordConsumer<OperationRow>
    {
        public void Take(in OperationRow row)
        {
            foreach (var each in all) each.Join.Add(row);
        }

        public void Pause()
        {
        }
    }

    /// <summary>A logger under way, and its join.</summary>
    private sealed class Logged : IRecordConsumer<NotificationRow>, IAsyncDisposable
    {
        public Logged(ApiTarget target, ApiResource resource, string runId)
        {
            Join = new(new(runId, 0, resource.QualifiedName, Namespace, new()), Paths.Enqueue);
            Logger = new(
                new() { RunId = "logger", Resource = resource, Namespace = runId == "none" ? null : Namespace, Program = "logger-test", PerEvent = true, LabelSelector = runId == "none" ? null : RunIdentity.SelectorOf(runId) },
                target, this, Said.Enqueue);
            Logging = Logger.RunAsync();
        }

        public Task<LoggerResult> Logging { get; }

        public LoggerRun Logger { get; }

        public PathJoin Join { get; }

        public ConcurrentQueue<PathRow> Paths { get; } = new();

        public ConcurrentQueue<NotificationRow> Notifications { get; } = new();

        public ConcurrentQueue<string> Said { get; } = new();

        public async Task UntilAsync(Func<LoggerRun, bool> condition)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            limit.CancelAfter(TimeSpan.FromSeconds(60));
            while (!condition(Logger)) await Task.Delay(20, limit.Token);
        }

        public async Task<PathResult> EndAsync()
        {
            Logger.Stop();
            await Logging;
            return Join.Complete();
        }

        public void Take(in NotificationRow row)
        {
            Notifications.Enqueue(row);
            Join.Add(row);
        }

        public void Pause()
        {
        }

        public async ValueTask DisposeAsync()
        {
            Logger.Stop();
            await Logging.ContinueWith(static _ => { }, TaskScheduler.Default);
            await Logger.DisposeAsync();
        }
    }
}
