using K8sScaleTest.Engine.Api;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Engine.Tests.Api;

public sealed class ApiDiscoveryTests
{
    private const string Groups = """
        {"kind":"APIGroupList","groups":[{"name":"apps","versions":[{"groupVersion":"apps/v1","version":"v1"}],"preferredVersion":{"version":"v1"}},
        {"name":"wardle.example.com","versions":[{"version":"v1beta1"},{"version":"v1alpha1"}],"preferredVersion":{"groupVersion":"wardle.example.com/v1beta1","version":"v1beta1"}}]}
        """;

    private const string Resources = """{"kind":"APIResourceList","resources":[{"name":"fischers","singularName":"fischer","shortNames":["fi"],"kind":"Fischer","namespaced":false},{"name":"flunders/status","kind":"Flunder","namespaced":true},{"name":"flunders","kind":"Flunder","namespaced":true}]}""";

    [Fact]
    public async Task The_servers_preferred_version_is_taken()
    {
        await using var api = await StartAsync();
        Assert.Equal(new ApiResource("wardle.example.com", "v1beta1", "flunders", "Flunder", true), await FindAsync(api));
    }

    [Theory]
    [InlineData("v1alpha1")]
    [InlineData("wardle.example.com/v1alpha1")]
    public async Task A_version_that_is_given_is_taken_instead(string version)
    {
        await using var api = await StartAsync();
        Assert.Equal("wardle.example.com/v1alpha1", (await FindAsync(api, version)).ApiVersion);
    }

    [Fact]
    public async Task A_version_that_is_not_served_is_answered_with_those_that_are()
    {
        await using var api = await StartAsync();
        var fault = await Assert.ThrowsAsync<ApiException>(() => FindAsync(api, "v2"));
        Assert.Equal(ApiReasons.ResourceNotServed, fault.Reason);
        Assert.Contains("v1beta1, v1alpha1", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_groups_old_name_serves_where_it_is_the_one_there_is()
    {
        await using var api = await StubApi.StartAsync(request => request.Path switch
        {
            "/apis" => new StubResponse(200, Groups.Replace("wardle.example.com", "wardle.k8s.io", StringComparison.Ordinal)),
            "/apis/wardle.k8s.io/v1beta1" => new StubResponse(200, Resources),
            _ => new StubResponse(404, ""),
        });
        Assert.Equal("wardle.k8s.io", (await FindAsync(api)).Group);
    }

    [Fact]
    public async Task A_group_that_is_not_served_is_answered_with_what_serves_Flunders()
    {
        await using var api = await StubApi.StartAsync(request => request.Path == "/apis" ? new StubResponse(200, """{"groups":[]}""") : StubResponse.Failure(403, "Forbidden", "no"));
        var fault = await Assert.ThrowsAsync<ApiException>(() => FindAsync(api));
        Assert.Equal(ApiReasons.GroupNotServed, fault.Reason);
        Assert.Contains("sample-apiserver", fault.Message, StringComparison.Ordinal);
        Assert.Contains("CRD", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Start-LocalApiServer", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registered_group_whose_server_is_down_is_told_apart()
    {
        await using var api = await StubApi.StartAsync(request => request.Path == "/apis" ? new StubResponse(200, Groups) : new StubResponse(503, "service unavailable\n", "text/plain"));
        var fault = await Assert.ThrowsAsync<ApiException>(() => FindAsync(api));
        Assert.Equal(ApiReasons.GroupUnavailable, fault.Reason);
        Assert.Contains("APIService", fault.Message, StringComparison.Ordinal);
        Assert.Contains("service unavailable", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_that_the_aggregator_hides_is_found_by_its_registration()
    {
        await using var api = await StubApi.StartAsync(request => request.Path switch
        {
            "/apis" => new StubResponse(200, """{"groups":[]}"""),
            "/apis/apiregistration.k8s.io/v1/apiservices" => new StubResponse(200, """
                {"items":[{"spec":{"group":"apps","version":"v1"}},{"spec":{"group":"wardle.example.com","version":"v1alpha1"},
                "status":{"conditions":[{"type":"Available","status":"False","message":"no endpoints for service"}]}}]}
                """),
            _ => new StubResponse(404, ""),
        });
        var fault = await Assert.ThrowsAsync<ApiException>(() => FindAsync(api));
        Assert.Equal(ApiReasons.GroupUnavailable, fault.Reason);
        Assert.Contains("no endpoints for service", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_without_the_resource_is_told_apart()
    {
        await using var api = await StubApi.StartAsync(request => new StubResponse(200, request.Path == "/apis" ? Groups : """{"resources":[]}"""));
        Assert.Equal(ApiReasons.ResourceNotServed, (await Assert.ThrowsAsync<ApiException>(() => FindAsync(api))).Reason);
    }

    [Theory]
    [InlineData("configmaps", "configmaps")]
    [InlineData("Flunders", "flunders.wardle.example.com")]
    [InlineData("fischers.wardle.example.com", "fischers.wardle.example.com")]
    [InlineData("secrets", "secrets")]
    public async Task Resources_are_found_by_the_names_that_kubectl_takes(string name, string found)
    {
        await using var api = await StartAsync();
        Assert.Equal(found, (await ApiDiscovery.FindByNameAsync(api.Client, name, cancellationToken: TestContext.Current.CancellationToken)).QualifiedName);
    }

    [Theory]
    [InlineData("flunders", "v1alpha1", "wardle.example.com/v1alpha1")]
    [InlineData("flunders.wardle.example.com", "v1alpha1", "wardle.example.com/v1alpha1")]
    [InlineData("fischers", "wardle.example.com/v1beta1", "wardle.example.com/v1beta1")]
    [InlineData("secrets", "v1", "v1")]
    public async Task Resources_are_found_in_the_version_that_is_given(string name, string version, string found)
    {
        await using var api = await StartAsync();
        Assert.Equal(found, (await ApiDiscovery.FindByNameAsync(api.Client, name, version, TestContext.Current.CancellationToken)).ApiVersion);
    }

    [Theory]
    [InlineData("fischers", "fischers.wardle.example.com")]
    [InlineData("fischer", "fischers.wardle.example.com")]
    [InlineData("FI", "fischers.wardle.example.com")]
    [InlineData("fischer.apps", "fischers.wardle.example.com")]
    [InlineData("secret", "secrets")]
    [InlineData("flunder", "flunders.wardle.example.com")]
    public async Task A_name_that_kubectl_completes_is_answered_with_the_whole_one(string name, string whole)
    {
        await using var api = await StartAsync();
        var fault = await Assert.ThrowsAsync<ApiException>(() => ApiDiscovery.FindByNameAsync(api.Client, name, cancellationToken: TestContext.Current.CancellationToken));
        Assert.EndsWith($" It serves {whole}.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_nothing_is_answered_as_such()
    {
        await using var api = await StartAsync();
        var fault = await Assert.ThrowsAsync<ApiException>(() => ApiDiscovery.FindByNameAsync(api.Client, "podz", cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal(ApiReasons.ResourceNotServed, fault.Reason);
        Assert.DoesNotContain("It serves", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_servers_version_is_read_and_may_be_missing()
    {
        await using var api = await StubApi.StartAsync(_ => new StubResponse(200, """{"gitVersion":"v1.36.2"}"""));
        Assert.Equal("v1.36.2", await ApiDiscovery.ServerVersionAsync(api.Client, TestContext.Current.CancellationToken));
        await using var silent = await StubApi.StartAsync(_ => new StubResponse(404, "404 page not found", "text/plain"));
        Assert.Null(await ApiDiscovery.ServerVersionAsync(silent.Client, TestContext.Current.CancellationToken));
    }

    private static Task<StubApi> StartAsync() => StubApi.StartAsync(request => request.Path switch
    {
        "/apis" => new StubResponse(200, Groups),
        "/apis/wardle.example.com/v1beta1" or "/apis/wardle.example.com/v1alpha1" => new StubResponse(200, Resources),
        "/apis/apps/v1" => new StubResponse(200, """{"resources":[]}"""),
        "/api/v1" => new StubResponse(200, """{"resources":[{"name":"secrets","singularName":"secret","kind":"Secret","namespaced":true}]}"""),
        _ => new StubResponse(404, ""),
    });

    private static Task<ApiResource> FindAsync(StubApi api, string? version = null) =>
        ApiDiscovery.FindAsync(api.Client, "flunders", ApiDiscovery.FlunderGroups, version, TestContext.Current.CancellationToken);
}
