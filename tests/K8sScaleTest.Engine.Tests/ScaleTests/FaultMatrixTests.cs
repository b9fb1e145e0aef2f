using K8sScaleTest.Engine.Observers.Auditing;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.ScaleTests;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Engine.Tests.ScaleTests;

/// <summary>
/// The audit against a server whose truth is known: each fault on the events of the run that the server's ledger lists is found, on each observer that it befell, and
/// nothing else is.
/// </summary>
public sealed class FaultMatrixTests
{
    private const int Objects = 120;
    private const string RunId = "matrix";

    private static readonly ScaleTestOptions Options = new()
    {
        Driver = new() { RunId = RunId, Rate = 300, Count = Objects, MaxPopulation = 20, Updates = 1, DataLength = 10, Seed = 5 },
        Loggers = 2,
        Watchers = 4,
        MinTimeoutSeconds = 300,
        MaxTimeoutSeconds = 599,
    };

    [Theory]
    [InlineData("""{"action":"LoseEvent","every":7}""")]
    [InlineData("""{"action":"LoseEvent","scope":"All","every":7}""")]
    [InlineData("""{"action":"LoseEvent","probability":0.2,"seed":3}""")]
    [InlineData("""{"action":"LoseEvent","scope":"All","probability":0.2,"seed":3}""")]
    [InlineData("""{"action":"LoseEvent","scope":"All","eventTypes":["DELETED"],"every":5}""")]
    [InlineData("""{"action":"LoseEvent","scope":"All","eventTypes":["ADDED"],"every":5}""")]
    [InlineData("""{"action":"LoseEvent","userAgent":"cmlogger*","every":11}""")]
    [InlineData("""{"action":"DoubleEvent","every":7}""")]
    [InlineData("""{"action":"DoubleEvent","scope":"All","every":7}""")]
    [InlineData("""{"action":"ReorderEvent","every":7}""")]
    [InlineData("""{"action":"ReorderEvent","scope":"All","every":7}""")]
    [InlineData("""{"action":"LoseEvent","every":13}""", """{"action":"DoubleEvent","skip":3,"every":17}""", """{"action":"ReorderEvent","skip":5,"every":19}""")]
    [InlineData("""{"action":"LoseEvent","scope":"All","every":13}""", """{"action":"DoubleEvent","scope":"All","skip":3,"every":17}""", """{"action":"StallWatch","stallMilliseconds":200,"every":50}""")]
    public async Task Every_fault_on_events_that_the_ledger_lists_is_found_and_nothing_else(params string[] faults)
    {
        await using var server = await LocalApiProcess.StartAsync();
        foreach (var fault in faults) await server.Control.OrderAsync(OnConfigMaps(fault), TestContext.Current.CancellationToken);

        var run = await ScaleTestRig.RunAsync(server, Options);
        var truth = await LedgerTruth.OfAsync(server, RunId);

        AssertAllWritten(run);
        Assert.Null(run.Outcome.SentinelFault);
        Assert.NotEmpty(truth);
        // The sentinel is written until every observer has seen it: what it does after that is behind the horizon, where nothing is decided.
        var found = LedgerTruth.Found(run.Outcome.Audit);
        Assert.Equal(truth.Where(IsDriven), found.Where(IsDriven));
        Assert.Empty(LedgerTruth.Without(found, truth));
        Assert.Equal(found.Count, run.Outcome.Audit.Sum(each => each.FaultCount));
        Assert.Equal(0, run.Outcome.Audit.Sum(each => each.Undecided));
    }

    [Theory]
    [InlineData]
    [InlineData("""{"action":"CutWatch","cut":"End","every":100}""")]
    [InlineData("""{"action":"CutWatch","cut":"Reset","every":100}""")]
    [InlineData("""{"action":"CutWatch","cut":"MidLine","every":100}""")]
    [InlineData("""{"action":"StallWatch","stallMilliseconds":300,"every":60}""")]
    [InlineData("""{"action":"SlowWatch","eventsPerSecond":300}""")]
    [InlineData("""{"action":"ErrorEvent","every":90}""")]
    [InlineData("""{"action":"Latency","verbs":["create","patch","delete"],"at":"AfterCommit","latency":{"shape":"Uniform","from":0,"to":400}}""")]
    [InlineData("""{"action":"GoAway","verbs":["create","patch","delete"],"every":50}""")]
    public async Task What_a_server_may_do_is_no_fault(params string[] faults)
    {
        foreach (var resume in (bool[])[true, false])
        {
            await using var server = await LocalApiProcess.StartAsync();
            foreach (var fault in faults) await server.Control.OrderAsync(OnConfigMaps(fault), TestContext.Current.CancellationToken);

            var run = await ScaleTestRig.RunAsync(server, Options with { Resume = resume, SentinelTimeout = TimeSpan.FromSeconds(90) });

            Assert.Empty(LedgerTruth.Found(run.Outcome.Audit));
            Assert.Null(run.Outcome.SentinelFault);
            if (!faults.Any(fault => fault.Contains("GoAway", StringComparison.Ordinal))) AssertAllWritten(run);
            var isCut = faults.Any(fault => fault.Contains("CutWatch", StringComparison.Ordinal));
            if (resume && !faults.Any(fault => fault.Contains("ErrorEvent", StringComparison.Ordinal))) Assert.All(run.Outcome.Audit, each => Assert.Empty(each.Gaps));
            if (isCut) Assert.Contains(run.Outcome.Audit, each => each.Watches > 1);
            if (isCut) Assert.Contains(run.Watches, row => row.Kind == WatchRecordKind.Window && row.Outcome!.End is not "Stopped");
        }
    }

    [Theory]
    [InlineData("""{"action":"Status","statusCode":500,"verbs":["create","patch","delete"],"at":"AfterCommit","every":20}""")]
    [InlineData("""{"action":"Reset","verbs":["create","patch","delete"],"at":"AfterCommit","every":20}""")]
    [InlineData("""{"action":"Status","statusCode":429,"verbs":["create","patch"],"every":10}""")]
    [InlineData("""{"action":"Reset","verbs":["create","patch"],"every":20}""")]
    public async Task Writes_that_fail_or_may_have_happened_are_no_fault_of_the_events(string fault)
    {
        await using var server = await LocalApiProcess.StartAsync();
        await server.Control.OrderAsync(fault, TestContext.Current.CancellationToken);

        var run = await ScaleTestRig.RunAsync(server, Options);

        Assert.Empty(LedgerTruth.Found(run.Outcome.Audit));
        Assert.Equal((0L, 0L), (run.Paths.Unjoined, run.Paths.Unaccounted));
        Assert.Contains(run.Operations, row => row.Outcome != Outcome.Succeeded);
        if (fault.Contains("AfterCommit", StringComparison.Ordinal)) Assert.True(run.Paths.UnknownJoined > 0);
    }

    [Theory]
    [InlineData("Reset", true)]
    [InlineData("End", true)]
    [InlineData("MidLine", true)]
    [InlineData("End", false)]
    public async Task What_is_lost_between_cuts_is_found_as_far_as_the_watches_covered_it(string cut, bool resume)
    {
        await using var server = await LocalApiProcess.StartAsync();
        await server.Control.OrderAsync(OnConfigMaps("""{"action":"LoseEvent","every":9}"""), TestContext.Current.CancellationToken);
        await server.Control.OrderAsync(OnConfigMaps("{\"action\":\"CutWatch\",\"cut\":\"" + cut + "\",\"skip\":20,\"every\":100}"), TestContext.Current.CancellationToken);

        var run = await ScaleTestRig.RunAsync(server, Options with { Resume = resume, SentinelTimeout = TimeSpan.FromSeconds(90) });

        // A reset takes with it what was under way: the next watch delivers that, and perhaps what the one before had lost.
        var lost = await LedgerTruth.OfAsync(server, RunId);
        var found = LedgerTruth.Found(run.Outcome.Audit);
        Assert.NotEmpty(found);
        Assert.Empty(found.Except(lost));
        if (cut == "End" && resume) Assert.Equal(lost, found);
        if (!resume)
        {
            // Of a delete that nobody was delivered only bounds are known: for a watcher with a gap within them it stays undecided, and is counted so.
            var unfound = LedgerTruth.Without(lost, found);
            Assert.Empty(unfound.Except(await LedgerTruth.DeletesDeliveredToNobodyAsync(server, RunId)));
            Assert.InRange(unfound.Count, 0, run.Outcome.Audit.Sum(each => each.Undecided));
            return;
        }

        // Watches that go on where the last one ended cover everything: what a watcher has no record of, it missed.
        var all = await LedgerTruth.EventsAsync(server, RunId);
        for (var watcher = 0; watcher < Options.Watchers; watcher++)
        {
            var received = run.Watches.Where(row => row.Watcher == watcher && row.Subject is not null)
                .Select(row => LedgerTruth.Text(AuditFaultKind.Missed, row.Kind == WatchRecordKind.Deleted, $"scaletest/{row.Subject!.Name}", row.ResourceVersion));
            var missed = LedgerTruth.Found(run.Outcome.Audit.Where(each => each.Participant == $"watcher {watcher}")).Where(IsDriven);
            Assert.Equal(all.Except(received).Order(StringComparer.Ordinal), missed);
        }
    }

    [Fact]
    public async Task A_server_restored_from_a_backup_has_broken_its_word_to_every_observer()
    {
        await using var server = await LocalApiProcess.StartAsync();
        var restoring = RestoreAsync(server);

        var run = await ScaleTestRig.RunAsync(server, Options with { Driver = Options.Driver with { Count = 600 } });
        await restoring;

        Assert.All(run.Outcome.Audit, each => Assert.True(each.FaultCount > 0, $"{each.Participant} saw nothing of it"));
    }

    private static async Task RestoreAsync(LocalApiProcess server)
    {
        IReadOnlyList<System.Text.Json.JsonElement> events;
        do
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            events = await server.Control.LedgerAsync("events?resource=configmaps", TestContext.Current.CancellationToken);
        }
        while (events.Count(each => each.GetProperty("key").GetString()!.Contains($"/{RunId}-", StringComparison.Ordinal)) < 200);
        await server.Control.OrderAsync($"{{\"action\":\"Restore\",\"resourceVersion\":{events[^100].GetProperty("resourceVersion").GetUInt64()}}}", TestContext.Current.CancellationToken);
    }

    private static bool IsDriven(string fault) => !fault.Contains($"{RunId}-000", StringComparison.Ordinal);

    private static string OnConfigMaps(string fault) =>
        fault.Contains("\"verbs\"", StringComparison.Ordinal) ? fault : fault[..^1] + ",\"resources\":[\"configmaps\"]}";

    private static void AssertAllWritten(ScaleTestRig run)
    {
        Assert.All(run.Operations, row => Assert.Equal(Outcome.Succeeded, row.Outcome));
        Assert.Equal(3 * Objects, run.Operations.Count);
    }
}
