namespace K8sScaleTest.LocalApi.Tests.Kubectl;

/// <summary>kubectl, a client that nobody here wrote. It must be installed: a run without it fails.</summary>
public sealed class KubectlTests(ServerFixture fixture) : IDisposable
{
    private readonly KubectlClient _kubectl = new(fixture);

    public void Dispose() => _kubectl.Dispose();

    [Fact]
    public async Task It_creates_applies_labels_patches_describes_and_deletes()
    {
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
        var file = _kubectl.Write("objects.yaml", Manifest.Replace("VALUE", "one", StringComparison.Ordinal));
        Assert.Equal("configmap/kubectl-cm created\nflunder.wardle.example.com/kubectl-flunder created", await _kubectl.RunAsync("apply", "-f", file));
        Assert.Equal("configmap/kubectl-cm unchanged\nflunder.wardle.example.com/kubectl-flunder unchanged", await _kubectl.RunAsync("apply", "-f", file));
        _kubectl.Write("objects.yaml", Manifest.Replace("VALUE", "two", StringComparison.Ordinal));
        Assert.Equal("configmap/kubectl-cm configured\nflunder.wardle.example.com/kubectl-flunder configured", await _kubectl.RunAsync("apply", "-f", file));
        Assert.Equal("two two", await _kubectl.RunAsync("get", "-f", file, "-o", "jsonpath={.items[0].data.k} {.items[1].spec.reference}"));
        Assert.Equal("configmap/kubectl-cm labeled", await _kubectl.RunAsync("label", "cm", "kubectl-cm", "-n", "scaletest", "c=d"));
        Assert.Matches("kubectl-cm +1 +[0-9]+s +a=b,c=d", await _kubectl.RunAsync("get", "cm", "kubectl-cm", "-n", "scaletest", "--show-labels"));
        Assert.Equal("configmap/kubectl-cm patched", await _kubectl.RunAsync("patch", "cm", "kubectl-cm", "-n", "scaletest", "-p", """{"data":{"k":"three"}}"""));
        Assert.Contains("three", await _kubectl.RunAsync("describe", "cm", "kubectl-cm", "-n", "scaletest"), StringComparison.Ordinal);
        Assert.Contains("\"kubectl-cm\" deleted", await _kubectl.RunAsync("delete", "-f", file), StringComparison.Ordinal);
        Assert.Contains("(NotFound): configmaps \"kubectl-cm\" not found", await _kubectl.FailAsync("get", "cm", "kubectl-cm", "-n", "scaletest"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_create_commands_work_which_send_protobuf()
    {
        Assert.Equal("namespace/kubectl-ns created", await _kubectl.RunAsync("create", "namespace", "kubectl-ns"));
        Assert.Equal("configmap/cm created", await _kubectl.RunAsync("create", "configmap", "cm", "-n", "kubectl-ns", "--from-literal=a=b"));
        Assert.Equal("secret/s created", await _kubectl.RunAsync("create", "secret", "generic", "s", "-n", "kubectl-ns", "--from-literal=a=b"));
        Assert.Equal("b Yg==", await _kubectl.RunAsync("get", "cm/cm", "secret/s", "-n", "kubectl-ns", "-o", "jsonpath={.items[0].data.a} {.items[1].data.a}"));
        Assert.Contains("deleted", await _kubectl.RunAsync("delete", "namespace", "kubectl-ns"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_watch_shows_changes_as_they_happen()
    {
        using var api = new ApiClient(fixture.Server);
        await api.CreateConfigMapAsync("kubectl-watched");
        using var watch = _kubectl.Start("get", "cm", "-n", "scaletest", "-w", "--field-selector", "metadata.name=kubectl-watched", "--output-watch-events", "-o", "jsonpath={.type} {.object.data.k}{\"\\n\"}");
        try
        {
            Assert.Equal("ADDED v", await KubectlClient.LineAsync(watch));
            await api.PatchAsync(ApiClient.ConfigMaps + "/kubectl-watched", """{"data":{"k":"w"}}""");
            Assert.Equal("MODIFIED w", await KubectlClient.LineAsync(watch));
            await api.DeleteAsync(ApiClient.ConfigMaps + "/kubectl-watched");
            Assert.Equal("DELETED w", await KubectlClient.LineAsync(watch));
        }
        finally
        {
            watch.Kill();
        }
    }

    [Fact]
    public async Task It_finds_the_resources_and_explains_them()
    {
        Assert.Matches(@"configmaps +cm +v1 +true +ConfigMap", await _kubectl.RunAsync("api-resources"));
        Assert.Matches(@"flunders +wardle.example.com/v1beta1 +true +Flunder", await _kubectl.RunAsync("api-resources"));
        Assert.Contains("Data contains the configuration data.", await _kubectl.RunAsync("explain", "configmap.data"), StringComparison.Ordinal);
        Assert.Contains("Server Version: v1.36.0", await _kubectl.RunAsync("version"), StringComparison.Ordinal);
        Assert.Equal("ok", await _kubectl.RunAsync("get", "--raw", "/readyz"));
    }
}
