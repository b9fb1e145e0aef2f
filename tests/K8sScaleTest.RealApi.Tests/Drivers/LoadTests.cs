using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.RealApi.Tests.Drivers;

/// <summary>The drivers against a kube-apiserver with the sample-apiserver behind it; kubectl says what is really there.</summary>
public sealed class LoadTests
{
    private static readonly DriverOptions Load = new()
    {
        RunId = "",
        Rate = 100,
        Count = 2000,
        MaxPopulation = 100,
        Updates = 1,
        DataLength = 2000,
        Seed = 3,
    };

    [Fact]
    public async Task Two_thousand_ConfigMaps_come_are_updated_and_go_without_a_failure()
    {
        var options = Load with { RunId = DrivenRun.NewRunId("cm") };
        var run = new DrivenRun(options);
        await CheckAsync(run, options, run.ConfigMapsAsync(RealApi.Kubeconfig), "configmaps");
    }

    [Fact]
    public async Task Two_thousand_Flunders_come_are_updated_and_go_through_aggregation_without_a_failure()
    {
        var options = Load with { RunId = DrivenRun.NewRunId("fl"), DataLength = 0 };
        var run = new DrivenRun(options);
        await CheckAsync(run, options, run.FlundersAsync(new() { Kubeconfig = RealApi.Kubeconfig }), "flunders.wardle.example.com");
    }

    [Fact]
    public async Task Flunders_are_driven_straight_at_the_sample_apiserver_of_a_kubeconfig()
    {
        var options = Load with { RunId = DrivenRun.NewRunId("direct"), DataLength = 0, Count = 500 };
        var run = new DrivenRun(options);
        await CheckAsync(run, options, run.FlundersAsync(new() { Kubeconfig = RealApi.Beside("kubeconfig-wardle-direct") }), "flunders.wardle.example.com");
    }

    [Fact]
    public async Task Flunders_are_driven_straight_at_the_sample_apiserver_by_Server()
    {
        var direct = await Kubectl.RunAsync(RealApi.Beside("kubeconfig-wardle-direct"), "config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}");
        var options = Load with { RunId = DrivenRun.NewRunId("server"), DataLength = 0, Count = 500 };
        var run = new DrivenRun(options);
        var result = run.FlundersAsync(new() { Kubeconfig = RealApi.Kubeconfig, Server = direct, InsecureSkipTlsVerify = true });

        await CheckAsync(run, options, result, "flunders.wardle.example.com");
        Assert.All(run.Rows, row => Assert.Equal(new Uri(direct).Authority, row.Server));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_longest_data_that_is_not_refused_beforehand_is_created_and_updated(bool flunders)
    {
        var options = Load with
        {
            RunId = DrivenRun.NewRunId("long"),
            Rate = 2,
            Count = 4,
            MaxPopulation = 2,
            DataLength = DriverOptions.MaxDataLength - (flunders ? 0 : ObjectTemplate.ConfigMapUpdateLength),
        };
        var run = new DrivenRun(options);
        await (flunders ? run.FlundersAsync(new() { Kubeconfig = RealApi.Kubeconfig }) : run.ConfigMapsAsync(RealApi.Kubeconfig));

        Assert.All(run.Operations, row => Assert.Equal((Outcome.Succeeded, null), (row.Outcome, row.Error)));
        Assert.Equal(4 * 3, run.Operations.Count());
    }

    private static async Task CheckAsync(DrivenRun run, DriverOptions options, Task<DriverResult> driving, string resource)
    {
        await Task.WhenAny(driving, run.Halfway);
        var before = RunClock.Now;
        var midway = (await Kubectl.NamesOfRunAsync(RealApi.Kubeconfig, options.RunId, resource)).Select(name => name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..]).ToHashSet();
        var after = RunClock.Now;
        var result = await driving;

        Assert.All(run.Rows, row => Assert.Equal((Outcome.Succeeded, null, 1), (row.Outcome, row.Error, row.Attempts)));
        foreach (var operation in Enum.GetValues<OperationKind>())
        {
            var rows = run.Of(operation).ToList();
            Assert.Equal(options.Count, rows.Count);
            Assert.Equal(options.Count, rows.Select(row => row.Name).Distinct().Count());
            Assert.All(rows, row => Assert.True(row.Scheduled <= row.Launched && row.Launched <= row.Sent && row.Sent < row.Finished));
        }

        Assert.All(run.Operations, row => Assert.Equal(resource, row.Run.Resource));
        Assert.All(run.Operations.GroupBy(row => row.Name), life => Assert.Single(life.Select(row => row.Uid).Distinct()));

        // What kubectl saw in mid-run is what the records say was there, however long it took to look.
        var deletes = run.Of(OperationKind.Delete).ToDictionary(row => row.Name);
        var creates = run.Of(OperationKind.Create).ToList();
        Assert.NotEmpty(midway);
        Assert.Empty(creates.Where(row => row.Finished < before && deletes[row.Name].Launched > after).Select(row => row.Name).Except(midway));
        Assert.Empty(midway.Except(creates.Where(row => row.Launched < after && deletes[row.Name].Finished > before).Select(row => row.Name)));
        Assert.Equal((0, true, false), (result.LeftBehind, result.LeftBehindKnown, result.Stopped));
        Assert.Empty(await Kubectl.NamesOfRunAsync(RealApi.Kubeconfig, options.RunId));
    }
}
