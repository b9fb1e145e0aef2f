using System.Net;
using System.Net.Sockets;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Tests.Drivers;

/// <summary>
/// A run that its pipeline ends: it creates no more, deletes what lives, and says what nobody took. (The engine alone has no Select-Object: its -First is a
/// Pester test.)
/// </summary>
public sealed class StoppingTests(ServerFixture server) : IClassFixture<ServerFixture>, IDisposable
{
    private const string Long = "-Rate 200 -Count 100000 -MaxPopulation 5000 -Updates 1 -Kubeconfig $Kubeconfig";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("ConfigMap", "/api/v1/namespaces/scaletest/configmaps")]
    [InlineData("Flunder", "/apis/wardle.example.com/v1beta1/namespaces/scaletest/flunders")]
    public async Task Break_downstream_ends_the_run_in_order_and_what_nobody_took_is_counted(string kind, string collection)
    {
        var run = $"by-break-{kind.ToLowerInvariant()}";
        var output = _session.Run($"$seen = 0; do {{ Start-{kind}Driver {Long} -RunId {run} | ForEach-Object {{ $_; if (++$seen -eq 50) {{ break }} }} }} while ($false); 'over'", ("Kubeconfig", server.Kubeconfig));

        Assert.Equal(51, output.Count);
        Assert.Equal("over", output[50].BaseObject);
        Assert.Empty(_session.Errors);
        Assert.Empty(await server.NamesAsync(run, collection));
        Assert.Contains(_session.HostLines, line => line.StartsWith("WARNING: Stopping: ", StringComparison.Ordinal) && line.Contains($"objects of run {run} are being deleted", StringComparison.Ordinal));
        Assert.Single(_session.HostLines, line => line.Contains("records came after the pipeline had stopped and are lost; with -OutFile they would be in the file", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_error_downstream_ends_the_run_in_order_and_is_the_one_that_the_caller_sees()
    {
        var error = _session.RunToError($"Start-ConfigMapDriver {Long} -RunId by-throw | ForEach-Object {{ if ($_.Phase -ne 'WarmUp') {{ throw 'of the consumer' }} }}", ("Kubeconfig", server.Kubeconfig));

        Assert.Equal("of the consumer", error.Exception.Message);
        Assert.Empty(await server.NamesAsync("by-throw"));
    }

    [Fact]
    public async Task A_stop_of_the_pipeline_ends_the_run_in_order_and_what_was_written_downstream_stays()
    {
        using var script = _session.Start($"Start-ConfigMapDriver {Long} -RunId by-stop", ("Kubeconfig", server.Kubeconfig));
        await script.WaitForOutputAsync(100, Limit, Cancel);
        Assert.NotEmpty(await server.NamesAsync("by-stop"));
        await script.StopAsync();

        Assert.Empty(await server.NamesAsync("by-stop"));
        Assert.All(script.Output, record => Assert.True((bool)record.Properties["Succeeded"].Value));
        Assert.Empty(script.Errors);
    }

    [Fact]
    public async Task A_stopped_runs_file_is_whole_and_holds_what_the_pipeline_could_not_take()
    {
        var path = _folder.File("run.csv");
        using var script = _session.Start($"Start-ConfigMapDriver {Long} -RunId to-file -OutFile $Path -PassThru", ("Kubeconfig", server.Kubeconfig), ("Path", path));
        await script.WaitForOutputAsync(100, Limit, Cancel);
        await script.StopAsync();

        Assert.Empty(await server.NamesAsync("to-file"));
        var text = await File.ReadAllTextAsync(path, Cancel);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var rows = text.TrimEnd().Split('\n').Skip(1).Select(line => line.Split(',')).ToList();
        Assert.All(rows, row => Assert.Equal(37, row.Length));
        Assert.Equal(NamesOf("Create"), NamesOf("Delete"));
        Assert.NotEmpty(NamesOf("Create"));
        Assert.True(rows.Count > script.Output.Count, "the file lacks what the pipeline could not take");
        Assert.Contains(_session.HostLines, line => line.Contains($"The run was stopped. Its {rows.Count:N0} records are whole in '{path}'; Measure-ScaleTest sums them up.", StringComparison.Ordinal));
        Assert.Contains(_session.HostLines, line => line.Contains("records came after the pipeline had stopped; they are in the file", StringComparison.Ordinal));
        Assert.Contains("\"LeftBehind\":0", (await File.ReadAllTextAsync(path + ".run.json", Cancel)).Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);

        IEnumerable<string> NamesOf(string operation) => rows.Where(row => row[3] == operation && row[7] != "WarmUp" && row[8] == "Succeeded").Select(row => row[6]).Order();
    }

    [Fact]
    public async Task NoCleanup_leaves_what_lives_and_says_how_to_remove_it()
    {
        using var script = _session.Start($"Start-ConfigMapDriver {Long} -RunId no-cleanup -NoCleanup", ("Kubeconfig", server.Kubeconfig));
        await script.WaitForOutputAsync(50, Limit, Cancel);
        await script.StopAsync();

        var left = await server.NamesAsync("no-cleanup");
        Assert.NotEmpty(left);
        var hint = Assert.Single(_session.HostLines, line => line.Contains("Remove-ScaleTestObject -RunId no-cleanup", StringComparison.Ordinal));
        Assert.Contains($"{left.Length:N0} objects of run no-cleanup are left", hint, StringComparison.Ordinal);
        var removed = _session.Run("Remove-ScaleTestObject -RunId no-cleanup -Resource configmaps -Kubeconfig $Kubeconfig -Confirm:$false");
        Assert.Equal((long)left.Length, Assert.Single(removed).Properties["Deleted"].Value);
        Assert.Empty(await server.NamesAsync("no-cleanup"));
    }

    [Fact]
    public async Task A_stop_before_the_load_ends_at_once()
    {
        // It takes the connection and says nothing.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var script = _session.Start($"Start-ConfigMapDriver -Server http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port} -Kubeconfig $Kubeconfig", ("Kubeconfig", _folder.Write("config", KubeconfigText.Of("{server: 'http://127.0.0.1:1'}"))));
        using var client = await silent.AcceptTcpClientAsync(Cancel);
        await script.StopAsync().WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        Assert.Empty(script.Output);
        Assert.Empty(_session.HostLines);
    }

    [Fact]
    public async Task A_slow_pipeline_holds_up_neither_the_load_nor_its_times()
    {
        // 240 records at 10 ms each take 2.4 s; the load takes 0.2 s.
        var output = _session.Run(
            "Start-ConfigMapDriver -Rate 500 -Arrival Constant -Count 100 -MaxPopulation 10 -RunId slow -Kubeconfig $Kubeconfig | ForEach-Object { [Threading.Thread]::Sleep(10); $_ }",
            ("Kubeconfig", server.Kubeconfig));
        var creates = output.Where(record => (string)record.Properties["Operation"].Value == "Create" && (string)record.Properties["Phase"].Value != "WarmUp").ToList();
        var launched = creates.Select(record => (long)record.Properties["LaunchedUnixMicroseconds"].Value).ToList();

        Assert.Equal(100, creates.Count);

        // 198 ms, when neither the first nor the last is late.
        Assert.InRange(launched.Max() - launched.Min(), 100_000, 1_000_000);
        Assert.Empty(await server.NamesAsync("slow"));
    }
}
