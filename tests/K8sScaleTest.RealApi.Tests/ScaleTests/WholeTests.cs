using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Observers.Paths;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.ScaleTests;
using K8sScaleTest.RealApi.Tests.Drivers;

namespace K8sScaleTest.RealApi.Tests.ScaleTests;

/// <summary>
/// Drivers, loggers and watchers together against a real API server: every write accounted for, joined to its event, and no event lost by the audit. Nothing here
/// depends on how fast the machine is.
/// </summary>
public sealed class WholeTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_minute_of_ConfigMaps_is_accounted_for_write_by_write()
    {
        var run = await RunAsync(new() { Kubeconfig = RealApi.Kubeconfig }, Options("whole-cm", rate: 150, Minute));
        AssertWhole(run);
    }

    [Fact]
    public async Task A_minute_of_Flunders_through_the_aggregator_is_accounted_for_write_by_write()
    {
        var run = await RunAsync(new() { Kubeconfig = RealApi.Kubeconfig }, Options("whole-fl", rate: 50, Minute), flunders: true);
        AssertWhole(run);
    }

    [Fact]
    public async Task Flunders_straight_at_their_server_are_accounted_for_write_by_write()
    {
        var direct = await Kubectl.RunAsync(RealApi.Beside("kubeconfig-wardle-direct"), "config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}");
        var run = await RunAsync(
            new() { Kubeconfig = RealApi.Kubeconfig, Server = direct, InsecureSkipTlsVerify = true }, Options("whole-direct", rate: 50, Minute), flunders: true);
        AssertWhole(run);
        Assert.All(run.Operations, row => Assert.Equal(new Uri(direct).Authority, row.Server));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Through_a_proxy_that_cuts_and_stalls_all_is_recorded_survived_and_audited(bool resume)
    {
        await using var plain = await ApiTarget.ResolveAsync(new() { Kubeconfig = RealApi.Kubeconfig }, TestContext.Current.CancellationToken);
        await using var proxy = new RoughProxy(plain.Server);
        var options = Options("whole-rough", rate: 50, Minute) with { Resume = resume, SentinelTimeout = TimeSpan.FromSeconds(90) };

        var run = await RunAsync(new() { Kubeconfig = RealApi.Kubeconfig, Server = proxy.Url }, options, began: () => proxy.Begin(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1)));

        Assert.True(proxy.Cuts >= 3 && proxy.Stalls >= 3);

        // Recorded: the watches that broke, with how; and writes of unknown outcome at most where a connection was cut under them.
        var broken = run.Watches.Where(row => row is { Kind: WatchRecordKind.Window, Outcome.End: not ("Complete" or "Stopped") }).ToList();
        Assert.NotEmpty(broken);
        Assert.All(broken, row => Assert.False(string.IsNullOrEmpty(row.Outcome!.Error)));
        Assert.All(run.Operations, row => Assert.True(row.Outcome is Outcome.Succeeded or Outcome.Unknown or Outcome.NotSent || row.StatusCode == 404, $"{row.Operation} of {row.Name}: {row.Outcome}, {row.Reason}"));

        // Survived: whatever was acknowledged came to the logger, which resumes where a connection broke. Where the next one broke at once it lists
        // anew, as client-go does, and what changed twice meanwhile is told once.
        Assert.Null(run.Outcome.SentinelFault);
        var loggers = run.Outcome.Audit.Take(run.Outcome.Loggers.Count).ToList();
        Assert.InRange(run.Paths.Writes - run.Paths.Joined, 0, loggers.Sum(each => each.Gaps.Sum(gap => (long)(gap.Through - gap.After))));
        Assert.Equal(0, run.Paths.Unaccounted);

        // Audited: a break is a gap at most, and never a fault.
        Assert.All(run.Outcome.Audit, each => Assert.Empty(each.Faults));
        Assert.All(loggers.Zip(run.Outcome.Loggers), each => Assert.True(each.First.Gaps.Count <= 1 && each.First.Gaps.Count < each.Second.Watch.Lists, $"{each.First.Gaps.Count} gaps, {each.Second.Watch.Lists} lists"));
        if (resume) Assert.All(run.Outcome.Audit.Skip(loggers.Count), each => Assert.Empty(each.Gaps));
        await AssertNothingLeftAsync(run);
    }

    private static ScaleTestOptions Options(string name, double rate, TimeSpan duration) => new()
    {
        Driver = new() { RunId = DrivenRun.NewRunId(name), Rate = rate, Duration = duration, MaxPopulation = (long)(2 * rate), Updates = 1, DataLength = 500, Seed = 11 },
        Loggers = 2,
        Watchers = 10,
        MinTimeoutSeconds = 10,
        MaxTimeoutSeconds = 20,
        Resume = true,
        SentinelTimeout = Minute,
    };

    private static void AssertWhole(WholeRun run)
    {
        Assert.All(run.Operations, row => Assert.Equal((Outcome.Succeeded, null), (row.Outcome, row.Error)));
        var creates = run.Operations.Count(row => row.Operation == OperationKind.Create);
        Assert.True(creates > 100);
        foreach (var operation in Enum.GetValues<OperationKind>()) Assert.Equal(creates, run.Operations.Count(row => row.Operation == operation));
        Assert.Null(run.Outcome.SentinelFault);
        Assert.Equal((0, true, false), (run.Outcome.Driver.LeftBehind, run.Outcome.Driver.LeftBehindKnown, run.Outcome.Driver.Stopped));

        // Each write has its event, and each event its write.
        Assert.Equal((3L * creates, 3L * creates, 0L, 0L), (run.Paths.Writes, run.Paths.Joined, run.Paths.Unjoined, run.Paths.Unaccounted));
        Assert.All(run.Paths.Statistics, path => Assert.True(path.JoinedShare >= 0.99));

        // Every observer was delivered all of it, over watches that ended and went on, and the sentinel.
        Assert.All(run.Outcome.Audit, each =>
        {
            Assert.Equal((0L, 0, true), (each.FaultCount, each.Gaps.Count, each.SentinelArrived));
            Assert.True(each.Events > 3L * creates, $"{each.Participant} was delivered {each.Events} events of {3 * creates} writes");
        });
        Assert.Contains(run.Outcome.Audit, each => each.Watches > 1);
        Assert.DoesNotContain(run.Watches, row => row.Outcome is { End: not ("Complete" or "Stopped") });
    }

    private static async Task AssertNothingLeftAsync(WholeRun run)
    {
        Assert.True(run.Outcome.Driver.LeftBehindKnown);
        Assert.Equal(run.Outcome.Driver.LeftBehind, (await Kubectl.NamesOfRunAsync(RealApi.Kubeconfig, run.RunId, "configmaps")).Length);
    }

    private static async Task<WholeRun> RunAsync(TargetOptions where, ScaleTestOptions options, bool flunders = false, Action? began = null)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var target = await ApiTarget.ResolveAsync(where, cancel);
        var driver = options.Driver;
        var identity = new ObjectIdentity(driver.RunId, driver.Worker, driver.Namespace, driver.NameDigits);
        using var client = new ApiClient(target, driver.HttpVersion, "test", TimeSpan.FromSeconds(30));
        var template = flunders
            ? ObjectTemplate.Flunder(await ApiDiscovery.FindAsync(client, "flunders", ApiDiscovery.FlunderGroups, null, cancel), identity, 0)
            : ObjectTemplate.ConfigMap(identity, driver.DataLength);
        var operations = new Rows<OperationRow>();
        var watches = new Rows<WatchRow>();
        await using var run = new ScaleTestRun(options, target, template, identity, operations, _ => new Rows<NotificationRow>(keep: false), watches, new Rows<PathRow>(keep: false), static _ => { });
        await using var stop = cancel.Register(run.Stop);
        await run.PrepareAsync();
        began?.Invoke();
        var outcome = await run.RunAsync();
        return new(driver.RunId, outcome, [.. operations.All.Where(row => row.Phase != Phase.WarmUp)], watches.All, run.Paths.Complete());
    }

    private sealed record WholeRun(string RunId, ScaleTestOutcome Outcome, IReadOnlyList<OperationRow> Operations, IReadOnlyList<WatchRow> Watches, PathResult Paths);

    private sealed class Rows<TRow>(bool keep = true) : IRecordConsumer<TRow>
        where TRow : struct
    {
        public List<TRow> All { get; } = [];

        public void Take(in TRow row)
        {
            if (keep) All.Add(row);
        }

        public void Pause()
        {
        }
    }
}
