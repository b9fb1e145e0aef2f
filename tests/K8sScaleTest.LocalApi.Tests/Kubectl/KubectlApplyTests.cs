namespace K8sScaleTest.LocalApi.Tests.Kubectl;

/// <summary>kubectl apply, by the client and by the server, and diff.</summary>
public sealed class KubectlApplyTests(ServerFixture fixture) : IDisposable
{
    private readonly KubectlClient _kubectl = new(fixture);

    public void Dispose() => _kubectl.Dispose();

    [Fact]
    public async Task Apply_by_the_client_with_diff_and_prune()
    {
        var space = await _kubectl.NamespaceAsync("kubectl-apply");
        var one = Manifest("one.yaml", "a", "{k: one, l: one}");
        Assert.Equal("configmap/a created (server dry run)", await ApplyAsync("-f", one, "--dry-run=server"));
        Assert.Equal("configmap/a created", await ApplyAsync("-f", one));
        Assert.Equal("configmap/a unchanged", await ApplyAsync("-f", one));
        Assert.Equal("", await _kubectl.RunAsync("diff", "-n", space, "-f", one));
        var two = Manifest("two.yaml", "a", "{k: two}");
        var (code, difference, _) = await _kubectl.EndAsync("diff", "-n", space, "-f", two);
        Assert.Equal(1, code);
        Assert.Contains("-  k: one\n-  l: one\n+  k: two\n", difference, StringComparison.Ordinal);
        Assert.Equal("configmap/a configured", await ApplyAsync("-f", two));
        Assert.Equal("""{"k":"two"}""", await DataAsync("a"));
        Assert.Contains("k: two", await _kubectl.RunAsync("apply", "view-last-applied", "cm", "a", "-n", space), StringComparison.Ordinal);
        // What others have added stays, what was applied and is left out goes.
        await _kubectl.RunAsync("patch", "cm", "a", "-n", space, "-p", """{"data":{"other":"stays"}}""");
        Assert.Equal("configmap/a configured", await ApplyAsync("-f", Manifest("three.yaml", "a", "{m: three}")));
        Assert.Equal("""{"m":"three","other":"stays"}""", await DataAsync("a"));
        Assert.Contains("is invalid: data[a b]: Invalid value", await _kubectl.FailAsync("apply", "-n", space, "-f", Manifest("bad.yaml", "a", "{a b: x}")), StringComparison.Ordinal);
        await ApplyAsync("-f", Manifest("b.yaml", "b", "{k: v}"));
        Assert.Equal("configmap/a unchanged\nconfigmap/b pruned", await ApplyAsync("-f", Manifest("three.yaml", "a", "{m: three}"), "--prune", "-l", "app=x", "--prune-allowlist=core/v1/ConfigMap"));

        string Manifest(string file, string name, string data) => _kubectl.Write(file, $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}, labels: {{app: x}}}}\ndata: {data}\n");
        Task<string> ApplyAsync(params string[] more) => _kubectl.RunAsync(["apply", "-n", space, .. more]);
        Task<string> DataAsync(string name) => _kubectl.RunAsync("get", "cm", name, "-n", space, "-o", "jsonpath={.data}");
    }

    [Theory]
    [InlineData("kubectl-ssa-cm", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: VALUE, l: x}\n", "configmap/a", ".data.k", "cm")]
    [InlineData("kubectl-ssa-fl", "apiVersion: wardle.example.com/v1beta1\nkind: Flunder\nmetadata: {name: a}\nspec: {flunderReference: VALUE, referenceType: Flunder}\n", "flunder.wardle.example.com/a", ".spec.flunderReference", "flunders.v1beta1.wardle.example.com")]
    public async Task Apply_by_the_server_with_a_conflict_that_is_forced(string space, string manifest, string name, string field, string resource)
    {
        await _kubectl.NamespaceAsync(space);
        var one = _kubectl.Write("one.yaml", manifest.Replace("VALUE", "one", StringComparison.Ordinal));
        var two = _kubectl.Write("two.yaml", manifest.Replace("VALUE", "two", StringComparison.Ordinal));
        Assert.Equal(name + " serverside-applied", await ApplyAsync("-f", one));
        var version = await GetAsync(".metadata.resourceVersion");
        Assert.Equal(name + " serverside-applied", await ApplyAsync("-f", one));
        Assert.Equal(version, await GetAsync(".metadata.resourceVersion"));
        Assert.StartsWith($"error: Apply failed with 1 conflict: conflict with \"kubectl\": {field}\nPlease review the fields above--they currently have other managers.", await _kubectl.FailAsync("apply", "--server-side", "-n", space, "-f", two, "--field-manager=other"), StringComparison.Ordinal);
        Assert.Equal("one", await GetAsync(field));
        Assert.Equal(name + " serverside-applied (server dry run)", await ApplyAsync("-f", two, "--field-manager=other", "--force-conflicts", "--dry-run=server"));
        Assert.Equal("one", await GetAsync(field));
        Assert.Equal(name + " serverside-applied", await ApplyAsync("-f", two, "--field-manager=other", "--force-conflicts"));
        Assert.Equal("two kubectl=Apply other=Apply", await GetAsync(field) + await GetAsync("", "{range .metadata.managedFields[*]} {.manager}={.operation}{end}"));
        Assert.StartsWith($"error: Apply failed with 1 conflict: conflict with \"other\": {field}\n", await _kubectl.FailAsync("apply", "--server-side", "-n", space, "-f", one), StringComparison.Ordinal);

        Task<string> ApplyAsync(params string[] more) => _kubectl.RunAsync(["apply", "--server-side", "-n", space, .. more]);
        Task<string> GetAsync(string path, string? template = null) => _kubectl.RunAsync("get", resource, "a", "-n", space, "-o", "jsonpath=" + (template ?? $"{{{path}}}"));
    }

    [Fact]
    public async Task The_server_takes_over_what_the_client_applied()
    {
        var space = await _kubectl.NamespaceAsync("kubectl-migrate");
        var one = _kubectl.Write("one.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: one, l: one}\n");
        await _kubectl.RunAsync("apply", "-n", space, "-f", one);
        var two = _kubectl.Write("two.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: two}\n");
        Assert.Equal("configmap/a serverside-applied", await _kubectl.RunAsync("apply", "--server-side", "-n", space, "-f", two));
        Assert.Equal("""{"k":"two"}""", await _kubectl.RunAsync("get", "cm", "a", "-n", space, "-o", "jsonpath={.data}"));
        Assert.Contains("k: two", await _kubectl.RunAsync("apply", "view-last-applied", "cm", "a", "-n", space), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_others_changed_meanwhile_stays_a_conflict()
    {
        var space = await _kubectl.NamespaceAsync("kubectl-meanwhile");
        await _kubectl.RunAsync("apply", "-n", space, "-f", _kubectl.Write("one.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: one, l: one}\n"));
        await _kubectl.RunAsync("patch", "cm", "a", "-n", space, "-p", """{"data":{"k":"other"}}""");
        var said = await _kubectl.FailAsync("apply", "--server-side", "-n", space, "-f", _kubectl.Write("two.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: two, l: two}\n"));
        Assert.StartsWith("error: Apply failed with 1 conflict: conflict with \"kubectl-patch\" using v1: .data.k\n", said, StringComparison.Ordinal);
    }
}
