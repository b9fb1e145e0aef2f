using System.Reflection;
using System.Text.Json;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Cluster;
using K8sScaleTest.Engine.Cluster.Manifests;

namespace K8sScaleTest.Engine.Tests.Cluster;

public sealed class ManifestTests
{
    private static readonly ManifestPart[] All = Enum.GetValues<ManifestPart>();
    private static readonly string Folder = Path.Combine(typeof(ManifestTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == "RepositoryRoot").Value!, "module", "deploy");

    /// <summary>The tag that build.ps1 -Task Image gives to the image.</summary>
    private static string Version => typeof(Manifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static TheoryData<string, string[], string?> Files => new()
    {
        { "namespace", ["Namespace"], null },
        { "metrics", ["Metrics"], null },
        { "configmap-driver", ["Driver"], "configmaps" },
        { "configmap-logger", ["Logger"], "configmaps" },
        { "configmap-watch", ["Watch"], "configmaps" },
        { "flunder-driver", ["Driver"], "flunders" },
        { "flunder-logger", ["Logger"], "flunders" },
        { "flunder-watch", ["Watch"], "flunders" },
    };

    /// <summary>Made by New-ScaleTestManifest -Image k8sscaletest:VERSION -Part ... -Resource ..., and to be made so again when this fails.</summary>
    [Theory]
    [MemberData(nameof(Files))]
    public void The_files_of_the_module_are_what_the_cmdlet_writes(string file, string[] parts, string? resource)
    {
        var objects = Manifest.Build(new ManifestOptions
        {
            Parts = [.. parts.Select(Enum.Parse<ManifestPart>)],
            Image = $"k8sscaletest:{Version}",
            Resources = [resource == "flunders" ? FlunderApi.Resource : ApiResource.ConfigMaps],
            DriverParameters = [new("Rate", "1")],
        });
        var expected = string.Concat(objects.Select(item => $"---\n{item.ToYaml().TrimEnd()}\n"));
        Assert.Equal(expected, File.ReadAllText(Path.Combine(Folder, file + ".yaml")).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Every_file_is_compared_and_the_kustomization_names_files_that_exist()
    {
        var files = Directory.GetFiles(Folder, "*.yaml").Select(path => Path.GetFileNameWithoutExtension(path)).Where(name => name != "kustomization").Order();
        Assert.Equal(Files.Select(row => row.Data.Item1).Order(), files);
        var named = File.ReadLines(Path.Combine(Folder, "kustomization.yaml")).Where(line => line.StartsWith("- ", StringComparison.Ordinal) && line.EndsWith(".yaml", StringComparison.Ordinal)).Select(line => line[2..]).ToArray();
        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.True(File.Exists(Path.Combine(Folder, name)), name));
        Assert.Contains($"  newTag: {Version}", File.ReadLines(Path.Combine(Folder, "kustomization.yaml")));
    }

    [Theory]
    [InlineData("Driver", "create,patch,delete,list")]
    [InlineData("Logger", "get,list,watch")]
    [InlineData("Watch", "get,list,watch")]
    public void A_part_gets_the_verbs_that_it_needs_on_its_resource_and_no_others(string part, string verbs)
    {
        foreach (var everywhere in (bool[])[false, true])
        {
            var objects = Manifest.Build(new ManifestOptions { Parts = [Enum.Parse<ManifestPart>(part)], Image = "image", AllNamespaces = everywhere });
            var role = Assert.Single(objects, item => item.Resource.Plural is "roles" or "clusterroles");
            Assert.Equal(everywhere && part != "Driver", role.Resource.Plural == "clusterroles");
            using var document = JsonDocument.Parse(role.ToJson());
            var rule = Assert.Single(document.RootElement.GetProperty("rules").EnumerateArray());
            Assert.Equal(verbs, string.Join(',', rule.GetProperty("verbs").EnumerateArray().Select(verb => verb.GetString())));
            Assert.Equal("configmaps", Assert.Single(rule.GetProperty("resources").EnumerateArray()).GetString());
        }
    }

    [Fact]
    public void Every_pod_is_restricted_probed_limited_and_serves_the_port_of_the_Service()
    {
        var objects = Manifest.Build(new ManifestOptions { Parts = All, Image = "image", Resources = [ApiResource.ConfigMaps, FlunderApi.Resource], MetricsPort = 9101, Replicas = 20 });
        var pods = objects.Where(item => item.Resource.Plural is "jobs" or "replicasets").Select(Pod).ToArray();
        Assert.Equal(6, pods.Length);
        Assert.All(pods, pod =>
        {
            var security = pod.GetProperty("securityContext");
            Assert.True(security.GetProperty("runAsNonRoot").GetBoolean());
            Assert.Equal("RuntimeDefault", security.GetProperty("seccompProfile").GetProperty("type").GetString());
            var container = Assert.Single(pod.GetProperty("containers").EnumerateArray());
            Assert.False(container.GetProperty("securityContext").GetProperty("allowPrivilegeEscalation").GetBoolean());
            Assert.True(container.GetProperty("securityContext").GetProperty("readOnlyRootFilesystem").GetBoolean());
            Assert.Equal("ALL", container.GetProperty("securityContext").GetProperty("capabilities").GetProperty("drop")[0].GetString());
            Assert.Equal(9101, container.GetProperty("ports")[0].GetProperty("containerPort").GetInt32());
            Assert.EndsWith("-MetricsPort 9101", container.GetProperty("args")[2].GetString(), StringComparison.Ordinal);
            Assert.Equal("/healthz", container.GetProperty("livenessProbe").GetProperty("httpGet").GetProperty("path").GetString());
            Assert.True(container.GetProperty("resources").GetProperty("limits").TryGetProperty("memory", out _));
            Assert.Equal(JsonValueKind.Array, pod.GetProperty("topologySpreadConstraints").ValueKind);
        });
        using var service = JsonDocument.Parse(Assert.Single(objects, item => item.Resource.Plural == "services").ToJson());
        Assert.Equal("9101", service.RootElement.GetProperty("metadata").GetProperty("annotations").GetProperty("prometheus.io/port").GetString());
        Assert.Equal("None", service.RootElement.GetProperty("spec").GetProperty("clusterIP").GetString());
    }

    [Fact]
    public void Workers_are_an_Indexed_Job_that_is_told_how_many_they_are()
    {
        var options = new ManifestOptions { Parts = [ManifestPart.Driver], Image = "image", Workers = 3, RunId = "r.1" };
        using var job = JsonDocument.Parse(Manifest.Build(options)[^1].ToJson());
        var spec = job.RootElement.GetProperty("spec");
        Assert.Equal(("Indexed", 3, 3), (spec.GetProperty("completionMode").GetString(), spec.GetProperty("completions").GetInt32(), spec.GetProperty("parallelism").GetInt32()));
        var container = spec.GetProperty("template").GetProperty("spec").GetProperty("containers")[0];
        Assert.Contains("""{"name":"SCALETEST_WORKERS","value":"3"}""", container.GetProperty("env").EnumerateArray().Select(each => each.GetRawText()));
        Assert.Contains("-RunId r.1 ", container.GetProperty("args")[2].GetString(), StringComparison.Ordinal);
        Assert.Equal(new Version(1, 24), options.NeededVersion);
    }

    [Fact]
    public void A_parameter_reaches_the_pod_as_it_was_whatever_is_in_it()
    {
        var options = new ManifestOptions
        {
            Parts = [ManifestPart.Logger, ManifestPart.Watch],
            Image = "image",
            LoggerParameters = [new("LabelSelector", "it != 'x\u2019', app in (a,b)"), new("Compare", null)],
            WatchParameters = [new("FieldSelector", "metadata.name=$(HOME)"), new("LabelSelector", "a=b"), new("TimeoutSeconds", "10..20")],
        };
        var commands = Manifest.Build(options).Where(item => item.Resource.Plural == "replicasets").Select(Command).ToArray();
        Assert.StartsWith("Start-ConfigMapLogger -LabelSelector 'it != ''x\u2019\u2019'', app in (a,b)' -Compare -Namespace $(SCALETEST_NAMESPACE) ", commands[0], StringComparison.Ordinal);
        // Kubernetes makes one $ of two, and would look for a variable after one.
        Assert.StartsWith("Invoke-ConfigMapWatch -FieldSelector 'metadata.name=$$(HOME)' -LabelSelector a=b -TimeoutSeconds 10..20 -Namespace $(SCALETEST_NAMESPACE) ", commands[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_pod_works_in_the_namespace_in_which_it_is_wherever_its_manifest_was_put(bool everywhere)
    {
        var options = new ManifestOptions { Parts = All, Image = "image", Namespace = "load", AllNamespaces = everywhere };
        foreach (var workload in Manifest.Build(options).Where(item => item.Resource.Plural is "jobs" or "replicasets"))
        {
            var container = Pod(workload).GetProperty("containers")[0];
            var named = !everywhere || workload.Resource.Plural == "jobs";
            Assert.Equal(named, Command(workload).Contains(" -Namespace $(SCALETEST_NAMESPACE) -OutFile ", StringComparison.Ordinal));
            Assert.Equal(named, container.TryGetProperty("env", out var environment));
            if (named) Assert.Equal("""[{"name":"SCALETEST_NAMESPACE","valueFrom":{"fieldRef":{"fieldPath":"metadata.namespace"}}}]""", environment.GetRawText());
            else Assert.DoesNotContain("-Namespace", Command(workload), StringComparison.Ordinal);
            Assert.DoesNotContain("  ", Command(workload), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("default")]
    [InlineData("kube-system")]
    public void A_namespace_of_the_clusters_own_is_used_and_not_made(string ns)
    {
        Assert.Equal("Part", Assert.Throws<ArgumentException>(() => Manifest.Build(new ManifestOptions { Parts = All, Image = "image", Namespace = ns })).ParamName);
        Assert.NotEmpty(Manifest.Build(new ManifestOptions { Parts = [ManifestPart.Driver], Image = "image", Namespace = ns }));
    }

    [Theory]
    [InlineData(double.PositiveInfinity, "Max")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e-5, "1E-05")]
    [InlineData(true, null)]
    [InlineData(long.MaxValue, "9223372036854775807")]
    [InlineData(new[] { 10, 20 }, "10..20")]
    [InlineData(new[] { 10, 10 }, "10")]
    public void A_value_is_written_as_the_cmdlets_read_it(object value, string? written) => Assert.Equal(written, CommandParameter.Of("Name", value).Value);

    [Theory]
    [InlineData(54_000_000_000, "5400")]
    [InlineData(10, "0.000001")]
    public void A_duration_is_written_in_seconds_without_an_exponent(long ticks, string written) =>
        Assert.Equal(written, CommandParameter.Of("Name", TimeSpan.FromTicks(ticks)).Value);

    [Fact]
    public void A_driver_has_the_time_to_delete_what_lives_before_Kubernetes_ends_it()
    {
        var options = new ManifestOptions { Parts = [ManifestPart.Driver], Image = "image", DrainTimeout = TimeSpan.FromMinutes(2) };
        var job = Manifest.Build(options)[^1];
        Assert.Contains(" -DrainTimeout 120 ", Command(job), StringComparison.Ordinal);
        Assert.Equal(160, Pod(job).GetProperty("terminationGracePeriodSeconds").GetInt64());
    }

    [Fact]
    public void The_version_is_that_of_Flunders_alone()
    {
        var options = new ManifestOptions { Parts = All, Image = "image", Resources = [ApiResource.ConfigMaps, FlunderApi.Resource], FlunderVersion = "wardle.example.com/v1alpha1" };
        var commands = Manifest.Build(options).Where(item => item.Resource.Plural is "jobs" or "replicasets").Select(Command).ToArray();
        Assert.Equal(6, commands.Length);
        Assert.All(commands, command => Assert.Equal(command.Contains("Flunder", StringComparison.Ordinal), command.Contains(" -ApiVersion wardle.example.com/v1alpha1 ", StringComparison.Ordinal)));
        Assert.Equal("ApiVersion", Assert.Throws<ArgumentException>(() => Manifest.Build(options with { Resources = [ApiResource.ConfigMaps] })).ParamName);
        Assert.Equal("ApiVersion", Assert.Throws<ArgumentException>(() => Manifest.Build(options with { FlunderVersion = "apps/v1" })).ParamName);
    }

    [Theory]
    [InlineData("Upper/case", 1, 1, 9376, "r", "Image")]
    [InlineData("a b", 1, 1, 9376, "r", "Image")]
    [InlineData("image", -1, 1, 9376, "r", "Replicas")]
    [InlineData("image", 1, 0, 9376, "r", "Workers")]
    [InlineData("image", 1, 1, 80, "r", "MetricsPort")]
    [InlineData("image", 1, 2, 9376, null, "RunId")]
    [InlineData("image", 1, 1, 9376, "Not_One", "RunId")]
    public void What_cannot_be_is_refused_by_name(string image, int replicas, int workers, int port, string? runId, string parameter)
    {
        var options = new ManifestOptions { Parts = All, Image = image, Replicas = replicas, Workers = workers, MetricsPort = port, RunId = runId };
        Assert.Equal(parameter, Assert.Throws<ArgumentException>(() => Manifest.Build(options)).ParamName);
    }

    [Theory]
    [InlineData("k8sscaletest")]
    [InlineData("registry.example:5000/team/k8sscaletest:0.1.0-4f2a-dirty")]
    [InlineData("host/k8sscaletest@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public void Image_names_of_all_forms_are_taken(string image) =>
        Assert.NotEmpty(Manifest.Build(new ManifestOptions { Parts = All, Image = image }));

    private static string Command(ClusterObject workload) => Pod(workload).GetProperty("containers")[0].GetProperty("args")[2].GetString()!;

    private static JsonElement Pod(ClusterObject workload) => JsonDocument.Parse(workload.ToJson()).RootElement.GetProperty("spec").GetProperty("template").GetProperty("spec");
}
