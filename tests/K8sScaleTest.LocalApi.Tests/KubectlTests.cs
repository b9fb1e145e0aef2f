using System.Diagnostics;

namespace K8sScaleTest.LocalApi.Tests;

/// <summary>kubectl, a client that nobody here wrote. It must be installed: a run without it fails.</summary>
public sealed class KubectlTests(ServerFixture fixture)
{
    [Fact]
    public async Task It_creates_applies_labels_patches_describes_and_deletes()
    {
        var folder = Directory.CreateTempSubdirectory("k8sscaletest-").FullName;
        var file = Path.Combine(folder, "objects.yaml");
        const string Manifest = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: kubectl-cm, namespace: scaletest, labels: {a: b}}
            data: {k: VALUE}
            ---
            apiVersion: wardle.example.com/v1alpha1
            kind: Flunder
            metadata: {name: kubectl-flunder, namespace: scaletest}
            spec: {reference: VALUE}
            """;
        try
        {
            await File.WriteAllTextAsync(file, Manifest.Replace("VALUE", "one", StringComparison.Ordinal), TestContext.Current.CancellationToken);
            Assert.Equal("configmap/kubectl-cm created\nflunder.wardle.example.com/kubectl-flunder created", await KubectlAsync("apply", "-f", file));
            Assert.Equal("configmap/kubectl-cm unchanged\nflunder.wardle.example.com/kubectl-flunder unchanged", await KubectlAsync("apply", "-f", file));
            await File.WriteAllTextAsync(file, Manifest.Replace("VALUE", "two", StringComparison.Ordinal), TestContext.Current.CancellationToken);
            Assert.Equal("configmap/kubectl-cm configured\nflunder.wardle.example.com/kubectl-flunder configured", await KubectlAsync("apply", "-f", file));
            Assert.Equal("two two", await KubectlAsync("get", "-f", file, "-o", "jsonpath={.items[0].data.k} {.items[1].spec.reference}"));
            Assert.Equal("configmap/kubectl-cm labeled", await KubectlAsync("label", "cm", "kubectl-cm", "-n", "scaletest", "c=d"));
            Assert.Matches("kubectl-cm +1 +[0-9]+s +a=b,c=d", await KubectlAsync("get", "cm", "kubectl-cm", "-n", "scaletest", "--show-labels"));
            Assert.Equal("configmap/kubectl-cm patched", await KubectlAsync("patch", "cm", "kubectl-cm", "-n", "scaletest", "-p", """{"data":{"k":"three"}}"""));
            Assert.Contains("three", await KubectlAsync("describe", "cm", "kubectl-cm", "-n", "scaletest"), StringComparison.Ordinal);
            Assert.Contains("\"kubectl-cm\" deleted", await KubectlAsync("delete", "-f", file), StringComparison.Ordinal);
            Assert.Contains("(NotFound): configmaps \"kubectl-cm\" not found", await KubectlAsync(succeeds: false, "get", "cm", "kubectl-cm", "-n", "scaletest"), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Its_create_commands_work_which_send_protobuf()
    {
        Assert.Equal("namespace/kubectl-ns created", await KubectlAsync("create", "namespace", "kubectl-ns"));
        Assert.Equal("configmap/cm created", await KubectlAsync("create", "configmap", "cm", "-n", "kubectl-ns", "--from-literal=a=b"));
        Assert.Equal("secret/s created", await KubectlAsync("create", "secret", "generic", "s", "-n", "kubectl-ns", "--from-literal=a=b"));
        Assert.Equal("b Yg==", await KubectlAsync("get", "cm/cm", "secret/s", "-n", "kubectl-ns", "-o", "jsonpath={.items[0].data.a} {.items[1].data.a}"));
        Assert.Contains("deleted", await KubectlAsync("delete", "namespace", "kubectl-ns"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_watch_shows_changes_as_they_happen()
    {
        using var api = new ApiClient(fixture.Server);
        await api.CreateConfigMapAsync("kubectl-watched");
        using var watch = Start("get", "cm", "-n", "scaletest", "-w", "--field-selector", "metadata.name=kubectl-watched", "--output-watch-events", "-o", "jsonpath={.type} {.object.data.k}{\"\\n\"}");
        try
        {
            Assert.Equal("ADDED v", await LineAsync(watch));
            await api.PatchAsync(ApiClient.ConfigMaps + "/kubectl-watched", """{"data":{"k":"w"}}""");
            Assert.Equal("MODIFIED w", await LineAsync(watch));
            await api.DeleteAsync(ApiClient.ConfigMaps + "/kubectl-watched");
            Assert.Equal("DELETED w", await LineAsync(watch));
        }
        finally
        {
            watch.Kill();
        }
    }

    [Fact]
    public async Task It_finds_the_resources_and_explains_them()
    {
        Assert.Matches(@"configmaps +cm +v1 +true +ConfigMap", await KubectlAsync("api-resources"));
        Assert.Matches(@"flunders +wardle.example.com/v1beta1 +true +Flunder", await KubectlAsync("api-resources"));
        Assert.Contains("Data contains the configuration data.", await KubectlAsync("explain", "configmap.data"), StringComparison.Ordinal);
        Assert.Contains("Server Version: v1.36.0", await KubectlAsync("version"), StringComparison.Ordinal);
        Assert.Equal("ok", await KubectlAsync("get", "--raw", "/readyz"));
    }

    private Task<string> KubectlAsync(params string[] arguments) => KubectlAsync(succeeds: true, arguments);

    private async Task<string> KubectlAsync(bool succeeds, params string[] arguments)
    {
        using var process = Start(arguments);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = (await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).TrimEnd();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var said = await errors;
        Assert.True(process.ExitCode == 0 == succeeds, $"kubectl {string.Join(' ', arguments)}: exit code {process.ExitCode}. {output} {said}");
        return succeeds ? output : said;
    }

    private Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("kubectl") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["--kubeconfig", fixture.Server.Kubeconfig, "--cache-dir", Path.Combine(Path.GetDirectoryName(fixture.Server.Kubeconfig)!, "cache"), .. arguments]) start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException("kubectl does not start.");
    }

    private static async Task<string?> LineAsync(Process process) => await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
}
