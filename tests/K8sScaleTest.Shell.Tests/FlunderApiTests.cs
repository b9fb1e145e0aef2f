using System.Text.Json;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Shell.Tests;

/// <summary>Flunders as a custom resource on a server that serves none of its own: installed, written and observed by the cmdlets as they are, and removed.</summary>
public sealed class FlunderApiTests : IAsyncLifetime
{
    private LocalApiProcess? _server;

    public async ValueTask InitializeAsync() => _server = await LocalApiProcess.StartAsync("--no-flunder-api");

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task A_custom_resource_is_driven_logged_and_watched_as_Flunders_are()
    {
        var none = await RunAsync("Start-FlunderDriver", "-Count 1");
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("Install-FlunderApi", none.Error, StringComparison.Ordinal);

        Assert.Equal(["Created"], await ActionsAsync("Install-FlunderApi", ""));
        Assert.Equal(["Unchanged"], await ActionsAsync("Install-FlunderApi", ""));
        using (var logger = Start("Start-FlunderLogger", "-Namespace scaletest -RunId log -OutFile - -Format JsonLines"))
        using (var watch = Start("Invoke-FlunderWatch", "-Namespace scaletest -RunId watch -OutFile - -Format JsonLines"))
        {
            await logger.WaitForAsync("\"RunId\":\"log\"");
            await watch.WaitForAsync("\"RunId\":\"watch\"");
            var driven = await RunAsync("Start-FlunderDriver", "-Rate 50 -Count 100 -MaxPopulation 20 -Updates 1 -DataLength 100 -RunId driven -OutFile - -Format JsonLines");
            Assert.True(driven.ExitCode == 0, driven.Error);
            var writes = Records(driven.Output).Where(record => record.GetProperty("Phase").GetString() != "WarmUp").ToArray();
            Assert.Equal(300, writes.Length);
            Assert.All(writes, record => Assert.Equal("Succeeded", record.GetProperty("Outcome").GetString()));
            foreach (var observer in (ShellProcess[])[logger, watch])
            {
                // The last name, so that all events before it have come.
                await observer.WaitForAsync("driven-100");
                await observer.SignalAsync("TERM");
                var observed = await observer.WaitAsync();
                Assert.True(Records(observed.Output).Count(record => record.ToString().Contains("driven-", StringComparison.Ordinal)) >= 100, observed.Error);
            }
        }

        Assert.Equal(["Deleted"], await ActionsAsync("Uninstall-FlunderApi", "-Confirm:$false"));
        Assert.Equal(1, (await RunAsync("Start-FlunderDriver", "-Count 1")).ExitCode);
    }

    private ShellProcess Start(string cmdlet, string parameters) =>
        ShellProcess.StartWith([], "-NonInteractive", "-Command", $"{cmdlet} -Kubeconfig '{_server!.Kubeconfig}' {parameters}");

    private async Task<ShellResult> RunAsync(string cmdlet, string parameters)
    {
        using var shell = Start(cmdlet, parameters);
        return await shell.EndAsync();
    }

    private async Task<string[]> ActionsAsync(string cmdlet, string parameters)
    {
        var ended = await RunAsync(cmdlet, parameters + " | ForEach-Object { $_.Action }");
        Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
        return ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static List<JsonElement> Records(string output) => [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
}
