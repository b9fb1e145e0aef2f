using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.RealApi.Tests.Target;

/// <summary>The target, discovery and removal against a kube-apiserver with the sample-apiserver behind it.</summary>
public sealed class TargetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("2.0")]
    [InlineData("1.1")]
    public async Task The_server_and_its_Flunders_are_found_in_both_HTTP_versions(string version)
    {
        await using var target = await ResolveAsync(new TargetOptions { Kubeconfig = RealApi.Kubeconfig });
        using var client = new ApiClient(target, Version.Parse(version), "test", TimeSpan.FromSeconds(30));
        Assert.StartsWith("v1.", await ApiDiscovery.ServerVersionAsync(client, Cancel), StringComparison.Ordinal);
        var flunders = await ApiDiscovery.FindByNameAsync(client, "flunders", cancellationToken: Cancel);
        Assert.Equal(("wardle.example.com", "Flunder", true), (flunders.Group, flunders.Kind, flunders.Namespaced));
        Assert.Equal("v1alpha1", (await ApiDiscovery.FindAsync(client, "flunders", ApiDiscovery.FlunderGroups, "v1alpha1", Cancel)).Version);
        Assert.Equal(NamespaceState.Exists, await NamespaceCheck.EnsureAsync(client, "scaletest", create: false, Cancel));
    }

    [Fact]
    public async Task A_user_without_rights_reads_which_verb_and_resource_it_lacks()
    {
        await using var target = await ResolveAsync(new TargetOptions { Kubeconfig = RealApi.Beside("kubeconfig-forbidden") });
        using var client = Client(target);
        Assert.Equal(NamespaceState.Unknown, await NamespaceCheck.EnsureAsync(client, "scaletest", create: true, Cancel));
        var fault = await Assert.ThrowsAsync<ApiException>(() => new ObjectRemover(client).RemoveAsync(ApiResource.ConfigMaps, "scaletest", RunIdentity.SelectorOfAll, null, Cancel));
        Assert.Equal(ApiReasons.Forbidden, fault.Reason);
        Assert.Contains("cannot list resource \"configmaps\"", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_that_the_server_does_not_know_are_told_apart_from_missing_rights()
    {
        var kubeconfig = _folder.Write("config", Regex.Replace(await File.ReadAllTextAsync(RealApi.Kubeconfig, Cancel), @"token: ?[^}\s]+", "token: hunter2"));
        await using var target = await ResolveAsync(new TargetOptions { Kubeconfig = kubeconfig });
        using var client = Client(target);
        var fault = await Assert.ThrowsAsync<ApiException>(() => NamespaceCheck.EnsureAsync(client, "scaletest", create: false, Cancel));
        Assert.Equal(ApiReasons.Unauthorized, fault.Reason);
        Assert.DoesNotContain("hunter2", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Impersonation_acts_as_the_other_user()
    {
        var kubeconfig = _folder.Write("config", Regex.Replace(await File.ReadAllTextAsync(RealApi.Kubeconfig, Cancel), @"token: ?([^}\s]+)", "token: $1, as: somebody-else, as-groups: [visitors]"));
        await using var target = await ResolveAsync(new TargetOptions { Kubeconfig = kubeconfig });
        using var client = Client(target);
        var fault = await Assert.ThrowsAsync<ApiException>(() => client.GetAsync("/api/v1/namespaces/scaletest/configmaps", Cancel));
        Assert.Contains("User \"somebody-else\" cannot list", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pods_account_leads_to_the_server_too()
    {
        var text = await File.ReadAllTextAsync(RealApi.Kubeconfig, Cancel);
        _folder.Write("account/token", Regex.Match(text, @"token: ?([^}\s]+)").Groups[1].Value);
        _folder.Write("account/ca.crt", Encoding.UTF8.GetString(Convert.FromBase64String(Regex.Match(text, @"certificate-authority-data: ?([^}\s,]+)").Groups[1].Value)));
        var server = new Uri(Regex.Match(text, @"https://[^""\s,}]+").Value);
        var environment = new TargetEnvironment
        {
            Variable = name => name switch { "KUBERNETES_SERVICE_HOST" => server.Host, "KUBERNETES_SERVICE_PORT" => server.Port.ToString(), _ => null },
            HomeFolder = _folder.Path,
            ServiceAccountFolder = _folder.File("account"),
        };
        await using var target = await ApiTarget.ResolveAsync(new TargetOptions { Environment = environment }, Cancel);
        using var client = Client(target);
        Assert.Equal(NamespaceState.Exists, await NamespaceCheck.EnsureAsync(client, "scaletest", create: false, Cancel));
    }

    [Fact]
    public async Task The_aggregated_server_is_reached_directly()
    {
        await using var target = await ResolveAsync(new TargetOptions { Kubeconfig = RealApi.Beside("kubeconfig-wardle-direct") });
        using var client = Client(target);
        Assert.Equal(NamespaceState.Unknown, await NamespaceCheck.EnsureAsync(client, "scaletest", create: true, Cancel));
        var flunders = await ApiDiscovery.FindByNameAsync(client, "flunders", cancellationToken: Cancel);
        using var list = await client.GetAsync(flunders.CollectionPath("scaletest") + "?limit=1", Cancel);
        Assert.Equal("FlunderList", list.RootElement.GetProperty("kind").GetString());
    }

    [Theory]
    [InlineData("kubernetes.default.svc", null)]
    [InlineData("other.example", ApiReasons.CertificateNameMismatch)]
    public async Task The_name_that_the_certificate_must_bear_can_be_another(string name, string? reason)
    {
        var kubeconfig = _folder.Write("config", (await File.ReadAllTextAsync(RealApi.Kubeconfig, Cancel)).Replace("cluster: {server:", $"cluster: {{tls-server-name: {name}, server:", StringComparison.Ordinal));
        await using var target = await ResolveAsync(new TargetOptions { Kubeconfig = kubeconfig });
        using var client = Client(target);
        if (reason is null) Assert.NotNull(await ApiDiscovery.ServerVersionAsync(client, Cancel));
        else Assert.Equal(reason, (await Assert.ThrowsAsync<ApiException>(() => ApiDiscovery.ServerVersionAsync(client, Cancel))).Reason);
    }

    [Fact]
    public async Task A_namespace_is_missed_and_made()
    {
        await using var target = await ResolveAsync(new TargetOptions { Kubeconfig = RealApi.Kubeconfig });
        using var client = Client(target);
        var name = $"made-{Guid.NewGuid():n}";
        Assert.Equal(ApiReasons.NamespaceNotFound, (await Assert.ThrowsAsync<ApiException>(() => NamespaceCheck.EnsureAsync(client, name, create: false, Cancel))).Reason);
        try
        {
            Assert.Equal(NamespaceState.Created, await NamespaceCheck.EnsureAsync(client, name, create: true, Cancel));
            Assert.Equal(NamespaceState.Exists, await NamespaceCheck.EnsureAsync(client, name, create: true, Cancel));
            using var made = await client.GetAsync($"/api/v1/namespaces/{name}", Cancel);
            Assert.Equal("scaletest", made.RootElement.GetProperty("metadata").GetProperty("labels").GetProperty("purpose").GetString());
        }
        finally
        {
            await client.SendAsync(HttpMethod.Delete, $"/api/v1/namespaces/{name}", cancellationToken: Cancel);
        }
    }

    [Theory]
    [InlineData("configmaps")]
    [InlineData("flunders")]
    public async Task A_runs_objects_go_and_no_others(string name)
    {
        await using var target = await ResolveAsync(new TargetOptions { Kubeconfig = RealApi.Kubeconfig });
        using var client = Client(target);
        var resource = await ApiDiscovery.FindByNameAsync(client, name, cancellationToken: Cancel);
        var run = $"t{Guid.NewGuid():n}";
        var other = $"o{Guid.NewGuid():n}";
        await Parallel.ForAsync(0, 620, Cancel, async (i, cancel) => await CreateAsync(client, resource, i < 600 ? run : other, i, "", cancel));
        var result = await new ObjectRemover(client).RemoveAsync(resource, "scaletest", RunIdentity.SelectorOf(run), null, Cancel);
        Assert.Equal((600L, 600L, 0L), (result.Found, result.Deleted, result.Remaining));
        var rest = await new ObjectRemover(client).RemoveAsync(resource, "scaletest", RunIdentity.SelectorOf(other), null, Cancel);
        Assert.Equal(20, rest.Deleted);
    }

    [Fact]
    public async Task A_finalizer_is_noticed()
    {
        await using var target = await ResolveAsync(new TargetOptions { Kubeconfig = RealApi.Kubeconfig });
        using var client = Client(target);
        var run = $"t{Guid.NewGuid():n}";
        await CreateAsync(client, ApiResource.ConfigMaps, run, 1, """, "finalizers":["example.com/hold"]""", Cancel);
        await CreateAsync(client, ApiResource.ConfigMaps, run, 2, "", Cancel);
        try
        {
            var result = await new ObjectRemover(client).RemoveAsync(ApiResource.ConfigMaps, "scaletest", RunIdentity.SelectorOf(run), null, Cancel);
            Assert.Equal((2L, 1L, 1L, 1L), (result.Found, result.Deleted, result.Remaining, result.Finalizing));
        }
        finally
        {
            var path = $"{ApiResource.ConfigMaps.CollectionPath("scaletest")}/{run}-1";
            await client.SendAsync(HttpMethod.Patch, path, """{"metadata":{"finalizers":null}}"""u8.ToArray(), "application/merge-patch+json", Cancel);
        }
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static ApiClient Client(ApiTarget target) => new(target, HttpVersion.Version20, "test", TimeSpan.FromSeconds(30));

    private static Task<ApiTarget> ResolveAsync(TargetOptions options) => ApiTarget.ResolveAsync(options, Cancel);

    private static async Task CreateAsync(ApiClient client, ApiResource resource, string run, int number, string more, CancellationToken cancellationToken)
    {
        var body = $$$"""{"apiVersion":"{{{resource.ApiVersion}}}","kind":"{{{resource.Kind}}}","metadata":{"name":"{{{run}}}-{{{number}}}","labels":{"purpose":"scaletest","scaletest/run":"{{{run}}}"}{{{more}}}}}""";
        var response = await client.SendAsync(HttpMethod.Post, resource.CollectionPath("scaletest"), Encoding.UTF8.GetBytes(body), cancellationToken: cancellationToken);
        Assert.True(response.IsSuccess, response.ToStatus().ToString());
    }
}
