using System.Diagnostics;
using System.Reflection;

namespace K8sScaleTest.LocalApi.Tests;

/// <summary>Clients that nobody here wrote, beside kubectl: they take the server for a real one. Skipped where one is not installed; CI installs them.</summary>
public sealed class WitnessTests(ServerFixture fixture)
{
    private const string NodeFolder = "SCALETEST_NODE_WITNESS";
    private const string Python = "/usr/bin/python3";

    /// <summary>Where package.json and the scripts lie.</summary>
    private static readonly string Scripts = typeof(WitnessTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Witnesses").Value!;

    [Fact]
    public async Task The_informer_of_the_JavaScript_client_sees_every_change()
    {
        var folder = Environment.GetEnvironmentVariable(NodeFolder);
        if (string.IsNullOrEmpty(folder)) Assert.Skip($"{NodeFolder} is not set: it names a copy of the folder Witnesses in which npm install was run.");
        using var api = new ApiClient(fixture.Server);
        var ns = await api.CreateNamespaceAsync();

        var output = await RunAsync("node", Path.Combine(folder, "informer.mjs"), fixture.Server.Kubeconfig, ns);

        Assert.Equal(["add before v", "add after v", "update after w", "delete before v", "ok"], output);
    }

    [Fact]
    public async Task The_Python_client_lists_watches_and_writes()
    {
        if (!File.Exists(Python) || await ExitCodeAsync(Python, "-c", "import kubernetes") != 0) Assert.Skip("python3-kubernetes is not installed.");
        using var api = new ApiClient(fixture.Server);
        var ns = await api.CreateNamespaceAsync();

        Assert.Equal(["ok"], await RunAsync(Python, Path.Combine(Scripts, "client.py"), fixture.Server.Kubeconfig, ns));
    }

    [Fact]
    public async Task The_Python_client_defines_a_resource_and_works_with_its_objects()
    {
        if (!File.Exists(Python) || await ExitCodeAsync(Python, "-c", "import kubernetes") != 0) Assert.Skip("python3-kubernetes is not installed.");
        using var api = new ApiClient(fixture.Server);
        var ns = await api.CreateNamespaceAsync();

        Assert.Equal(["ok"], await RunAsync(Python, Path.Combine(Scripts, "custom.py"), fixture.Server.Kubeconfig, ns));
    }

    private static async Task<string[]> RunAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {await error}{await output}");
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<int> ExitCodeAsync(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        await Task.WhenAll(process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    private static Process Start(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
