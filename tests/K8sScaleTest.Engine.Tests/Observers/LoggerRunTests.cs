using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Observers;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Tests.Api;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Engine.Tests.Observers;

/// <summary>A driver and a logger on a local API server, without faults and with them: nothing here depends on how fast the machine is.</summary>
public sealed class LoggerRunTests
{
    private static readonly DriverOptions Options = new() { RunId = "p1", Namespace = "scaletest", Rate = 150, Count = 300, MaxPopulation = 30, Updates = 1, DataLength = 100, Seed = 7, CreateNamespace = true };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_write_is_joined_to_its_event_on_one_clock(bool watchList)
    {
        await using var server = await LocalApiProcess.StartAsync();
        await using var run = await LoggedRun.StartAsync(server, Options, watchList);
        await run.DriveAsync();
        var (logger, paths) = await run.EndAsync(() => run.Notifications.Count >= 900);
        Assert.Equal((900, 900, 0, 0, 0), (paths.Writes, paths.Joined, paths.Unjoined, paths.Unknown, paths.Unaccounted));
        Assert.All(run.Paths, path =>
        {
            Assert.True(path.Certain);
            Assert.True(path.Write.Launched < path.Notification.Received, "an event before its write was launched");
            Assert.True(path.Notification.Received <= path.Notification.Handled && path.Notification.Handled <= path.Notification.Dequeued);
        });
        Assert.Equal([300L, 300L, 300L], paths.Statistics.Select(each => each.Joined));
        Assert.Equal((1L, 1L, 0L), (logger.Watch.Lists, logger.Watch.Watches, logger.Watch.Disruptions));
        Assert.Equal((900L, 300L, 300L), (logger.Counts.Events, logger.Counts.CreateLatency.Count, logger.Counts.UpdateLatency.Count));
        Assert.Equal((300L, 300L), (logger.Counts.CreateHandledLatency.Count, logger.Counts.UpdateHandledLatency.Count));
        Assert.Empty(run.Said);
    }

    [Theory]
    [InlineData("""{"action":"CutWatch","cut":"End","skip":100,"count":1,"resources":["configmaps"]}""", false)]
    [InlineData("""{"action":"CutWatch","cut":"Reset","skip":100,"count":1,"resources":["configmaps"]}""", true)]
    [InlineData("""{"action":"CutWatch","cut":"MidLine","skip":100,"count":1,"resources":["configmaps"]}""", true)]
    [InlineData("""{"action":"StallWatch","stallMilliseconds":500,"skip":100,"count":1,"resources":["configmaps"]}""", false)]
    [InlineData("""{"action":"SlowWatch","eventsPerSecond":400,"forMilliseconds":2000,"resources":["configmaps"]}""", false)]
    public async Task What_a_watch_survives_costs_no_event(string fault, bool disrupts)
    {
        var (logger, paths, run) = await DisturbedAsync(fault);
        Assert.Equal((900, 900, 0), (paths.Writes, paths.Joined, paths.Unaccounted));
        Assert.Equal((1L, disrupts), (logger.Watch.Lists, logger.Watch.Disruptions > 0));
        Assert.Equal(disrupts, run.Said.Any(text => text.StartsWith("A watch ended", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""{"action":"CutWatch","cut":"Reset","skip":100,"count":1,"resources":["configmaps"]}""", """{"action":"Status","statusCode":429,"verbs":["watch"],"resources":["configmaps"],"count":2}""")]
    [InlineData("""{"action":"CutWatch","cut":"Reset","skip":100,"count":1,"resources":["configmaps"]}""", """{"action":"RefuseStream","verbs":["watch"],"resources":["configmaps"],"count":1}""")]
    public async Task A_server_that_refuses_a_watch_for_now_costs_no_event(string cut, string refuse)
    {
        var (logger, paths, _) = await DisturbedAsync(refuse, cut);
        Assert.Equal((900, 900, 0), (paths.Writes, paths.Joined, paths.Unaccounted));
        Assert.True(logger.Watch.Disruptions >= 1);
    }

    [Fact]
    public async Task An_expired_watch_leads_to_a_new_list_which_tells_what_happened_meanwhile()
    {
        var (logger, paths, run) = await DisturbedAsync("""{"action":"ErrorEvent","skip":100,"count":1,"resources":["configmaps"]}""");
        Assert.True(logger.Watch is { Lists: 2, BackOffs: 1 });

        // What was created and deleted while nobody watched was never told, and what changed twice was told once.
        Assert.True(paths.Joined + paths.Unjoined == 900 && paths.Joined > 0);
        Assert.Contains(run.Said, text => text.StartsWith("Everything was listed again", StringComparison.Ordinal));
        Assert.All(run.Notifications.GroupBy(row => (row.Uid, row.ResourceVersion, row.Event)), each => Assert.Single(each));
    }

    [Fact]
    public async Task A_lost_event_stays_unjoined()
    {
        var (_, paths, _) = await DisturbedAsync("""{"action":"LoseEvent","scope":"All","eventTypes":["MODIFIED"],"count":3}""");
        Assert.Equal((900, 897, 3), (paths.Writes, paths.Joined, paths.Unjoined));
    }

    [Fact]
    public async Task An_event_that_comes_twice_is_told_once()
    {
        var (logger, paths, _) = await DisturbedAsync("""{"action":"DoubleEvent","scope":"All","eventTypes":["ADDED"],"count":3}""");
        Assert.Equal((900, 0, 900L), (paths.Joined, paths.Unaccounted, logger.Counts.Events));
    }

    [Theory]
    [InlineData("list")]
    [InlineData("watch")]
    public async Task What_would_fail_every_list_or_watch_ends_the_run_before_it_begins(string verb)
    {
        await using var server = await LocalApiProcess.StartAsync();
        await server.Control.OrderAsync($$"""{"action":"Status","statusCode":403,"verbs":["{{verb}}"],"resources":["configmaps"]}""", Cancel);
        await using var target = await ApiTarget.ResolveAsync(new() { Kubeconfig = server.Kubeconfig }, Cancel);
        var options = new LoggerOptions { RunId = "l1", Resource = ApiResource.ConfigMaps, Program = "logger" };
        await using var run = new LoggerRun(options, target, new Nobody(), static _ => { });
        var error = await Assert.ThrowsAsync<ApiException>(run.RunAsync);
        Assert.Equal(403, error.StatusCode);
        Assert.Equal(0, run.Progress.Counts.Events);
    }

    private static async Task<(LoggerResult Logger, Engine.Observers.Paths.PathResult Paths, LoggedRun Run)> DisturbedAsync(params string[] faults)
    {
        await using var server = await LocalApiProcess.StartAsync();
        using var control = LocalApiControl.FromKubeconfig(server.Kubeconfig);
        await using var run = await LoggedRun.StartAsync(server, Options);
        foreach (var fault in faults) await control.OrderAsync(fault, Cancel);
        await run.DriveAsync();
        await Wait.UntilAsync(() => run.Notifications.Any(row => row.Key == "scaletest/p1-300" && row.Event == NotifiedEvent.Deleted) || run.Logger.Watch.Lists > 1, "the last object's end");
        var (logger, paths) = await run.EndAsync();
        return (logger, paths, run);
    }

    private sealed class Nobody : IRecordConsumer<NotificationRow>
    {
        public void Take(in NotificationRow row)
        {
        }

        public void Pause()
        {
        }
    }
}
