using K8sScaleTest.Engine.Api;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Engine.Tests.Api;

/// <summary>Where the target comes from, as kubectl finds it.</summary>
public sealed class KubeconfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_that_is_named_wins_over_everything()
    {
        _folder.Write("home/.kube/config", KubeconfigText.Of("{server: 'https://home.example'}"));
        _folder.Write("listed", KubeconfigText.Of("{server: 'https://listed.example'}"));
        var named = _folder.Write("named", KubeconfigText.Of("{server: 'https://named.example:6443/prefix/'}", context: ", namespace: apps"));
        await using var target = await ResolveAsync(new TargetOptions { Kubeconfig = named }, ("KUBECONFIG", _folder.File("listed")));
        Assert.Equal("https://named.example:6443/prefix", target.Url);
        Assert.Equal(new Uri("https://named.example:6443/prefix/api/v1?limit=1"), target.UriFor("/api/v1?limit=1"));
        Assert.Equal("one", target.Context);
        Assert.Equal("apps", target.Namespace);
        Assert.Contains(named, target.Source, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_variable_wins_over_the_home_folder_and_the_home_folder_over_the_pod()
    {
        ServiceAccount();
        (string, string)[] pod = [("KUBERNETES_SERVICE_HOST", "10.0.0.1"), ("KUBERNETES_SERVICE_PORT", "443")];
        await using (var inCluster = await ResolveAsync(new TargetOptions(), pod)) Assert.Equal("https://10.0.0.1", inCluster.Url);
        _folder.Write("home/.kube/config", KubeconfigText.Of("{server: 'https://home.example'}"));
        await using (var home = await ResolveAsync(new TargetOptions(), pod)) Assert.Equal("https://home.example", home.Url);
        _folder.Write("listed", KubeconfigText.Of("{server: 'https://listed.example'}"));
        await using var listed = await ResolveAsync(new TargetOptions(), [.. pod, ("KUBECONFIG", "listed")]);
        Assert.Equal("https://listed.example", listed.Url);
        Assert.Equal("default", listed.Namespace);
    }

    [Fact]
    public async Task In_a_list_the_first_file_wins_entry_by_entry_and_missing_files_are_skipped()
    {
        _folder.Write("a", """
            clusters: [{name: c, cluster: {server: 'https://first.example'}}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            """);
        _folder.Write("b", """
            current-context: x
            clusters: [{name: c, cluster: {server: 'https://second.example', insecure-skip-tls-verify: true}}, {name: d, cluster: {server: 'https://d.example'}}]
            users: [{name: u, user: {token: from-b}}]
            contexts: [{name: x, context: {cluster: d, user: u}}, {name: y, context: {cluster: d, user: u}}]
            """);
        _folder.Write("c", "current-context: y\nusers: [{name: u, user: {token: from-c}}]\n");
        var list = string.Join(Path.PathSeparator, _folder.File("missing"), "a", _folder.File("b"), "a", "c");
        await using var target = await ResolveAsync(new TargetOptions(), ("KUBECONFIG", list));
        Assert.Equal("https://first.example", target.Url);
        Assert.Equal("x", target.Context);
        Assert.Equal("Bearer from-b", target.Authorization);
        Assert.False(target.Insecure);
        await using var other = await ResolveAsync(new TargetOptions { Context = "y" }, ("KUBECONFIG", list));
        Assert.Equal("https://d.example", other.Url);
    }

    [Fact]
    public async Task Relative_paths_belong_to_the_file_that_holds_them()
    {
        using var authority = new TestAuthority();
        _folder.Write("one/ca.crt", authority.Pem);
        _folder.Write("two/secret/token", "of-two\n");
        _folder.Write("one/config", "clusters: [{name: c, cluster: {server: 'https://c.example', certificate-authority: ca.crt}}]");
        _folder.Write("two/config", "current-context: x\nusers: [{name: u, user: {tokenFile: secret/token}}]\ncontexts: [{name: x, context: {cluster: c, user: u}}]");
        await using var target = await ResolveAsync(new TargetOptions(), ("KUBECONFIG", $"one/config{Path.PathSeparator}two/config"));
        Assert.Equal("Bearer of-two", target.Authorization);
    }

    [Fact]
    public async Task A_list_of_which_nothing_exists_hides_the_home_folder_as_for_kubectl()
    {
        _folder.Write("home/.kube/config", KubeconfigText.Of("{server: 'https://home.example'}"));
        var fault = await FaultAsync(new TargetOptions(), ("KUBECONFIG", _folder.File("missing")));
        Assert.Equal(ApiReasons.KubeconfigNotFound, fault.Reason);
        Assert.Contains(_folder.File("missing"), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_any_kubeconfig_the_message_says_where_it_looked_and_what_to_do()
    {
        var fault = await FaultAsync(new TargetOptions());
        Assert.Equal(ApiReasons.KubeconfigNotFound, fault.Reason);
        Assert.Contains(Path.Combine(_folder.File("home"), ".kube", "config"), fault.Message, StringComparison.Ordinal);
        Assert.Contains("-Kubeconfig", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Start-LocalApiServer", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_named_file_that_is_missing_is_named()
    {
        var fault = await FaultAsync(new TargetOptions { Kubeconfig = _folder.File("nowhere") });
        Assert.Equal(ApiReasons.KubeconfigNotFound, fault.Reason);
        Assert.Contains(_folder.File("nowhere"), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_is_no_kubeconfig()
    {
        var fault = await FaultAsync(new TargetOptions { Kubeconfig = _folder.Path });
        Assert.Equal(ApiReasons.KubeconfigNotFound, fault.Reason);
        Assert.Contains($"{_folder.Path} is a directory", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Broken_YAML_is_shown_by_its_place_and_never_by_its_content()
    {
        var fault = await FaultAsync(new TargetOptions { Kubeconfig = _folder.Write("config", "users:\n- name: u\n  user: {token: 'hunter2\ncontexts: [") });
        Assert.Equal(ApiReasons.KubeconfigInvalid, fault.Reason);
        Assert.Matches("line [0-9]+", fault.Message);
        Assert.DoesNotContain("hunter2", fault.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("just a text hunter2", "no 'clusters'")]
    [InlineData("users: {hunter2: hunter2}", "'users' should be a list")]
    [InlineData("users: [hunter2]", "'users' should be a list of mappings")]
    [InlineData("users: [{user: {token: hunter2}}]", "an entry of 'users' has no name")]
    [InlineData("users: [{name: u, user: {token: [hunter2]}}]", "'token' should be a text")]
    [InlineData("clusters: [{name: c, cluster: {insecure-skip-tls-verify: hunter2}}]", "'insecure-skip-tls-verify' should be true or false")]
    [InlineData("users: [{name: u, user: {exec: {apiVersion: v1, args: [hunter2]}}}]", "no 'command'")]
    public async Task A_wrong_shape_is_named_by_file_and_field(string text, string expected)
    {
        var fault = await FaultAsync(new TargetOptions { Kubeconfig = _folder.Write("config", text) });
        Assert.Equal(ApiReasons.KubeconfigInvalid, fault.Reason);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.File("config"), fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_context_is_answered_with_the_known_ones()
    {
        var kubeconfig = _folder.Write("config", KubeconfigText.Of("{server: 'https://a.example'}", name: "known"));
        var fault = await FaultAsync(new TargetOptions { Kubeconfig = kubeconfig, Context = "unknown" });
        Assert.Equal(ApiReasons.ContextNotFound, fault.Reason);
        Assert.Contains("'unknown'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("'known'", fault.Message, StringComparison.Ordinal);
        Assert.Equal(ApiReasons.ContextNotFound, (await FaultAsync(new TargetOptions { Kubeconfig = kubeconfig, Context = "KNOWN" })).Reason);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("apiVersion: v1\nkind: Config\ncurrent-context: x\n", "has no contexts")]
    public async Task Where_there_are_no_contexts_nobody_is_told_to_choose_one(string text, string expected)
    {
        var fault = await FaultAsync(new TargetOptions { Kubeconfig = _folder.Write("config", text) });
        Assert.Equal(ApiReasons.ContextNotFound, fault.Reason);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("-Context", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authority_that_is_no_certificate_is_named_by_its_cluster()
    {
        var fault = await FaultAsync(new TargetOptions { Kubeconfig = _folder.Write("config", KubeconfigText.Of("{server: 'https://a.example', certificate-authority-data: Z2FyYmFnZQ==}")) });
        Assert.Equal(ApiReasons.KubeconfigInvalid, fault.Reason);
        Assert.StartsWith("In the certificate-authority of cluster '", fault.Message, StringComparison.Ordinal);
        Assert.Contains("there is no certificate in PEM", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_current_context_one_must_be_chosen()
    {
        var text = KubeconfigText.Of("{server: 'https://a.example'}", name: "known").Replace("current-context: known", "current-context: ''", StringComparison.Ordinal);
        var fault = await FaultAsync(new TargetOptions { Kubeconfig = _folder.Write("config", text) });
        Assert.Equal(ApiReasons.ContextNotFound, fault.Reason);
        Assert.Contains("-Context", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("contexts: [{name: x, context: {cluster: gone}}]", "'gone'")]
    [InlineData("contexts: [{name: x, context: {}}]", "names no cluster")]
    [InlineData("contexts: [{name: x, context: {cluster: c, user: gone}}]\nclusters: [{name: c, cluster: {server: 'https://a.example'}}]", "'gone'")]
    [InlineData("contexts: [{name: x, context: {cluster: c}}]\nclusters: [{name: c, cluster: {}}]", "has no server")]
    public async Task A_context_whose_parts_are_missing_is_refused(string text, string expected)
    {
        var fault = await FaultAsync(new TargetOptions { Kubeconfig = _folder.Write("config", "current-context: x\n" + text) });
        Assert.Equal(ApiReasons.KubeconfigInvalid, fault.Reason);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://other.example:7443", "https://other.example:7443")]
    [InlineData("other.example:7443", "https://other.example:7443")]
    [InlineData("http://127.0.0.1:8001/", "http://127.0.0.1:8001")]
    public async Task A_server_that_is_given_replaces_the_kubeconfigs(string given, string url)
    {
        var kubeconfig = _folder.Write("config", KubeconfigText.Of("{server: 'https://a.example'}", "{token: abc}"));
        await using var target = await ResolveAsync(new TargetOptions { Kubeconfig = kubeconfig, Server = given });
        Assert.Equal(url, target.Url);
        // As in client-go no credential goes over plain http.
        Assert.Equal(url.StartsWith("https", StringComparison.Ordinal) ? "Bearer abc" : null, target.Authorization);
    }

    [Theory]
    [InlineData("ftp://a.example")]
    [InlineData("https://")]
    [InlineData("https://user:hunter2@a.example")]
    [InlineData("https://a.example?x=1")]
    public async Task A_server_that_is_no_server_is_refused(string given)
    {
        var fault = await FaultAsync(new TargetOptions { Server = given });
        Assert.Equal(ApiReasons.ServerInvalid, fault.Reason);
        Assert.DoesNotContain("hunter2", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_alone_needs_no_kubeconfig()
    {
        await using var target = await ResolveAsync(new TargetOptions { Server = "http://localhost:8001" });
        Assert.Equal("http://localhost:8001", target.Url);
        Assert.Null(target.Authorization);
        Assert.Null(target.Context);
    }

    [Fact]
    public async Task An_empty_kubeconfig_leads_into_the_cluster_as_for_kubectl()
    {
        ServiceAccount();
        _folder.Write("home/.kube/config", "apiVersion: v1\nkind: Config\ncontexts: null\ncurrent-context: \"\"\n");
        await using var target = await ResolveAsync(new TargetOptions(), ("KUBERNETES_SERVICE_HOST", "fd00::1"), ("KUBERNETES_SERVICE_PORT", "6443"));
        Assert.Equal("https://[fd00::1]:6443", target.Url);
        Assert.Equal("pod-namespace", target.Namespace);
        Assert.Equal("Bearer pod-token", target.Authorization);
        Assert.Null(target.Context);
    }

    [Fact]
    public async Task Contexts_are_listed_for_completion()
    {
        var kubeconfig = _folder.Write("config", "contexts: [{name: b, context: {}}, {name: a, context: {}}]");
        Assert.Equal(["a", "b"], await ApiTarget.ListContextsAsync(new TargetOptions { Kubeconfig = kubeconfig }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_description_runs_no_credential_plugin()
    {
        var kubeconfig = _folder.Write("config", KubeconfigText.Of("{server: 'https://a.example/x/'}", "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./no-such-plugin}}"));
        var description = await ApiTarget.DescribeAsync(new TargetOptions { Kubeconfig = kubeconfig, Environment = Surroundings.Of(_folder) }, TestContext.Current.CancellationToken);
        Assert.Equal("https://a.example/x", description.Url);
        Assert.Equal("one", description.Context);
    }

    private void ServiceAccount()
    {
        using var authority = new TestAuthority();
        _folder.Write("serviceaccount/token", "pod-token");
        _folder.Write("serviceaccount/ca.crt", authority.Pem);
        _folder.Write("serviceaccount/namespace", "pod-namespace");
    }

    private Task<ApiTarget> ResolveAsync(TargetOptions options, params (string Name, string Value)[] variables) =>
        ApiTarget.ResolveAsync(options with { Environment = Surroundings.Of(_folder, variables) }, TestContext.Current.CancellationToken);

    private Task<ApiException> FaultAsync(TargetOptions options, params (string Name, string Value)[] variables) =>
        Assert.ThrowsAsync<ApiException>(() => ResolveAsync(options, variables));
}
