using System.Text.Json;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Cluster;
using K8sScaleTest.TestSupport;
using static K8sScaleTest.RealApi.Tests.Shell.Driver;

namespace K8sScaleTest.RealApi.Tests.Cluster;

/// <summary>
/// The Flunder API on a real server that serves none. Custom resources are installed, discovered, listed and removed here, not written: this build of a
/// kube-apiserver ends at the first write of any custom resource (its JSON library and its Go do not fit); the local API server stands in for that.
/// </summary>
public sealed class FlunderApiTests : IAsyncLifetime
{
    private const string Definition = "customresourcedefinitions.apiextensions.k8s.io";
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await RemoveAsync();

    public async ValueTask DisposeAsync()
    {
        await RemoveAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_custom_resource_is_installed_served_kept_as_it_is_and_removed()
    {
        var installed = await CmdletAsync("Install-FlunderApi");
        Assert.Equal((0, ""), (installed.ExitCode, installed.Error));
        Assert.Equal([$"Created {Definition} flunders.wardle.example.com"], Lines(installed.Output));
        foreach (var version in FlunderApi.Versions)
            Assert.Contains("FlunderList", await KubectlAsync("get", "--raw", $"/apis/wardle.example.com/{version}/flunders"), StringComparison.Ordinal);
        Assert.Contains("fischerReference", await KubectlAsync("get", "crd", "flunders.wardle.example.com", "-o", "json"), StringComparison.Ordinal);
        await using (var target = await TargetAsync())
        {
            using var client = Client(target);
            Assert.Equal(("wardle.example.com", "v1beta1", true), await FoundAsync(client));
        }

        Assert.Equal([$"Unchanged {Definition} flunders.wardle.example.com"], Lines((await CmdletAsync("Install-FlunderApi")).Output));
        var other = await CmdletAsync("Install-FlunderApi -Aggregated");
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("as a custom resource already", other.Error, StringComparison.Ordinal);

        Assert.Equal([$"Deleted {Definition} flunders.wardle.example.com"], Lines((await CmdletAsync("Uninstall-FlunderApi -Confirm:$false")).Output));
        Assert.DoesNotContain("wardle.example.com", await KubectlAsync("get", "crd", "-o", "name"), StringComparison.Ordinal);
        var again = await CmdletAsync("Uninstall-FlunderApi -Confirm:$false");
        Assert.Equal((0, "", ""), (again.ExitCode, again.Output, again.Error));
    }

    [Fact]
    public async Task A_definition_of_others_is_refused_with_whose_it_is_and_left_alone()
    {
        await using (var target = await TargetAsync())
        {
            using var client = Client(target);
            var foreign = System.Text.Encoding.UTF8.GetString(FlunderDefinition.Build("x").ToJson())
                .Replace("\"app.kubernetes.io/managed-by\":\"K8sScaleTest\"", "\"app.kubernetes.io/managed-by\":\"Helm\",\"app.kubernetes.io/instance\":\"shop\"", StringComparison.Ordinal);
            var created = await client.SendAsync(HttpMethod.Post, FlunderApi.Definitions.CollectionPath(null), System.Text.Encoding.UTF8.GetBytes(foreign), cancellationToken: Cancel);
            Assert.True(created.IsSuccess, created.ToStatus().Message);
        }

        var before = await KubectlAsync("get", "crd", "flunders.wardle.example.com", "-o", "jsonpath={.metadata.uid} {.metadata.labels}");
        try
        {
            foreach (var cmdlet in (string[])["Install-FlunderApi", "Install-FlunderApi -Aggregated", "Uninstall-FlunderApi -Confirm:$false"])
            {
                var refused = await CmdletAsync(cmdlet);
                Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
                Assert.Contains("managed by Helm, instance 'shop'", refused.Error, StringComparison.Ordinal);
            }

            Assert.Equal(before, await KubectlAsync("get", "crd", "flunders.wardle.example.com", "-o", "jsonpath={.metadata.uid} {.metadata.labels}"));
        }
        finally
        {
            await KubectlAsync("delete", "crd", "flunders.wardle.example.com", "--wait=true");
        }
    }

    [Fact]
    public async Task An_APIService_of_others_is_refused_with_whose_it_is_and_left_alone()
    {
        var manifest = _folder.Write("foreign.yaml", """
            apiVersion: apiregistration.k8s.io/v1
            kind: APIService
            metadata: {name: v1beta1.wardle.example.com}
            spec: {group: wardle.example.com, version: v1beta1, groupPriorityMinimum: 1, versionPriority: 1, insecureSkipTLSVerify: true, service: {name: theirs, namespace: default}}
            """);
        await KubectlAsync("create", "-f", manifest);
        try
        {
            foreach (var cmdlet in (string[])["Install-FlunderApi", "Install-FlunderApi -Aggregated", "Uninstall-FlunderApi -Confirm:$false"])
            {
                var refused = await CmdletAsync(cmdlet);
                Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
                Assert.Contains("service 'theirs' in namespace 'default'", refused.Error, StringComparison.Ordinal);
            }

            Assert.Contains("v1beta1.wardle.example.com", await KubectlAsync("get", "apiservices", "-o", "name"), StringComparison.Ordinal);
            Assert.DoesNotContain("flunder-api", await KubectlAsync("get", "clusterroles", "-o", "name"), StringComparison.Ordinal);
        }
        finally
        {
            await KubectlAsync("delete", "apiservice", "v1beta1.wardle.example.com");
        }
    }

    [Fact]
    public async Task A_user_without_rights_reads_all_that_are_missing_and_nothing_is_changed()
    {
        var forbidden = RealApi.Beside(RealApi.BareKubeconfig, "kubeconfig-forbidden");
        var refused = await RunAsync($"Install-FlunderApi -Aggregated -Kubeconfig {Quoted(forbidden)}");
        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        foreach (var resource in (string[])["namespaces", "secrets in namespace 'wardle'", "clusterroles.rbac", "clusterrolebindings.rbac", "rolebindings.rbac.authorization.k8s.io in namespace 'kube-system'", "services", "deployments.apps", "apiservices.apiregistration.k8s.io"])
            Assert.Contains($"create {resource}", refused.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("flunder-api", await KubectlAsync("get", "clusterroles", "-o", "name"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_object_of_the_aggregated_form_passes_a_dry_run()
    {
        await using var target = await TargetAsync();
        using var client = Client(target);
        var plan = new FlunderApiInstaller(client, new FlunderApiOptions { Aggregated = true, Installer = "a test" }).Plan();
        foreach (var item in plan)
        {
            // Its namespace is there: a Namespace of another name stands for it.
            var tried = item.Resource.Plural == "namespaces" ? FlunderServer.NamespaceObject("tried-by-dry-run", "a test") : item;
            var response = await client.SendAsync(HttpMethod.Post, tried.CollectionPath + "?dryRun=All", tried.ToJson(), cancellationToken: Cancel);
            Assert.True(response.StatusCode == 201, $"{tried.Description}: {response.StatusCode} {response.ToStatus().Message}");
        }
    }

    [Fact]
    public async Task The_aggregated_form_is_served_by_a_sample_apiserver_with_its_certificate_and_driven()
    {
        // No pods run here: the test is the cluster that starts the server, with the certificate of the Secret, and points the registrations at it.
        using var install = Start($"Install-FlunderApi -Aggregated -Timeout 3m -Kubeconfig {Quoted(RealApi.BareKubeconfig)} | ForEach-Object {{ \"$($_.Action) $($_.Resource) $($_.Name)\" }}");
        await install.WaitForAsync("apiservices.apiregistration.k8s.io v1beta1.wardle.example.com");
        using var secret = JsonDocument.Parse(await KubectlAsync("get", "secret", "flunder-api", "-n", "wardle", "-o", "json"));
        await using var server = await SampleApiServer.StartAsync(RealApi.BareKubeconfig, _folder, secret.RootElement.GetProperty("data"));
        await KubectlAsync("patch", "service", "flunder-api", "-n", "wardle", "--type=merge", "-p", """{"spec":{"type":"ExternalName","externalName":"localhost","clusterIP":null,"clusterIPs":null,"selector":null}}""");
        foreach (var version in FlunderApi.Versions)
            await KubectlAsync("patch", "apiservice", $"{version}.wardle.example.com", "--type=merge", "-p", $"{{\"spec\":{{\"service\":{{\"port\":{server.Port}}}}}}}");
        var installed = await install.EndAsync();
        Assert.True(installed.ExitCode == 0, installed.Error + server.Log);

        var driven = await RunAsync($"Start-FlunderDriver -Kubeconfig {Quoted(RealApi.BareKubeconfig)} -Rate 100 -Count 100 -MaxPopulation 20 -Updates 1 -DataLength 100 | Where-Object {{ $_.Phase -ne 'WarmUp' }} | ForEach-Object {{ \"$($_.Operation) $($_.Outcome)\" }}");
        Assert.Equal((0, ""), (driven.ExitCode, driven.Error));
        var outcomes = Lines(driven.Output);
        Assert.Equal(100, outcomes.Count(line => line == "Create Succeeded"));
        Assert.Equal(100, outcomes.Count(line => line == "Delete Succeeded"));
        Assert.Equal(300, outcomes.Length);

        var removed = Lines((await CmdletAsync("Uninstall-FlunderApi -Confirm:$false")).Output);
        Assert.Contains("Deleted deployments.apps flunder-api", removed);
        Assert.Contains("Deleted secrets flunder-api", removed);
        Assert.DoesNotContain(removed, line => line.Contains("namespaces", StringComparison.Ordinal));
        Assert.DoesNotContain("wardle.example.com", await KubectlAsync("get", "apiservices", "-o", "name"), StringComparison.Ordinal);
        Assert.DoesNotContain("flunder-api", await KubectlAsync("get", "clusterroles,clusterrolebindings", "-o", "name"), StringComparison.Ordinal);
        Assert.Contains("wardle", await KubectlAsync("get", "namespaces", "-o", "name"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_served_in_time_is_said_with_the_servers_reason()
    {
        var late = await CmdletAsync("Install-FlunderApi -Aggregated -Timeout 1s");
        Assert.Equal(1, late.ExitCode);
        Assert.Contains("v1alpha1.wardle.example.com is not Available", late.Error, StringComparison.Ordinal);
        Assert.Contains("Uninstall-FlunderApi", late.Error, StringComparison.Ordinal);
        var again = await CmdletAsync("Install-FlunderApi -Aggregated -Timeout 1s");
        Assert.All(Lines(again.Output), line => Assert.Matches("^(Unchanged|Kept) ", line));
    }

    private static async Task<(string Group, string Version, bool Namespaced)> FoundAsync(ApiClient client)
    {
        var found = await ApiDiscovery.FindByNameAsync(client, "flunders", cancellationToken: Cancel);
        return (found.Group, found.Version, found.Namespaced);
    }

    private static Task<ShellResult> CmdletAsync(string command)
    {
        var words = command.Split(' ', 2);
        return RunAsync($"{words[0]} -Kubeconfig {Quoted(RealApi.BareKubeconfig)} {words.ElementAtOrDefault(1)} | ForEach-Object {{ \"$($_.Action) $($_.Resource) $($_.Name)\" }}");
    }

    private static async Task RemoveAsync() => await CmdletAsync("Uninstall-FlunderApi -Confirm:$false");

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static Task<string> KubectlAsync(params string[] arguments) => Kubectl.RunAsync(RealApi.BareKubeconfig, arguments);

    private static Task<ApiTarget> TargetAsync() => ApiTarget.ResolveAsync(new TargetOptions { Kubeconfig = RealApi.BareKubeconfig }, Cancel);

    private static ApiClient Client(ApiTarget target) => new(target, System.Net.HttpVersion.Version20, "test", TimeSpan.FromSeconds(30));
}
