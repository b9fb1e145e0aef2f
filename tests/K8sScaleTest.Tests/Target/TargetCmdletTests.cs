using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Tests.Target;

/// <summary>How a cmdlet finds its server, and what a user reads where it does not.</summary>
public sealed class TargetCmdletTests : IDisposable
{
    private const string Command = "Remove-ScaleTestObject -RunId r.1 -Resource configmaps";
    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new();

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public void A_missing_kubeconfig_is_named_by_the_sessions_own_location()
    {
        // The session's location, which is not the process's folder.
        var error = _session.RunToError($"$ErrorActionPreference = 'Stop'; $ExecutionContext.SessionState.Path.SetLocation($Folder); {Command} -Kubeconfig sub/config", ("Folder", _folder.Path));
        Expect(error, "KubeconfigNotFound", ErrorCategory.ObjectNotFound, _folder.File("sub/config"));
    }

    [Fact]
    public async Task A_relative_kubeconfig_is_found_from_the_sessions_location()
    {
        await using var server = Server(EmptyList);
        Kubeconfig(server.Url);
        _session.Run($"$ExecutionContext.SessionState.Path.SetLocation($Folder); {Command} -Kubeconfig ./config", ("Folder", _folder.Path));
        Assert.NotEmpty(server.Requests);
    }

    [Fact]
    public void An_unknown_context_is_its_own_error() =>
        Expect(Fails("-Context gone", Kubeconfig("https://127.0.0.1:1")), "ContextNotFound", ErrorCategory.ObjectNotFound, "'one'");

    [Fact]
    public void A_broken_kubeconfig_is_its_own_error() =>
        Expect(Fails("", _folder.Write("config", "a: [")), "KubeconfigInvalid", ErrorCategory.InvalidData, "not valid YAML");

    [Fact]
    public void A_proxy_is_its_own_error() =>
        Expect(Fails("", Kubeconfig("https://127.0.0.1:1", ", proxy-url: 'http://proxy.example'")), "ProxyNotSupported", ErrorCategory.NotImplemented, "proxy-url");

    [Fact]
    public void A_refused_connection_is_its_own_error()
    {
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        Expect(Fails("", Kubeconfig($"https://127.0.0.1:{port}")), "ConnectionRefused", ErrorCategory.ConnectionError, $"127.0.0.1:{port}");
    }

    [Fact]
    public void An_unknown_host_is_its_own_error() =>
        Expect(Fails("-Server https://no-such-host.invalid", Kubeconfig("https://127.0.0.1:1")), "HostNotFound", ErrorCategory.ConnectionError, "no-such-host.invalid");

    [Fact]
    public async Task An_untrusted_certificate_is_its_own_error_and_can_be_skipped()
    {
        using var other = new TestAuthority("someone-else");
        using var certificate = other.Server();
        await using var server = new StubServer(certificate, EmptyList);
        Expect(Fails("", Kubeconfig(server.Url)), "CertificateUntrusted", ErrorCategory.SecurityError, "someone-else");
        Assert.Empty(server.Requests);
        // The originals' flag is an alias.
        _session.Run($"{Command} -Kubeconfig $Kubeconfig -Insecure", ("Kubeconfig", Kubeconfig(server.Url)));
        Assert.NotEmpty(server.Requests);
    }

    [Fact]
    public async Task An_expired_certificate_is_its_own_error()
    {
        using var certificate = _authority.Server(from: DateTimeOffset.UtcNow.AddDays(-9), to: DateTimeOffset.UtcNow.AddDays(-2));
        await using var server = new StubServer(certificate, EmptyList);
        Expect(Fails("", Kubeconfig(server.Url)), "CertificateExpired", ErrorCategory.SecurityError, "expired");
    }

    [Fact]
    public async Task A_certificate_for_other_names_is_its_own_error()
    {
        using var certificate = _authority.Server(["other.example"]);
        await using var server = new StubServer(certificate, EmptyList);
        Expect(Fails("", Kubeconfig(server.Url)), "CertificateNameMismatch", ErrorCategory.SecurityError, "'other.example'");
    }

    [Fact]
    public async Task Unknown_credentials_are_their_own_error_and_no_secret_is_shown()
    {
        await using var server = Server(_ => StubResponse.Failure(401, "Unauthorized", "Unauthorized"));
        var error = Fails("", Kubeconfig(server.Url));
        Expect(error, "Unauthorized", ErrorCategory.AuthenticationError, "does not accept the credentials");
        Assert.Equal("Bearer hunter2", server.Requests.First().Header("Authorization"));
        Assert.DoesNotContain("hunter2", error.Exception.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_right_is_its_own_error_and_names_verb_and_resource()
    {
        await using var server = Server(_ => StubResponse.Failure(403, "Forbidden", "User \"nobody\" cannot list resource \"configmaps\""));
        Expect(Fails("", Kubeconfig(server.Url)), "Forbidden", ErrorCategory.PermissionDenied, "cannot list resource \"configmaps\"");
    }

    [Fact]
    public async Task A_group_that_is_not_served_is_its_own_error_when_it_was_asked_for()
    {
        await using var server = Server(request => request.Path == "/apis" ? new StubResponse(200, """{"groups":[]}""") : new StubResponse(404, ""));
        var error = _session.RunToError("$ErrorActionPreference = 'Stop'; Remove-ScaleTestObject -RunId r.1 -Resource flunders -Kubeconfig $Kubeconfig", ("Kubeconfig", Kubeconfig(server.Url)));
        Expect(error, "GroupNotServed", ErrorCategory.ObjectNotFound, "sample-apiserver");
    }

    [Theory]
    [InlineData("-Server")]
    [InlineData("-Master")]
    [InlineData("-OverrideServer")]
    public async Task A_server_that_is_given_is_used_with_the_kubeconfigs_credentials(string parameter)
    {
        await using var server = Server(EmptyList);
        _session.Run($"{Command} -Kubeconfig $Kubeconfig {parameter} $Url", ("Kubeconfig", Kubeconfig("https://127.0.0.1:1")), ("Url", server.Url));
        Assert.Equal("Bearer hunter2", server.Requests.First().Header("Authorization"));
    }

    [Fact]
    public async Task A_kubeconfig_comes_down_the_pipeline_by_its_name()
    {
        await using var server = Server(EmptyList);
        _session.Run($"[pscustomobject] @{{ Kubeconfig = $Kubeconfig; Other = 1 }} | {Command}", ("Kubeconfig", Kubeconfig(server.Url)));
        Assert.NotEmpty(server.Requests);
    }

    [Fact]
    public async Task Verbose_names_server_and_source()
    {
        await using var server = Server(EmptyList);
        var kubeconfig = Kubeconfig(server.Url);
        _session.Run($"{Command} -Kubeconfig $Kubeconfig -Verbose", ("Kubeconfig", kubeconfig));
        Assert.Contains(_session.Verbose, line => line.Contains(server.Url, StringComparison.Ordinal) && line.Contains(kubeconfig, StringComparison.Ordinal));
        Assert.DoesNotContain(_session.Verbose, line => line.Contains("hunter2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("UPPER")]
    [InlineData("a.b")]
    [InlineData("-a")]
    [InlineData("a\n")]
    public void A_namespace_that_could_not_be_one_is_refused_before_any_request(string name)
    {
        var error = _session.RunToError($"$ErrorActionPreference = 'Stop'; {Command} -Namespace $Name -Kubeconfig /nowhere", ("Name", name));
        Assert.Equal("ParameterArgumentValidationError,K8sScaleTest.RemoveScaleTestObjectCommand", error.FullyQualifiedErrorId);
        Assert.Contains("lower-case letters, digits and '-'", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Contexts_are_completed_from_the_kubeconfig()
    {
        var kubeconfig = _folder.Write("config", "contexts: [{name: prod-a, context: {}}, {name: 'prod b', context: {}}, {name: test, context: {}}]");
        Assert.Equal(["'prod b'", "prod-a"], Complete($"Remove-ScaleTestObject -Kubeconfig {kubeconfig} -Context pr"));
        Assert.Equal(3, Complete($"Remove-ScaleTestObject -Kubeconfig {kubeconfig} -Context ").Count);
    }

    [Theory]
    [InlineData("Invoke-ObjectWatch")]
    [InlineData("Start-ObjectLogger")]
    public void What_is_observed_is_completed_with_what_most_clusters_serve(string cmdlet)
    {
        Assert.Equal(["daemonsets.apps", "deployments.apps"], Complete($"{cmdlet} d"));
        Assert.Equal(["flunders.wardle.example.com"], Complete($"{cmdlet} -Resource 'fl"));
        Assert.Contains("pods", Complete($"{cmdlet} -Resource "));
    }

    [Fact]
    public void What_is_removed_is_completed_with_what_drivers_write() =>
        Assert.Equal(["configmaps", "flunders"], Complete("Remove-ScaleTestObject -Resource "));

    [Fact]
    public async Task Namespaces_are_completed_from_the_server()
    {
        await using var server = Server(_ => new StubResponse(200, """{"items":[{"metadata":{"name":"default"}},{"metadata":{"name":"scale-a"}},{"metadata":{"name":"scaletest"}}]}"""));
        Assert.Equal(["scale-a", "scaletest"], Complete($"Start-ConfigMapDriver -Kubeconfig {Kubeconfig(server.Url)} -Namespace sc"));
    }

    [Fact]
    public async Task Completion_that_fails_is_silent()
    {
        await using var server = Server(_ => StubResponse.Failure(403, "Forbidden", "no"));
        Assert.Empty(Complete($"Remove-ScaleTestObject -Kubeconfig {Kubeconfig(server.Url)} -Namespace x"));
        Assert.Empty(Complete($"Remove-ScaleTestObject -Kubeconfig {_folder.File("nowhere")} -Context x"));
        Assert.Empty(_session.Errors);
    }

    private static StubResponse EmptyList(StubRequest request) => new(200, """{"kind":"List","metadata":{},"items":[]}""");

    private StubServer Server(Func<StubRequest, StubResponse> answer) => new(_authority.Server(), answer);

    private string Kubeconfig(string url, string more = "") =>
        _folder.Write("config", KubeconfigText.Of($"{{server: '{url}', certificate-authority-data: {_authority.Base64}{more}}}", "{token: hunter2}"));

    private ErrorRecord Fails(string parameters, string kubeconfig) => _session.RunToError($"$ErrorActionPreference = 'Stop'; {Command} -Kubeconfig $Kubeconfig {parameters}", ("Kubeconfig", kubeconfig));

    private List<string> Complete(string line) =>
        [.. _session.Run("[System.Management.Automation.CommandCompletion]::CompleteInput($Line, $Line.Length, $null).CompletionMatches", ("Line", line))
            .Select(match => ((CompletionResult)match.BaseObject).CompletionText)];

    private static void Expect(ErrorRecord error, string id, ErrorCategory category, string text)
    {
        Assert.Equal($"{id},K8sScaleTest.RemoveScaleTestObjectCommand", error.FullyQualifiedErrorId);
        Assert.Equal(category, error.CategoryInfo.Category);
        Assert.Contains(text, error.Exception.Message, StringComparison.Ordinal);
    }
}
