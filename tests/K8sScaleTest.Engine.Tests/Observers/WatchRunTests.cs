using System.Diagnostics;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Metrics;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Observers.Watches;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Tests.Api;
using K8sScaleTest.Engine.Tests.Drivers;
using K8sScaleTest.Engine.Tests.Metrics;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Engine.Tests.Observers;

/// <summary>Whole runs of watchers on a local API server: nothing here depends on how fast the machine is.</summary>
public sealed class WatchRunTests
{
    private static readonly WatchOptions Options = new() { RunId = "w1", Namespace = "scaletest", Seed = 1 };

    [Fact]
    public async Task A_stop_after_the_end_does_nothing()
    {
        await using var server = await LocalApiProcess.StartAsync();
        await using var target = await TargetAsync(server);
        var run = new WatchRun(Options, target, ApiResource.ConfigMaps, new WatchRowList());
        var watching = run.RunAsync();
        await Wait.UntilAsync(() => run.Progress.Open == 1, "an open watch");
        run.Stop();
        await watching;
        await run.DisposeAsync();
        run.Stop();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task How_long_a_watch_was_told_nothing_before_its_end_is_known(bool watchList)
    {
        var silence = TimeSpan.FromMilliseconds(300);
        var began = RunClock.Now;
        await using var server = await LocalApiProcess.StartAsync();
        await using var target = await TargetAsync(server);
        await using var run = new WatchRun(Options with { WatchList = watchList }, target, ApiResource.ConfigMaps, new WatchRowList());
        var watching = run.RunAsync();
        await Wait.UntilAsync(() => run.Progress is { Open: 1, Lists: 1 }, "an open watch after its list");
        await Task.Delay(silence, TestContext.Current.CancellationToken);
        run.Stop();

        Assert.InRange(Assert.Single((await watching).Audit).Silence, silence, Stopwatch.GetElapsedTime(began));
    }

    [Fact]
    public async Task Every_watcher_is_delivered_every_event_of_a_driver_and_the_audit_is_clean()
    {
        await using var server = await LocalApiProcess.StartAsync();
        await using var target = await TargetAsync(server);
        var rows = new WatchRowList();
        await using var run = new WatchRun(Options with { Watchers = 5 }, target, ApiResource.ConfigMaps, rows);
        var watching = run.RunAsync();
        await Wait.UntilAsync(() => run.Progress.Open == 5, "five open watches");

        var driven = await DriveAsync(target, "d1", 60, updates: 1);
        await Wait.UntilAsync(() => run.Progress.Events == 5 * 180, "180 events for each of five watchers");
        run.Stop();
        var result = await watching;

        Assert.True(result.Stopped);
        Assert.All(result.Audit, each => Assert.Equal((0L, 180L, 0), (each.FaultCount, each.Events, each.Gaps.Count)));
        foreach (var watcher in rows.Rows.Where(row => row.Outcome is null && row.Kind != WatchRecordKind.Bookmark).GroupBy(row => row.Watcher))
        {
            Assert.Equal(
                driven.Rows.Where(row => row.Phase != Phase.WarmUp && row.Operation != OperationKind.Delete).Select(row => (row.Name, row.ResourceVersion!)).Order(),
                watcher.Where(row => row.Kind != WatchRecordKind.Deleted).Select(row => (row.Subject!.Name, row.ResourceVersion.ToString(System.Globalization.CultureInfo.InvariantCulture))).Order());
            Assert.Equal(60, watcher.Count(row => row.Kind == WatchRecordKind.Deleted));
            Assert.Equal(watcher.OrderBy(row => row.ResourceVersion).Select(row => row.ResourceVersion), watcher.Select(row => row.ResourceVersion));
        }

        Assert.All(rows.Of(WatchRecordKind.Added), row => Assert.True(row.WrittenUnixMicroseconds > 0 && row.Opened > 0 && row.Received >= row.Opened));
        Assert.All(rows.Of(WatchRecordKind.Window), row => Assert.Equal(("Stopped", 180L), (row.Outcome!.End, row.Outcome.Events)));
        Assert.Equal(5, rows.Of(WatchRecordKind.List).Count());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_watch_ends_by_its_timeout_and_the_next_begins_after_a_list_or_where_the_last_one_was(bool resume)
    {
        await using var server = await LocalApiProcess.StartAsync();
        await using var target = await TargetAsync(server);
        var rows = new WatchRowList();
        await using var run = new WatchRun(Options with { MinTimeoutSeconds = 1, MaxTimeoutSeconds = 2, Resume = resume }, target, ApiResource.ConfigMaps, rows);
        var watching = run.RunAsync();
        await Wait.UntilAsync(() => run.Progress.Open == 1, "an open watch");

        // For as long as it takes until three watches have ended by themselves.
        for (var i = 0; run.Progress.Windows < 3; i++) await DriveAsync(target, $"d{i}", 20, updates: 1);
        run.Stop();
        var result = Assert.Single((await watching).Audit);

        var windows = rows.Of(WatchRecordKind.Window).ToList();
        Assert.All(windows.SkipLast(1), row => Assert.Equal(("Complete", 200), (row.Outcome!.End, row.Outcome.StatusCode)));
        Assert.All(windows, row => Assert.InRange(row.Outcome!.TimeoutSeconds, 1, 2));
        Assert.Equal(resume ? 1 : windows.Count, result.Lists);
        Assert.Equal(0, result.FaultCount);
        if (resume)
        {
            Assert.Empty(result.Gaps);
            for (var i = 1; i < windows.Count; i++) Assert.Equal(Math.Max(windows[i - 1].ResourceVersion, windows[i - 1].Outcome!.From), windows[i].Outcome!.From);
        }
    }

    [Fact]
    public async Task A_WatchList_stands_for_the_list()
    {
        await using var server = await LocalApiProcess.StartAsync();
        await using var target = await TargetAsync(server);
        await DriveAsync(target, "left", 7, updates: 0, leave: true);
        var rows = new WatchRowList();
        await using var run = new WatchRun(Options with { WatchList = true }, target, ApiResource.ConfigMaps, rows);
        var watching = run.RunAsync();
        await Wait.UntilAsync(() => run.Progress.Lists == 1, "the initial events");
        await DriveAsync(target, "d1", 5, updates: 0);
        await Wait.UntilAsync(() => run.Progress.Events == 10, "ten events");
        run.Stop();
        var audit = Assert.Single((await watching).Audit);

        Assert.Empty(rows.Of(WatchRecordKind.List));
        Assert.Equal((7L, "Complete"), (rows.Of(WatchRecordKind.WatchList).Single().Outcome!.Events, rows.Of(WatchRecordKind.WatchList).Single().Outcome!.End));
        Assert.Equal(5, rows.Of(WatchRecordKind.Added).Count());
        Assert.Equal((0L, 10L, 1), (audit.FaultCount, audit.Events, audit.Lists));
    }

    [Fact]
    public async Task A_slow_reader_takes_its_time_over_a_connection_of_its_own_and_still_gets_everything()
    {
        await using var server = await LocalApiProcess.StartAsync();
        await using var target = await TargetAsync(server);
        var rows = new WatchRowList();
        var options = Options with { Watchers = 2, ReadRate = 400, HttpVersion = System.Net.HttpVersion.Version11 };
        await using var run = new WatchRun(options, target, ApiResource.ConfigMaps, rows);
        var watching = run.RunAsync();
        await Wait.UntilAsync(() => run.Progress.Open == 2, "two open watches");
        await DriveAsync(target, "d1", 200, updates: 0);
        await Wait.UntilAsync(() => run.Progress.Events == 800, "all events");
        run.Stop();
        var result = await watching;

        Assert.Equal([0, 1], rows.Rows.Select(row => row.Connection).Distinct().Order());
        Assert.All(result.Audit, each => Assert.Equal((0L, 400L), (each.FaultCount, each.Events)));
        foreach (var watcher in rows.Rows.Where(row => row.Outcome is null).GroupBy(row => row.Watcher))
        {
            // 400 events at 400 a second at most: one read's worth comes before the first wait.
            var received = watcher.Select(row => row.Received).ToList();
            Assert.True(RunClock.ToMilliseconds(received[^1] - received[0]) > 700, "it read faster than it was to");
        }
    }

    [Fact]
    public async Task What_would_fail_every_watcher_ends_the_run_before_it_begins()
    {
        await using var server = await LocalApiProcess.StartAsync();
        await using var target = await TargetAsync(server);
        var rows = new WatchRowList();
        await using var run = new WatchRun(Options with { LabelSelector = "!!" }, target, ApiResource.ConfigMaps, rows);

        var error = await Assert.ThrowsAsync<ApiException>(run.RunAsync);

        Assert.Equal(400, error.StatusCode);
        Assert.Empty(rows.Rows);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_goes_wrong_later_is_recorded_and_survived_unless_the_run_is_to_end_with_it(bool stopOnError)
    {
        var first = await LocalApiProcess.StartAsync();
        await using var target = await TargetAsync(first);
        var rows = new WatchRowList();
        await using var run = new WatchRun(Options with { StopOnError = stopOnError }, target, ApiResource.ConfigMaps, rows);
        var watching = run.RunAsync();
        await Wait.UntilAsync(() => run.Progress.Open == 1, "an open watch");
        await first.DisposeAsync();

        if (stopOnError)
        {
            var error = await Assert.ThrowsAsync<WatchFailedException>(() => watching);
            Assert.Contains("The watch of watcher 0", error.Message, StringComparison.Ordinal);
            return;
        }

        await Wait.UntilAsync(() => run.Progress.Errors >= 2, "the cut, and the server that is gone");
        Assert.False(watching.IsCompleted);
        run.Stop();
        await watching;
        var failed = rows.Rows.First(row => row.Kind == WatchRecordKind.Window);
        Assert.NotEqual("Complete", failed.Outcome!.End);
        Assert.True(failed.Outcome.Backoff > TimeSpan.Zero || failed.Outcome.End == "Stopped");
        Assert.Contains(rows.Of(WatchRecordKind.List), row => row.Outcome!.Reason == Reasons.ConnectionRefused);
    }

    [Fact]
    public async Task Its_metrics_count_events_lists_and_watches()
    {
        await using var server = await LocalApiProcess.StartAsync();
        await using var target = await TargetAsync(server);
        var metrics = new RunMetrics();
        await using var run = new WatchRun(Options with { Watchers = 2 }, target, ApiResource.ConfigMaps, new WatchRowList(), metrics);
        var watching = run.RunAsync();
        await Wait.UntilAsync(() => run.Progress.Open == 2, "two open watches");
        Assert.Equal(2, (await Scrape.OfAsync(metrics))["""scaletest_watch_open{resource="configmaps"}"""]);
        await DriveAsync(target, "d1", 10, updates: 0);
        await Wait.UntilAsync(() => run.Progress.Events == 40, "40 events");
        run.Stop();
        await watching;

        var scrape = await Scrape.OfAsync(metrics);
        Assert.Equal(20, scrape["""scaletest_watch_events_total{resource="configmaps",type="Added"}"""]);
        Assert.Equal(20, scrape["""scaletest_watch_events_total{resource="configmaps",type="Deleted"}"""]);
        Assert.Equal(2, scrape["""scaletest_watch_lists_total{resource="configmaps",end="Complete"}"""]);
        Assert.Equal(2, scrape["""scaletest_watch_windows_total{resource="configmaps",end="Stopped"}"""]);
        Assert.Equal(20, scrape["""scaletest_watch_latency_seconds_count{resource="configmaps"}"""]);
        Assert.Equal(0, scrape["""scaletest_watch_open{resource="configmaps"}"""]);
    }

    [Theory]
    [InlineData("Watchers", "Watchers is 0")]
    [InlineData("TimeoutSeconds", "TimeoutSeconds is 600..300")]
    [InlineData("ReadRate", "ReadRate is -1")]
    [InlineData("HttpVersion", "HTTP/1.1")]
    [InlineData("Connections", "Connections is 3")]
    [InlineData("Duration", "Duration is")]
    [InlineData("RunId", "")]
    public void Parameters_that_make_no_sense_are_refused_in_words(string parameter, string says)
    {
        var options = parameter switch
        {
            "Watchers" => Options with { Watchers = 0 },
            "TimeoutSeconds" => Options with { MinTimeoutSeconds = 600, MaxTimeoutSeconds = 300 },
            "ReadRate" => Options with { ReadRate = -1, HttpVersion = System.Net.HttpVersion.Version11 },
            "HttpVersion" => Options with { ReadRate = 1 },
            "Connections" => Options with { Watchers = 2, Connections = 3 },
            "Duration" => Options with { Duration = TimeSpan.Zero },
            _ => Options with { RunId = "Not an ID" },
        };
        var error = Assert.Throws<ArgumentException>(options.Validate);
        Assert.Equal(parameter, error.ParamName);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    private static async Task<RecordList> DriveAsync(ApiTarget target, string runId, long count, int updates, bool leave = false)
    {
        var options = new DriverOptions { RunId = runId, Rate = 1000, Count = count, MaxPopulation = leave ? 100_000 : 10, DataLength = 10, Seed = 7, Updates = updates, NoCleanup = leave };
        var identity = new ObjectIdentity(runId, 0, "scaletest", options.NameDigits);
        DriverRun? run = null;
        var created = 0;
        var records = new RecordList { OnTake = row => { if (leave && row.Phase != Phase.WarmUp && ++created == count) run!.Stop(); } };
        await using (run = new DriverRun(options, target, ObjectTemplate.ConfigMap(identity, 10), identity, records)) await run.RunAsync();
        Assert.All(records.Rows, row => Assert.Equal(Outcome.Succeeded, row.Outcome));
        return records;
    }

    private static Task<ApiTarget> TargetAsync(LocalApiProcess server) =>
        ApiTarget.ResolveAsync(new() { Kubeconfig = server.Kubeconfig }, TestContext.Current.CancellationToken);
}
