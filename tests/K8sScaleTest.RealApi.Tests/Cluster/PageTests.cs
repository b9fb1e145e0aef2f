using K8sScaleTest.TestSupport;

namespace K8sScaleTest.RealApi.Tests.Cluster;

/// <summary>The commands of docs/in-a-cluster.md, run one after the other as they stand there, on a real server that serves no Flunders.</summary>
public sealed class PageTests
{
    // No pods run on that server, and the image is another test's matter.
    private static readonly string[] BeyondReach = ["./build.ps1", "kubectl wait", "kubectl logs"];

    [Fact]
    public async Task Every_command_of_the_page_does_what_it_says()
    {
        var kubeconfig = RealApi.BareKubeconfig;
        using var folder = new TemporaryFolder();
        var page = await File.ReadAllLinesAsync(Path.Combine(ShellProcess.RepositoryRoot, "docs", "in-a-cluster.md"), TestContext.Current.CancellationToken);
        var commands = Commands(page).Where(command => !BeyondReach.Any(start => command.StartsWith(start, StringComparison.Ordinal))).ToArray();
        Assert.True(commands.Length >= 7, $"only {commands.Length} commands");
        try
        {
            foreach (var command in commands)
            {
                // The project's shell cannot pipe into a program: what follows the pipe is run on what came out, as outside of it.
                var halves = command.Split(" | kubectl ");
                using var shell = ShellProcess.StartWith([("KUBECONFIG", kubeconfig)], "-NonInteractive", "-WorkingDirectory", ShellProcess.RepositoryRoot, "-Command", halves[0]);
                var ended = await shell.EndAsync();
                Assert.True(ended.ExitCode == 0, $"{command}: {ended.Error}");
                if (halves.Length < 2) continue;
                Assert.Equal("apply -f -", halves[1]);
                await Kubectl.RunAsync(kubeconfig, "apply", "-f", folder.Write("piped.yaml", ended.Output));
            }
        }
        finally
        {
            await Kubectl.RunAsync(kubeconfig, "delete", "jobs,replicasets,serviceaccounts,roles,rolebindings,services", "--selector", "app.kubernetes.io/part-of=k8sscaletest", "--namespace", "scaletest", "--wait=false");
        }
    }

    private static IEnumerable<string> Commands(IEnumerable<string> page)
    {
        var inside = false;
        foreach (var line in page)
        {
            if (line.StartsWith("```", StringComparison.Ordinal)) inside = line == "```powershell";
            else if (inside && line.Length > 0) yield return line;
        }
    }
}
