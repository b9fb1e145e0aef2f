using System.Management.Automation;
using System.Net.Sockets;
using System.Runtime.Loader;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Tests;

/// <summary>The metrics of a driver as its user has them: over HTTP, from before the load until the end.</summary>
public sealed class MetricsTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public async Task Port_0_picks_a_port_and_says_which_and_it_stays_for_the_linger_that_a_stop_ends()
    {
        _session.Run("$Server = Start-LocalApiServer");
        try
        {
            using var script = _session.Start("$Server | Start-ConfigMapDriver -Rate 500 -Count 20 -MaxPopulation 5 -MetricsPort 0 -MetricsLinger 1h -MetricsAddress localhost");
            await script.WaitForOutputAsync(40 + 4, TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            var url = Assert.Single(_session.HostLines, line => line.StartsWith("Metrics: http://localhost:", StringComparison.Ordinal))["Metrics: ".Length..];
            using var http = new HttpClient();
            var text = await http.GetStringAsync(new Uri(url), TestContext.Current.CancellationToken);
            Assert.Contains("""scaletest_driver_operations_total{resource="configmaps",operation="Create",outcome="Succeeded",code="201"} 20""", text, StringComparison.Ordinal);
            Assert.Equal("ok", await http.GetStringAsync(new Uri(url.Replace("/metrics", "/healthz", StringComparison.Ordinal)), TestContext.Current.CancellationToken));
            var prometheus = AppDomain.CurrentDomain.GetAssemblies().Single(assembly => assembly.GetName().Name == "Prometheus.NetStandard");
            Assert.Equal("K8sScaleTest.Engine", AssemblyLoadContext.GetLoadContext(prometheus)!.Name);
            Assert.False(script.Completion.IsCompleted);

            await script.StopAsync();

            var gone = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri(url), TestContext.Current.CancellationToken));
            Assert.IsType<SocketException>(gone.InnerException);
        }
        finally
        {
            _session.Run("$Server | Stop-LocalApiServer");
        }
    }

    [Theory]
    [InlineData("Start-ConfigMapDriver -Kubeconfig $Kubeconfig")]
    [InlineData("Start-ConfigMapLogger -Kubeconfig $Kubeconfig")]
    [InlineData("Invoke-ConfigMapWatch -Kubeconfig $Kubeconfig")]
    [InlineData("Invoke-ScaleTest -Kubeconfig $Kubeconfig")]
    [InlineData("Invoke-ScaleTest -Local")]
    public async Task A_port_in_use_is_a_clear_error_before_any_request(string command)
    {
        await using var server = new StubServer(null, _ => new StubResponse(200, "{}"));
        using var taken = new TcpListener(System.Net.IPAddress.Any, 0);
        taken.Start();
        using var folder = new TemporaryFolder();
        var kubeconfig = folder.Write("config", KubeconfigText.Of($"{{server: \"{server.Url}\"}}"));

        var error = _session.RunToError(
            $"{command} -MetricsPort $Port -ErrorAction Stop",
            ("Kubeconfig", kubeconfig), ("Port", ((System.Net.IPEndPoint)taken.LocalEndpoint).Port));

        Assert.Equal(("MetricsPortInUse", ErrorCategory.ResourceBusy), (error.FullyQualifiedErrorId.Split(',')[0], error.CategoryInfo.Category));
        Assert.Contains("is in use", error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("-MetricsPort 70000", "ParameterArgumentValidationError")]
    [InlineData("-MetricsPort -1", "ParameterArgumentValidationError")]
    [InlineData("-MetricsPort 0 -MetricsAddress nowhere", "MetricsNotServed")]
    [InlineData("-MetricsAddress localhost", "MetricsPortMissing")]
    [InlineData("-MetricsLinger 5s", "MetricsPortMissing")]
    [InlineData("-MetricsPort 0 -MetricsLinger soon", "ParameterArgumentTransformationError")]
    public void Bad_input_is_refused(string parameters, string errorId)
    {
        var error = _session.RunToError($"Start-ConfigMapDriver -Server https://127.0.0.1:1 -ErrorAction Stop {parameters}");
        Assert.Equal(errorId, error.FullyQualifiedErrorId.Split(',')[0]);
    }
}
