using System.Text;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Engine.Tests.Api;

public sealed class ApiClientTests
{
    [Fact]
    public async Task A_request_carries_user_agent_type_and_body_below_the_servers_path()
    {
        await using var api = await StubApi.StartAsync(_ => new StubResponse(201, """{"kind":"ConfigMap"}"""), "/prefix");
        var response = await api.Client.SendAsync(HttpMethod.Post, "/api/v1/x?dryRun=All", Encoding.UTF8.GetBytes("{}"), "application/yaml", TestContext.Current.CancellationToken);
        Assert.Equal(201, response.StatusCode);
        Assert.Equal("application/json", response.ContentType);
        var request = Assert.Single(api.Server.Requests);
        Assert.Equal("POST", request.Method);
        Assert.Equal("/prefix/api/v1/x?dryRun=All", request.Target);
        Assert.Equal("test/1", request.Header("User-Agent"));
        Assert.Equal("application/yaml", request.Header("Content-Type"));
        Assert.Equal("{}", request.Body);
    }

    [Fact]
    public async Task Impersonation_reaches_the_server()
    {
        using var folder = new TemporaryFolder();
        using var authority = new TestAuthority();
        using var certificate = authority.Server();
        await using var server = new StubServer(certificate, _ => new StubResponse(200, "{}"));
        var kubeconfig = folder.Write("config", KubeconfigText.Of($"{{server: '{server.Url}', certificate-authority-data: {authority.Base64}}}", "{token: t, as: jane, as-groups: [dev]}"));
        await using var target = await ApiTarget.ResolveAsync(new TargetOptions { Kubeconfig = kubeconfig, Environment = Surroundings.Of(folder) }, TestContext.Current.CancellationToken);
        using var client = new ApiClient(target, System.Net.HttpVersion.Version11, "test", TimeSpan.FromSeconds(30));
        await client.SendAsync(HttpMethod.Get, "/", cancellationToken: TestContext.Current.CancellationToken);
        var request = Assert.Single(server.Requests);
        Assert.Equal("Bearer t", request.Header("Authorization"));
        Assert.Equal("jane", request.Header("Impersonate-User"));
        Assert.Equal("dev", request.Header("Impersonate-Group"));
    }

    [Fact]
    public async Task A_403_names_verb_and_resource_as_the_server_does()
    {
        const string Words = "configmaps is forbidden: User \"nobody\" cannot list resource \"configmaps\" in API group \"\" in the namespace \"scaletest\"";
        await using var api = await StubApi.StartAsync(_ => StubResponse.Failure(403, "Forbidden", Words));
        var fault = await FaultAsync(api, "/api/v1/namespaces/scaletest/configmaps?limit=1");
        Assert.Equal(ApiReasons.Forbidden, fault.Reason);
        Assert.Equal(403, fault.StatusCode);
        Assert.Contains(Words, fault.Message, StringComparison.Ordinal);
        Assert.Contains("GET " + api.Server.Url + "/api/v1/namespaces/scaletest/configmaps", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_401_says_whose_credentials_the_server_does_not_know()
    {
        await using var api = await StubApi.StartAsync(_ => StubResponse.Failure(401, "Unauthorized", "Unauthorized"));
        var fault = await FaultAsync(api, "/api");
        Assert.Equal(ApiReasons.Unauthorized, fault.Reason);
        Assert.Contains("does not accept the credentials of -Server", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_429_in_plain_text_is_quoted()
    {
        await using var api = await StubApi.StartAsync(_ => new StubResponse(429, "Too many requests, please try again later.", "text/plain"));
        var fault = await FaultAsync(api, "/api");
        Assert.Equal("TooManyRequests", fault.Reason);
        Assert.Contains("Too many requests, please try again later.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_API_server_is_suspected_of_that()
    {
        await using var api = await StubApi.StartAsync(_ => new StubResponse(200, "<html>Welcome</html>", "text/html"));
        var fault = await FaultAsync(api, "/api");
        Assert.Equal(ApiReasons.UnexpectedResponse, fault.Reason);
        Assert.Contains("is this a Kubernetes API server?", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var api = await StubApi.StartAsync(_ => new StubResponse(302, ""));
        Assert.Contains("redirected", (await FaultAsync(api, "/api")).Message, StringComparison.Ordinal);
        Assert.Single(api.Server.Requests);
    }

    private static Task<ApiException> FaultAsync(StubApi api, string path) => Assert.ThrowsAsync<ApiException>(() => api.Client.GetAsync(path, TestContext.Current.CancellationToken));
}
