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

    private static Func<int, IRecordConsumer<NotificationRow>?> Second(bool atOnce) => number => number == 1 ? new FailingConsumer<NotificationRow>(atOnce) : null;
}
