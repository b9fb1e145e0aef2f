using System.Text.RegularExpressions;
using K8sScaleTest.RealApi.Tests.Drivers;
using K8sScaleTest.TestSupport;
using static K8sScaleTest.RealApi.Tests.Shell.Driver;

namespace K8sScaleTest.RealApi.Tests.Shell;

/// <summary>What a user of the cmdlets reads when a real server will not let a run happen.</summary>
public sealed partial class RefusalTests
{
    [Fact]
    public async Task Credentials_that_the_server_does_not_know()
    {
        const string WrongToken = "0123456789abcdef-wrong";
        using var folder = new TemporaryFolder();
        var kubeconfig = folder.Write("config", Token().Replace(await File.ReadAllTextAsync(RealApi.Kubeconfig, TestContext.Current.CancellationToken), $"token: {WrongToken}"));
        var result = await RunAsync($"Start-ConfigMapDriver -Kubeconfig {Quoted(kubeconfig)} -Count 1");

        AssertRefused(result, "401", "credentials");
        Assert.DoesNotContain(WrongToken, result.Output + result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Start-ConfigMapDriver", "create", "configmaps")]
    [InlineData("Start-FlunderDriver", "create", "flunders")]
    public async Task A_user_without_rights_reads_which_verb_and_resource_it_lacks(string cmdlet, string verb, string resource)
    {
        var result = await RunAsync($"{cmdlet} -Kubeconfig {Quoted(RealApi.Beside("kubeconfig-forbidden"))} -Count 1");

        AssertRefused(result, "forbidden", $"cannot {verb} resource", resource, "No load was started");
    }

    [Fact]
    public async Task A_namespace_that_does_not_exist_and_how_to_have_it_made()
    {
        var result = await RunAsync($"Start-ConfigMapDriver -Kubeconfig {Quoted(RealApi.Kubeconfig)} -Count 1 -Namespace no-such-namespace");

        AssertRefused(result, "no-such-namespace", "-CreateNamespace");
    }

    [Fact]
    public async Task CreateNamespace_makes_it_and_the_run_goes_on()
    {
        var ns = DrivenRun.NewRunId("ns").Replace('.', '-');
        try
        {
            var result = await RunAsync($"Start-ConfigMapDriver -Kubeconfig {Quoted(RealApi.Kubeconfig)} -Count 5 -Rate 50 -MaxPopulation 5 -Namespace {ns} -CreateNamespace | ForEach-Object Outcome");

            Assert.Equal((0, ""), (result.ExitCode, result.Error));
            Assert.All(result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), outcome => Assert.Equal("Succeeded", outcome));
        }
        finally
        {
            await Kubectl.RunAsync(RealApi.Kubeconfig, "delete", "namespace", ns, "--wait=false");
        }
    }

    private static void AssertRefused(ShellResult result, params string[] words)
    {
        Assert.Equal(1, result.ExitCode);
        Assert.Equal("", result.Output);

        // Long messages are wrapped to the width of a terminal.
        var message = Blanks().Replace(result.Error.Replace("|", "", StringComparison.Ordinal), " ");
        Assert.All(words, word => Assert.True(message.Contains(word, StringComparison.Ordinal), $"'{word}' is not in: {message}"));
    }

    [GeneratedRegex(@"token: ?[^}\s]+")]
    private static partial Regex Token();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
