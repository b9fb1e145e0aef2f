using K8sScaleTest.Engine.Drivers;

namespace K8sScaleTest.RealApi.Tests.Drivers;

/// <summary>A run ID whose objects exist.</summary>
public sealed class RunIdTests
{
    [Fact]
    public async Task A_run_ID_that_is_taken_is_refused_before_any_load()
    {
        var options = new DriverOptions { RunId = DrivenRun.NewRunId("taken"), Rate = 100, Count = 10, MaxPopulation = 10, DataLength = 10 };
        var name = $"{options.RunId}-01";
        await Kubectl.RunAsync(RealApi.Kubeconfig, "create", "configmap", name, "-n", "scaletest");
        try
        {
            await Kubectl.RunAsync(RealApi.Kubeconfig, "label", "configmap", name, "-n", "scaletest", $"scaletest/run={options.RunId}", "scaletest/worker=0", "purpose=scaletest");
            var run = new DrivenRun(options);
            var error = await Assert.ThrowsAsync<RunIdTakenException>(() => run.ConfigMapsAsync(RealApi.Kubeconfig));

            Assert.Contains(options.RunId, error.Message, StringComparison.Ordinal);
            Assert.Empty(run.Rows);
            Assert.Equal([$"configmap/{name}"], await Kubectl.NamesOfRunAsync(RealApi.Kubeconfig, options.RunId));
        }
        finally
        {
            await Kubectl.RunAsync(RealApi.Kubeconfig, "delete", "configmap", name, "-n", "scaletest");
        }
    }
}
