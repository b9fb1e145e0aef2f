namespace K8sScaleTest.LocalApi.Tests.Kubectl;

/// <summary>kubectl delete in its forms, and waiting for it.</summary>
public sealed class KubectlDeleteTests(ServerFixture fixture) : IDisposable
{
    private readonly KubectlClient _kubectl = new(fixture);

    public void Dispose() => _kubectl.Dispose();

    [Fact]
    public async Task By_name_by_selector_and_all()
    {
        var space = await _kubectl.NamespaceAsync("kubectl-delete");
        foreach (var name in (string[])["a", "b", "c", "d", "e", "f", "g"]) await _kubectl.RunAsync("create", "configmap", name, "-n", space);
        await _kubectl.RunAsync("label", "cm", "a", "b", "-n", space, "app=x");
        Assert.Matches("^configmap \"a\" deleted.* \\(server dry run\\)", await DeleteAsync("cm", "a", "--dry-run=server"));
        Assert.Equal(7, await CountAsync());
        Assert.Matches("^configmap \"a\" deleted.*\nconfigmap \"b\" deleted", await DeleteAsync("cm", "-l", "app=x"));
        Assert.Matches("^configmap \"c\" deleted", await DeleteAsync("cm", "c", "--grace-period=0"));
        Assert.Matches("^configmap \"d\" force deleted", await DeleteAsync("cm", "d", "--grace-period=0", "--force"));
        foreach (var (name, cascade) in new[] { ("e", "background"), ("f", "orphan"), ("g", "foreground") })
        {
            Assert.Equal(1, await CountAsync("--field-selector", "metadata.name=" + name));
            Assert.Matches($"^configmap \"{name}\" deleted", await DeleteAsync("cm", name, "--cascade=" + cascade, "--timeout=30s"));
        }
        Assert.Equal(0, await CountAsync());
        await _kubectl.RunAsync("create", "secret", "generic", "s", "-n", space);
        await _kubectl.RunAsync("create", "secret", "generic", "t", "-n", space);
        Assert.Matches("^secret \"s\" deleted.*\nsecret \"t\" deleted", await DeleteAsync("secret", "--all"));
        Assert.Equal("Error from server (NotFound): configmaps \"a\" not found", await _kubectl.FailAsync("delete", "cm", "a", "-n", space));
        Assert.Equal("", await DeleteAsync("cm", "a", "--ignore-not-found"));
        Assert.Contains("\"kind\":\"Status\"", await RawAsync(), StringComparison.Ordinal);
        Assert.Equal("Error from server (Forbidden): namespaces \"default\" is forbidden: this namespace may not be deleted", await _kubectl.FailAsync("delete", "namespace", "default"));

        Task<string> DeleteAsync(params string[] more) => _kubectl.RunAsync(["delete", "-n", space, .. more]);
        async Task<int> CountAsync(params string[] more) => (await _kubectl.RunAsync(["get", "cm", "-n", space, "-o", "name", .. more])).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
        async Task<string> RawAsync()
        {
            await _kubectl.RunAsync("create", "configmap", "raw", "-n", space);
            return await _kubectl.RunAsync("delete", "--raw", $"/api/v1/namespaces/{space}/configmaps/raw");
        }
    }

    [Fact]
    public async Task What_has_a_finalizer_is_waited_for()
    {
        var space = await _kubectl.NamespaceAsync("kubectl-wait");
        await _kubectl.RunAsync("create", "-n", space, "-f", _kubectl.Write("held.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: held, finalizers: [example.com/hold]}\n"));
        Assert.Equal("error: timed out waiting for the condition on configmaps/held", await _kubectl.FailAsync("delete", "cm", "held", "-n", space, "--timeout=1s"));
        Assert.Matches("^configmap \"held\" deleted", await _kubectl.RunAsync("delete", "cm", "held", "-n", space, "--wait=false"));
        Assert.Equal("error: timed out waiting for the condition on configmaps/held", await _kubectl.FailAsync("wait", "--for=delete", "cm/held", "-n", space, "--timeout=1s"));
        // One waits by a watch until the other lets it go.
        using var waiting = _kubectl.Start("wait", "--for=delete", "cm/held", "-n", space, "--timeout=60s");
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.False(waiting.HasExited);
        await _kubectl.RunAsync("patch", "cm", "held", "-n", space, "--type=json", "-p", """[{"op":"remove","path":"/metadata/finalizers"}]""");
        await waiting.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, waiting.ExitCode);
        Assert.Equal("Error from server (NotFound): configmaps \"held\" not found", await _kubectl.FailAsync("get", "cm", "held", "-n", space));
    }

    [Fact]
    public async Task A_namespace_goes_with_all_that_is_in_it()
    {
        var space = await _kubectl.NamespaceAsync("kubectl-gone");
        await _kubectl.RunAsync("create", "configmap", "a", "-n", space);
        Assert.Matches("^namespace \"kubectl-gone\" deleted", await _kubectl.RunAsync("delete", "namespace", space, "--timeout=60s"));
        Assert.Equal("error: failed to create configmap: namespaces \"kubectl-gone\" not found", await _kubectl.FailAsync("create", "configmap", "a", "-n", space));
        Assert.Equal("", await _kubectl.RunAsync("get", "cm", "-n", space, "-o", "name"));
    }
}
