using System.Globalization;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.RealApi.Tests.Drivers;

/// <summary>A server that refuses what is too much: nothing is retried out of sight, so that its own count and the records agree.</summary>
public sealed class OverloadTests
{
    [Fact]
    public async Task The_429s_of_the_records_are_those_that_the_server_counts()
    {
        // Its user may do everything; the administrator's group is exempt from limits.
        var kubeconfig = RealApi.Beside(RealApi.LimitedKubeconfig, "kubeconfig-driver");
        var admin = RealApi.Beside(kubeconfig, "kubeconfig");
        var options = new DriverOptions
        {
            RunId = DrivenRun.NewRunId("limited"),
            Mode = RunMode.FullSpeed,
            MaxInFlight = 200,
            Count = 3000,
            MaxPopulation = 100,
            DataLength = 2000,

            // Far beyond what the drain needs: its own tests say how well it goes about it.
            DrainTimeout = TimeSpan.FromMinutes(3),
        };
        var before = await DroppedAsync(admin);
        var run = new DrivenRun(options);
        var result = await run.ConfigMapsAsync(kubeconfig);

        var refused = run.Rows.Where(row => row.StatusCode == 429).ToList();
        Assert.NotEmpty(refused);
        Assert.Equal(await DroppedAsync(admin) - before, refused.Count);
        Assert.All(refused, row => Assert.Equal((Outcome.Rejected, "TooManyRequests", "1", 1), (row.Outcome, row.Reason, row.RetryAfter, row.Attempts)));
        Assert.All(run.Rows, row => Assert.True(row.Outcome == Outcome.Succeeded || row.StatusCode == 429, $"{row.Operation} of {row.Name}: {row.Reason} {row.Error}"));
        Assert.Equal(
            run.Of(OperationKind.Create).Where(row => row.Outcome == Outcome.Succeeded).Select(row => row.Name).Order(),
            run.Of(OperationKind.Delete).Where(row => row.Outcome == Outcome.Succeeded).Select(row => row.Name).Order());
        Assert.Equal((0, true), (result.LeftBehind, result.LeftBehindKnown));
        Assert.Empty(await Kubectl.NamesOfRunAsync(admin, options.RunId, "cm"));
    }

    private static async Task<long> DroppedAsync(string kubeconfig)
    {
        const string Metric = "apiserver_dropped_requests_total{";
        var metrics = await Kubectl.RunAsync(kubeconfig, "get", "--raw", "/metrics");

        // Absent until the first one is dropped.
        return metrics.Split('\n')
            .Where(line => line.StartsWith(Metric, StringComparison.Ordinal) && line.Contains("\"mutating\"", StringComparison.Ordinal))
            .Sum(line => (long)double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }
}
