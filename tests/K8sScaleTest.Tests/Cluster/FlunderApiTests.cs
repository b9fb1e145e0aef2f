using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Tests.Cluster;

/// <summary>Install-FlunderApi and Uninstall-FlunderApi against a server that keeps what it is given, and serves custom resources only when told to.</summary>
public sealed class FlunderApiTests : IAsyncDisposable
{
    private const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new();
    private readonly ConcurrentDictionary<string, JsonObject> _objects = new();
    private readonly StubServer _server;
    private readonly string _kubeconfig;
    private Func<string, bool> _allowed = _ => true;
    private bool _builtIn;
    private bool _establishes = true;

    public FlunderApiTests()
    {
        _server = new StubServer(_authority.Server(), Answer);
        _kubeconfig = _folder.Write("config", KubeconfigText.Of($"{{server: '{_server.Url}', certificate-authority-data: {_authority.Base64}}}"));
    }

    public async ValueTask DisposeAsync()
    {
        _session.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
        _authority.Dispose();
    }

    [Theory]
    [InlineData("Install-FlunderApi", "customresourcedefinitions.apiextensions.k8s.io/flunders.wardle.example.com")]
    [InlineData("Install-FlunderApi -Aggregated -ServerImage host/server:1", "host/server:1")]
    [InlineData("Uninstall-FlunderApi", "ALL Flunders")]
    public void WhatIf_sends_no_request_and_says_what_and_where(string command, string said)
    {
        Assert.Empty(Run($"{command} -WhatIf"));
        Assert.Empty(_server.Requests);
        Assert.Contains(_session.HostLines, line => line.Contains(said, StringComparison.Ordinal) && line.Contains(_server.Url, StringComparison.Ordinal));
    }

    [Fact]
    public void Installed_twice_it_is_unchanged_and_uninstalled_it_is_gone()
    {
        Assert.Equal(["Created"], Actions("Install-FlunderApi"));
        Assert.Equal(["Unchanged"], Actions("Install-FlunderApi"));
        Assert.Equal(["Deleted"], Actions("Uninstall-FlunderApi -Confirm:$false"));
        Assert.Empty(_objects);
        Assert.Empty(Actions("Uninstall-FlunderApi -Confirm:$false"));
        Assert.Empty(_session.Errors);
    }

    [Fact]
    public void Uninstalling_asks_first_and_obeys()
    {
        Assert.Equal(["Created"], Actions("Install-FlunderApi"));
        _session.Answer = (_, _, choices) => choices.ToList().FindIndex(choice => choice.Replace("&", "", StringComparison.Ordinal) == "No");
        Assert.Empty(Actions("Uninstall-FlunderApi -Confirm"));
        Assert.Single(_objects);
    }

    [Fact]
    public void All_missing_rights_are_listed_before_anything_is_written()
    {
        _allowed = verb => verb == "get";
        var error = RunToError("Install-FlunderApi");
        Assert.Equal("Forbidden,K8sScaleTest.InstallFlunderApiCommand", error.FullyQualifiedErrorId);
        Assert.Contains("create customresourcedefinitions.apiextensions.k8s.io; patch customresourcedefinitions.apiextensions.k8s.io", error.Exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("get customresourcedefinitions", error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(_objects);
    }

    [Fact]
    public void Who_may_not_give_the_rights_of_the_aggregated_server_is_told_before_anything_is_written()
    {
        // Who may create the reviews that the delegator creates may bind its role; to bind the others takes what they grant.
        _allowed = verb => verb is not ("bind" or "escalate" or "watch");
        var error = RunToError("Install-FlunderApi -Aggregated");
        Assert.Equal("Forbidden,K8sScaleTest.InstallFlunderApiCommand", error.FullyQualifiedErrorId);
        foreach (var right in (string[])["escalate clusterroles.rbac.authorization.k8s.io (or instead: get namespaces", "bind clusterroles.rbac.authorization.k8s.io/flunder-api (", "bind roles.rbac.authorization.k8s.io/extension-apiserver-authentication-reader in namespace 'kube-system' ("])
            Assert.Contains(right, error.Exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("system:auth-delegator", error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(_objects);
    }

    [Fact]
    public void Who_has_the_rights_of_the_aggregated_server_may_give_them()
    {
        _allowed = verb => verb is not ("bind" or "escalate");
        Assert.Equal("NotServedInTime,K8sScaleTest.InstallFlunderApiCommand", RunToError("Install-FlunderApi -Aggregated -Timeout 500ms").FullyQualifiedErrorId);
        Assert.Contains(_objects.Keys, path => path.EndsWith("/clusterrolebindings/flunder-api-auth-delegator", StringComparison.Ordinal));
    }

    [Fact]
    public void A_server_that_has_Flunders_by_other_means_is_left_as_it_is()
    {
        _builtIn = true;
        var error = RunToError("Install-FlunderApi");
        Assert.Equal("ForeignObject,K8sScaleTest.InstallFlunderApiCommand", error.FullyQualifiedErrorId);
        Assert.Contains("serves flunders.wardle.example.com already", error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(_objects);
    }

    [Fact]
    public void What_is_not_established_in_time_is_an_error_that_says_so()
    {
        _establishes = false;
        var error = RunToError("Install-FlunderApi -Timeout 500ms");
        Assert.Equal("NotServedInTime,K8sScaleTest.InstallFlunderApiCommand", error.FullyQualifiedErrorId);
        Assert.Contains("flunders.wardle.example.com is not Established (Installing, the initial names have been accepted)", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_ends_the_wait()
    {
        _establishes = false;
        using var script = _session.Start("Install-FlunderApi -Kubeconfig $Kubeconfig -Timeout 1h", ("Kubeconfig", _kubeconfig));
        while (_server.Requests.Count(request => request.Method == "GET" && request.Path.StartsWith(Definitions, StringComparison.Ordinal)) < 3) await Task.Delay(10, TestContext.Current.CancellationToken);
        await script.StopAsync();
        Assert.Single(_objects);
    }

    private List<System.Management.Automation.PSObject> Run(string command) =>
        [.. _session.Run($"{command.Split(' ')[0]} -Kubeconfig $Kubeconfig {string.Join(' ', command.Split(' ').Skip(1))}", ("Kubeconfig", _kubeconfig))];

    private string[] Actions(string command) => [.. Run(command).Select(result => (string)result.Properties["Action"].Value)];

    private System.Management.Automation.ErrorRecord RunToError(string command) =>
        _session.RunToError($"$ErrorActionPreference = 'Stop'; {command} -Kubeconfig $Kubeconfig", ("Kubeconfig", _kubeconfig));

    private StubResponse Answer(StubRequest request)
    {
        const string Reviews = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        var flunders = _builtIn || _objects.Keys.Any(path => path.StartsWith(Definitions, StringComparison.Ordinal));
        if (request.Path == Reviews)
            return new StubResponse(201, new JsonObject { ["status"] = new JsonObject { ["allowed"] = _allowed(Verb(request)) } }.ToJsonString());
        if (request.Path == "/apis")
            return new StubResponse(200, flunders ? """{"groups":[{"name":"wardle.example.com","versions":[{"version":"v1alpha1"},{"version":"v1beta1"}]}]}""" : """{"groups":[]}""");
        if (flunders && request.Path is "/apis/wardle.example.com/v1alpha1" or "/apis/wardle.example.com/v1beta1" && flunders) return new StubResponse(200, """{"resources":[{"name":"flunders"}]}""");
        if (flunders && request.Path.EndsWith("/flunders", StringComparison.Ordinal)) return new StubResponse(200, """{"items":[]}""");
        return request.Method switch
        {
            "GET" when _objects.TryGetValue(request.Path, out var found) => new StubResponse(200, found.ToJsonString()),
            "POST" => Create(request),
            "PATCH" when _objects.TryGetValue(request.Path, out var patched) => new StubResponse(200, patched.ToJsonString()),
            "DELETE" when _objects.TryRemove(request.Path, out _) => new StubResponse(200, "{}"),
            _ => StubResponse.Failure(404, "NotFound", "not found"),
        };
    }

    private static string Verb(StubRequest review) => JsonNode.Parse(review.Body)!["spec"]!["resourceAttributes"]!["verb"]!.GetValue<string>();

    private StubResponse Create(StubRequest request)
    {
        var made = (JsonObject)JsonNode.Parse(request.Body)!;
        made["metadata"]!["uid"] = "uid-1";
        made["metadata"]!["resourceVersion"] = "7";
        made["status"] = JsonNode.Parse(_establishes
            ? """{"conditions":[{"type":"Established","status":"True"}]}"""
            : """{"conditions":[{"type":"Established","status":"False","reason":"Installing","message":"the initial names have been accepted"}]}""");
        _objects[$"{request.Path}/{made["metadata"]!["name"]}"] = made;
        return new StubResponse(201, made.ToJsonString());
    }
}
