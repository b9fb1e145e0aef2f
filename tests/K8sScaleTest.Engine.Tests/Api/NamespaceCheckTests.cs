using System.Text.Json;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Engine.Tests.Api;

public sealed class NamespaceCheckTests
{
    private static readonly StubResponse Missing = StubResponse.Failure(404, "NotFound", "namespaces \"scaletest\" not found", "namespaces");
    private static readonly StubResponse Forbidden = StubResponse.Failure(403, "Forbidden", "no");

    [Fact]
    public async Task A_namespace_that_is_there_is_left_alone()
    {
        await using var api = await StubApi.StartAsync(_ => new StubResponse(200, """{"status":{"phase":"Active"}}"""));
        Assert.Equal(NamespaceState.Exists, await EnsureAsync(api, create: true));
        Assert.Equal("GET", Assert.Single(api.Server.Requests).Method);
    }

    [Fact]
    public async Task A_missing_one_ends_the_run_and_names_the_switch()
    {
        await using var api = await StubApi.StartAsync(_ => Missing);
        var fault = await Assert.ThrowsAsync<ApiException>(() => EnsureAsync(api, create: false));
        Assert.Equal(ApiReasons.NamespaceNotFound, fault.Reason);
        Assert.Contains("'scaletest'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("-CreateNamespace", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_one_is_made_when_asked_for_with_our_label()
    {
        await using var api = await StubApi.StartAsync(request => request.Method == "GET" ? Missing : new StubResponse(201, "{}"));
        Assert.Equal(NamespaceState.Created, await EnsureAsync(api, create: true));
        using var sent = JsonDocument.Parse(api.Server.Requests.Last().Body);
        Assert.Equal("scaletest", sent.RootElement.GetProperty("metadata").GetProperty("name").GetString());
        Assert.Equal("scaletest", sent.RootElement.GetProperty("metadata").GetProperty("labels").GetProperty("purpose").GetString());
    }

    [Fact]
    public async Task One_that_another_worker_has_just_made_exists()
    {
        await using var api = await StubApi.StartAsync(request => request.Method == "GET" ? Missing : StubResponse.Failure(409, "AlreadyExists", "namespaces \"scaletest\" already exists"));
        Assert.Equal(NamespaceState.Exists, await EnsureAsync(api, create: true));
    }

    [Fact]
    public async Task One_that_may_not_be_made_ends_the_run()
    {
        await using var api = await StubApi.StartAsync(request => request.Method == "GET" ? Missing : Forbidden);
        Assert.Equal(ApiReasons.Forbidden, (await Assert.ThrowsAsync<ApiException>(() => EnsureAsync(api, create: true))).Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Lacking_the_right_to_look_does_not_stop_a_run(bool create)
    {
        await using var api = await StubApi.StartAsync(_ => Forbidden);
        Assert.Equal(NamespaceState.Unknown, await EnsureAsync(api, create));
    }

    [Fact]
    public async Task An_aggregated_server_that_knows_no_namespaces_does_not_stop_a_run()
    {
        await using var api = await StubApi.StartAsync(_ => new StubResponse(404, """{"paths":["/apis"]}"""));
        Assert.Equal(NamespaceState.Unknown, await EnsureAsync(api, create: true));
    }

    [Fact]
    public async Task One_that_is_being_deleted_is_refused()
    {
        await using var api = await StubApi.StartAsync(_ => new StubResponse(200, """{"status":{"phase":"Terminating"}}"""));
        Assert.Equal(ApiReasons.NamespaceTerminating, (await Assert.ThrowsAsync<ApiException>(() => EnsureAsync(api, create: true))).Reason);
    }

    [Fact]
    public async Task Unknown_credentials_end_the_run_here_already()
    {
        await using var api = await StubApi.StartAsync(_ => StubResponse.Failure(401, "Unauthorized", "Unauthorized"));
        Assert.Equal(ApiReasons.Unauthorized, (await Assert.ThrowsAsync<ApiException>(() => EnsureAsync(api, create: true))).Reason);
    }

    private static Task<NamespaceState> EnsureAsync(StubApi api, bool create) => NamespaceCheck.EnsureAsync(api.Client, "scaletest", create, TestContext.Current.CancellationToken);
}
