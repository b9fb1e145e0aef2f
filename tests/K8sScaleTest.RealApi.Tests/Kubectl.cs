using System.Diagnostics;

namespace K8sScaleTest.RealApi.Tests;

/// <summary>kubectl, a witness that shares no code with the module.</summary>
internal static class Kubectl
{
    /// <summary>The names (<c>configmap/x</c>) of what a run has in the namespace, of ConfigMaps and Flunders alike.</summary>
    public static async Task<string[]> NamesOfRunAsync(string kubeconfig, string runId, string resources = "cm,flunders") =>
        (await RunAsync(kubeconfig, "get", resources, "-n", "scaletest", "-l", $"scaletest/run={runId}", "-o", "name"))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs it and returns what it wrote; it must succeed.</summary>
    public static async Task<string> RunAsync(string kubeconfig, params string[] arguments)
    {
        var start = new ProcessStartInfo("kubectl") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["--kubeconfig", kubeconfig, "--request-timeout=60s", .. arguments]) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"kubectl {string.Join(' ', arguments)} ended with {process.ExitCode}: {await error}");
        return await output;
    }
}
