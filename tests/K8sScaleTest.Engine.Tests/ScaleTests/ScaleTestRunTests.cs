using System.Diagnostics;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.ScaleTests;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Engine.Tests.ScaleTests;

/// <summary>How a scale test ends that does not come to its end.</summary>
public sealed class ScaleTestRunTests
{
    private const string RunId = "ends";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(25);
    private static readonly ScaleTestOptions Options = new()
    {
        Driver = new() { RunId = RunId, Rate = 50, Count = 100, MaxPopulation = 10, DataLength = 10, Seed = 5 },
        Loggers = 2,
        Watchers = 2,
        Resume = true,
        SentinelTimeout = TimeSpan.FromSeconds(60),
    };

    [Fact]
    public async Task One_observer_that_fails_ends_the_run_with_its_cause()
    {
        await using var server = await LocalApiProcess.StartAsync();
        var began = Stopwatch.GetTimestamp();
        var error = await Assert.ThrowsAsync<IOException>(() => ScaleTestRig.RunAsync(
            server, Options with { Driver = Options.Driver with { Rate = 20, Count = 1200 } }, notifications: Second(atOnce: false)));

        Assert.Equal(FailingConsumer<NotificationRow>.Message, error.Message);
        Assert.True(Stopwatch.GetElapsedTime(began) < Soon, "The load went on without one of its observers.");
    }

    [Fact]
    public async Task One_observer_that_fails_before_the_sync_is_the_cause_and_not_the_sync()
    {
        await using var server = await LocalApiProcess.StartAsync();

        // The first watch proves that the watchers may watch. None of theirs opens.
        await server.Control.OrderAsync("""{"action":"Status","statusCode":500,"verbs":["watch"],"userAgent":"cmwatch*","skip":1}""", TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<IOException>(() => ScaleTestRig.RunAsync(
            server, Options with { SyncTimeout = TimeSpan.FromSeconds(15) }, notifications: Second(atOnce: true)));

        Assert.Equal(FailingConsumer<NotificationRow>.Message, error.Message);
    }

    [Fact]
    public async Task Watchers_of_whom_some_always_list_are_in_sync_when_each_has_watched_once()
    {
        await using var server = await LocalApiProcess.StartAsync();

        // Sixteen list at once, for a second each, and watch for another: never are all forty open.
        await server.Control.OrderAsync("""{"action":"Latency","verbs":["list"],"userAgent":"cmwatch*","latency":{"shape":"Constant","milliseconds":1000}}""", TestContext.Current.CancellationToken);
        var run = await ScaleTestRig.RunAsync(
            server, Options with { Watchers = 40, Resume = false, MinTimeoutSeconds = 1, MaxTimeoutSeconds = 1, SyncTimeout = TimeSpan.FromSeconds(20) });

        Assert.NotEmpty(run.Operations);
        Assert.All(run.Outcome.Audit, each => Assert.Equal(0, each.FaultCount));
    }

    [Fact]
    public async Task A_run_that_is_stopped_under_load_writes_no_last_write()
    {
        await using var server = await LocalApiProcess.StartAsync();
        var run = await ScaleTestRig.RunAsync(server, Options with { Driver = Options.Driver with { Count = 900 } }, beside: running => StopAsync(running, ScaleTestStage.Driving));

        Assert.NotNull(run.Outcome.SentinelFault);
        Assert.Null(run.SentinelLeft);
        Assert.Empty(await LastWritesAsync(server));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stop_is_heard_while_the_observers_await_the_last_write(bool deletesHang)
    {
        await using var server = await LocalApiProcess.StartAsync();
        await server.Control.OrderAsync($"{{\"action\":\"LoseEvent\",\"scope\":\"All\",\"name\":\"{RunId}-*000\"}}", TestContext.Current.CancellationToken);
        if (deletesHang) await server.Control.OrderAsync($"{{\"action\":\"NoAnswer\",\"verbs\":[\"delete\"],\"name\":\"{RunId}-*000\"}}", TestContext.Current.CancellationToken);
        long stopped = 0;
        var run = await ScaleTestRig.RunAsync(server, Options, beside: async running =>
        {
            await StopAsync(running, ScaleTestStage.Closing);
            stopped = Stopwatch.GetTimestamp();
        });

        Assert.True(Stopwatch.GetElapsedTime(stopped) < Soon, "The stop was not heard.");
        Assert.Equal("The run ended before every observer was delivered the last write.", run.Outcome.SentinelFault);
        Assert.Equal(deletesHang, run.SentinelLeft is not null);
        var writes = await LastWritesAsync(server);
        Assert.Contains("ADDED", writes);
        Assert.Equal(!deletesHang, writes.Contains("DELETED"));
    }

    /// <summary>Stops it some time after it has come to a stage.</summary>
    private static async Task StopAsync(ScaleTestRun run, ScaleTestStage stage)
    {
        while (run.Progress.Stage != stage) await Task.Delay(10, TestContext.Current.CancellationToken);
        await Task.Delay(500, TestContext.Current.CancellationToken);
        run.Stop();
    }

    /// <summary>The types of the events of the last write's object.</summary>
    private static async Task<IReadOnlyList<string>> LastWritesAsync(LocalApiProcess server) =>
    [
        .. (await server.Control.LedgerAsync("events?resource=configmaps", TestContext.Current.CancellationToken))
            .Where(each => each.GetProperty("key").GetString()!.EndsWith("-000", StringComparison.Ordinal))
            .Select(each => each.GetProperty("type").GetString()!),
    ];

    private static Func<int, IRecordConsumer<NotificationRow>?> Second(bool atOnce) => number => number == 1 ? new FailingConsumer<NotificationRow>(atOnce) : null;
}
