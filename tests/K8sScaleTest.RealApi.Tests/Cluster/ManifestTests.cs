using System.Text.Json;
using System.Text.RegularExpressions;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Cluster;
using K8sScaleTest.Engine.Cluster.Manifests;
using K8sScaleTest.TestSupport;
using static K8sScaleTest.RealApi.Tests.Shell.Driver;

namespace K8sScaleTest.RealApi.Tests.Cluster;

/// <summary>The manifests on a real server: it takes them, and their accounts may do what their part does and nothing else.</summary>
public sealed class ManifestTests : IDisposable
{
    private static readonly string[] Verbs = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];
    private static readonly ManifestPart[] AllParts = Enum.GetValues<ManifestPart>();
    private static readonly ApiResource[] Resources = [ApiResource.ConfigMaps, FlunderApi.Resource];
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_object_passes_a_dry_run(bool allNamespaces)
    {
        await using var target = await ApiTarget.ResolveAsync(new TargetOptions { Kubeconfig = RealApi.Kubeconfig }, Cancel);
        using var client = Client(target);
        var options = new ManifestOptions { Parts = AllParts, Image = "host/k8sscaletest:1", Resources = Resources, AllNamespaces = allNamespaces };
        await ManifestCheck.RunAsync(client, options, Manifest.Build(options), Cancel);
        foreach (var item in Manifest.Build(options))
        {
            var tried = await client.SendAsync(HttpMethod.Post, item.CollectionPath + "?dryRun=All", item.ToJson(), cancellationToken: Cancel);
            // The namespace is there, and only it.
            Assert.True(tried.StatusCode == (item.Resource.Plural == "namespaces" ? 409 : 201), $"{item.Description}: {tried.StatusCode} {tried.ToStatus().Message}");
        }
    }

    [Fact]
    public async Task A_cluster_that_is_too_old_or_lacks_the_namespace_is_told_before_anything_is_written()
    {
        var old = await RunAsync($"New-ScaleTestManifest -Part Driver -Image image -Workers 3 -Check -Kubeconfig {Quoted(RealApi.Kubeconfig)}");
        Assert.Equal((1, ""), (old.ExitCode, old.Output));
        Assert.Contains("need 1.24", old.Error, StringComparison.Ordinal);
        var missing = await RunAsync($"New-ScaleTestManifest -Part Driver -Image image -Namespace not-there -Check -Kubeconfig {Quoted(RealApi.Kubeconfig)}");
        Assert.Equal((1, ""), (missing.ExitCode, missing.Output));
        Assert.Contains("namespace 'not-there' does not exist", missing.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Driver", 0, false)]
    [InlineData("Driver", 1, false)]
    [InlineData("Logger", 0, false)]
    [InlineData("Watch", 1, false)]
    [InlineData("Logger", 1, true)]
    [InlineData("Watch", 0, true)]
    public async Task An_account_may_do_what_its_part_needs_and_nothing_else(string partName, int index, bool everywhere)
    {
        var part = Enum.Parse<ManifestPart>(partName);
        var resource = Resources[index];
        await using var scene = await Scene.MakeAsync(part, resource, _folder, everywhere);
        await using var target = await ApiTarget.ResolveAsync(new TargetOptions { Kubeconfig = scene.Kubeconfig }, Cancel);
        using var client = Client(target);
        var allowed = new List<string>();
        foreach (var (group, plural) in await ServedAsync(client))
        {
            foreach (var verb in Verbs)
            {
                foreach (var ns in (string?[])[scene.Namespace, "default", null])
                {
                    var right = new AccessRight(verb, new ApiResource(group, "v1", plural, plural, true), ns);
                    if (await AccessReview.IsAllowedAsync(client, right, Cancel) == true) allowed.Add(right.ToString());
                }
            }
        }

        // To ask what one may do is everybody's right.
        allowed.RemoveAll(right => right.StartsWith("create selfsubject", StringComparison.Ordinal));
        string?[] where = everywhere ? [scene.Namespace, "default", null] : [scene.Namespace];
        Assert.Equal(Manifest.VerbsOf(part).SelectMany(verb => where.Select(ns => new AccessRight(verb, resource, ns).ToString())).Order(), allowed.Order());
    }

    [Theory]
    [InlineData("Driver", 0)]
    [InlineData("Driver", 1)]
    [InlineData("Logger", 0)]
    [InlineData("Watch", 1)]
    public async Task Every_request_of_its_account_that_its_part_does_not_need_is_refused(string partName, int index)
    {
        var part = Enum.Parse<ManifestPart>(partName);
        var resource = Resources[index];
        await using var scene = await Scene.MakeAsync(part, resource, _folder);
        await Kubectl.RunAsync(RealApi.Kubeconfig, "create", "-f", _folder.Write("there.yaml", $"apiVersion: {resource.ApiVersion}\nkind: {resource.Kind}\nmetadata:\n  name: there\n  namespace: {scene.Namespace}\n"));
        await using var target = await ApiTarget.ResolveAsync(new TargetOptions { Kubeconfig = scene.Kubeconfig }, Cancel);
        using var client = Client(target);
        foreach (var verb in Verbs)
        {
            var expected = Manifest.VerbsOf(part).Contains(verb) ? 200 : 403;
            Assert.Equal((verb, expected), (verb, Status(await TryAsync(client, verb, resource, scene.Namespace))));
            Assert.Equal((verb, 403), (verb, Status(await TryAsync(client, verb, resource, "default"))));
            foreach (var other in (ApiResource[])[Resources[1 - index], new("", "v1", "secrets", "Secret", true), new("", "v1", "pods", "Pod", true)])
                Assert.Equal((verb, other.Plural, 403), (verb, other.Plural, Status(await TryAsync(client, verb, other, scene.Namespace))));
        }

        // A create answers 201.
        static int Status(ApiResponse response) => response.StatusCode == 201 ? 200 : response.StatusCode;
    }

    [Fact]
    public async Task What_needs_quotes_arrives_in_the_pod_as_it_was_given()
    {
        var written = await RunAsync("New-ScaleTestManifest -Part Logger -Image image -Namespace default -LabelSelector 'app in (a,b), it notin (#c: d)'");
        Assert.Equal((0, ""), (written.ExitCode, written.Error));
        var command = await Kubectl.RunAsync(RealApi.Kubeconfig, "create", "--dry-run=server", "-f", _folder.Write("quoted.yaml", written.Output), "-o", "jsonpath={.spec.template.spec.containers[0].args[2]}");
        Assert.StartsWith("Start-ConfigMapLogger -LabelSelector 'app in (a,b), it notin (#c: d)' -Namespace $(SCALETEST_NAMESPACE) ", command, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Logger", 0, "Start-ConfigMapLogger", false)]
    [InlineData("Logger", 1, "Start-FlunderLogger", true)]
    [InlineData("Watch", 1, "Invoke-FlunderWatch", false)]
    [InlineData("Watch", 0, "Invoke-ConfigMapWatch", true)]
    public async Task An_observer_sees_what_is_there_with_the_account_of_its_manifest_and_nothing_where_it_has_no_right(string part, int index, string cmdlet, bool everywhere)
    {
        await using var scene = await Scene.MakeAsync(Enum.Parse<ManifestPart>(part), Resources[index], _folder, everywhere);
        var manifest = _folder.Write("seen.yaml", $"apiVersion: {Resources[index].ApiVersion}\nkind: {Resources[index].Kind}\nmetadata:\n  name: seen-by-it\n  namespace: {scene.Namespace}\n");
        await Kubectl.RunAsync(RealApi.Kubeconfig, "create", "-f", manifest);
        var observe = $"{cmdlet} -Kubeconfig {Quoted(scene.Kubeconfig)} -OutFile - -Format JsonLines";
        using (var observer = Start($"{observe}{(everywhere ? "" : $" -Namespace {scene.Namespace}")}"))
        {
            // A watch writes its list as one record, and an object only when it changes after that.
            await observer.WaitForAsync(part == "Watch" ? "\"Window\":0" : "seen-by-it");
            await Kubectl.RunAsync(RealApi.Kubeconfig, "delete", "-f", manifest, "--wait=false");
            await observer.WaitForAsync("seen-by-it");
            await observer.SignalAsync("TERM");
            Assert.Equal(128 + 15, (await observer.WaitAsync()).ExitCode);
        }

        if (everywhere) return;
        var refused = await RunAsync(observe + " -Duration 4s");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.DoesNotContain("seen-by-it", refused.Output, StringComparison.Ordinal);
        Assert.Contains("403", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "Start-ConfigMapDriver")]
    [InlineData(1, "Start-FlunderDriver")]
    public async Task A_driver_drives_with_the_account_of_its_manifest(int index, string cmdlet)
    {
        await using var scene = await Scene.MakeAsync(ManifestPart.Driver, Resources[index], _folder);
        var driven = await RunAsync($"{cmdlet} -Kubeconfig {Quoted(scene.Kubeconfig)} -Namespace {scene.Namespace} -Rate 100 -Count 100 -MaxPopulation 20 -Updates 1 | Where-Object {{ $_.Phase -ne 'WarmUp' }} | ForEach-Object {{ \"$($_.Operation) $($_.Outcome)\" }}");
        Assert.Equal((0, ""), (driven.ExitCode, driven.Error));
        var outcomes = driven.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(300, outcomes.Length);
        Assert.All(outcomes, outcome => Assert.EndsWith("Succeeded", outcome, StringComparison.Ordinal));
    }

    /// <summary>A request of a verb that would succeed with the right to it, and change nothing.</summary>
    private static Task<ApiResponse> TryAsync(ApiClient client, string verb, ApiResource resource, string ns)
    {
        const string DryRun = "?dryRun=All";
        var all = resource.CollectionPath(ns);
        var one = all + "/there";
        var body = JsonSerializer.SerializeToUtf8Bytes(new { apiVersion = resource.ApiVersion, kind = resource.Kind, metadata = new { name = verb == "create" ? "new" : "there" } });
        return verb switch
        {
            "get" => client.SendAsync(HttpMethod.Get, one, cancellationToken: Cancel),
            "list" => client.SendAsync(HttpMethod.Get, all, cancellationToken: Cancel),
            "watch" => client.SendAsync(HttpMethod.Get, all + "?watch=true&timeoutSeconds=1", cancellationToken: Cancel),
            "create" => client.SendAsync(HttpMethod.Post, all + DryRun, body, cancellationToken: Cancel),
            "update" => client.SendAsync(HttpMethod.Put, one + DryRun, body, cancellationToken: Cancel),
            "patch" => client.SendAsync(HttpMethod.Patch, one + DryRun, """{"metadata":{"labels":{"a":"b"}}}"""u8.ToArray(), "application/merge-patch+json", Cancel),
            "delete" => client.SendAsync(HttpMethod.Delete, one + DryRun, cancellationToken: Cancel),
            "deletecollection" => client.SendAsync(HttpMethod.Delete, all + DryRun, cancellationToken: Cancel),
            _ => throw new ArgumentOutOfRangeException(nameof(verb)),
        };
    }

    private static ApiClient Client(ApiTarget target) => new(target, System.Net.HttpVersion.Version20, "test", TimeSpan.FromSeconds(30));

    /// <summary>All resources that the server serves, each group in its preferred version.</summary>
    private static async Task<IReadOnlyList<(string Group, string Plural)>> ServedAsync(ApiClient client)
    {
        List<(string Group, string Path)> paths = [("", "/api/v1")];
        using var groups = await client.GetAsync("/apis", Cancel);
        foreach (var group in groups.RootElement.GetProperty("groups").EnumerateArray())
            paths.Add((group.GetProperty("name").GetString()!, "/apis/" + group.GetProperty("preferredVersion").GetProperty("groupVersion").GetString()));
        List<(string, string)> served = [];
        foreach (var (group, path) in paths)
        {
            using var list = await client.GetAsync(path, Cancel);
            foreach (var each in list.RootElement.GetProperty("resources").EnumerateArray())
            {
                // Subresources are asked for as such by access reviews, and none is granted by a rule on the resource alone.
                if (each.GetProperty("name").GetString() is { } name && !name.Contains('/', StringComparison.Ordinal)) served.Add((group, name));
            }
        }

        Assert.True(served.Count > 40, $"only {served.Count} resources");
        return served;
    }

    /// <summary>A namespace with the account, role and binding of one part, and a kubeconfig that impersonates the account.</summary>
    private sealed class Scene : IAsyncDisposable
    {
        public required string Namespace { get; init; }

        public required string Kubeconfig { get; init; }

        public static async Task<Scene> MakeAsync(ManifestPart part, ApiResource resource, TemporaryFolder folder, bool everywhere = false)
        {
            var ns = $"manifest-{Guid.NewGuid():n}"[..20];
            var options = new ManifestOptions { Parts = [ManifestPart.Namespace, part], Image = "image", Resources = [resource], Namespace = ns, AllNamespaces = everywhere };
            await using var target = await ApiTarget.ResolveAsync(new TargetOptions { Kubeconfig = RealApi.Kubeconfig }, Cancel);
            using var client = Client(target);
            foreach (var item in Manifest.Build(options).Where(each => each.Resource.Plural is not ("jobs" or "replicasets")))
            {
                var made = await client.SendAsync(HttpMethod.Post, item.CollectionPath, item.ToJson(), cancellationToken: Cancel);
                Assert.True(made.StatusCode == 201, $"{item.Description}: {made.ToStatus().Message}");
            }

            var account = $"system:serviceaccount:{ns}:{Manifest.NameOf(part, resource)}";
            var text = Regex.Replace(await File.ReadAllTextAsync(RealApi.Kubeconfig, Cancel), @"token: ?([^}\s]+)", $"token: $1, as: '{account}'");
            return new Scene { Namespace = ns, Kubeconfig = folder.Write($"{ns}.yaml", text) };
        }

        public async ValueTask DisposeAsync()
        {
            // No controller takes away what is in the namespace.
            await Kubectl.RunAsync(RealApi.Kubeconfig, "delete", "roles,rolebindings,serviceaccounts,configmaps,flunders", "--all", "--namespace", Namespace, "--wait=false");
            await Kubectl.RunAsync(RealApi.Kubeconfig, "delete", "clusterroles,clusterrolebindings", "--ignore-not-found", "--wait=false", "--selector", "app.kubernetes.io/part-of=k8sscaletest");
            await Kubectl.RunAsync(RealApi.Kubeconfig, "delete", "namespace", Namespace, "--wait=false");
        }
    }
}
