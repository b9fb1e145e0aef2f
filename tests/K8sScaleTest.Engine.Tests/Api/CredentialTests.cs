using System.Globalization;
using System.Text;
using System.Text.Json;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Engine.Tests.Api;

/// <summary>Who the client is: tokens, files, passwords, plugins, impersonation; and how they stay fresh.</summary>
public sealed class CredentialTests : IDisposable
{
    private const string Cluster = "{server: 'https://a.example:6443', certificate-authority-data: %CA%, tls-server-name: b.example, extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: x, n: 3}}]}";
    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new();

    public void Dispose()
    {
        _folder.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task A_password_becomes_basic_authorization()
    {
        await using var target = await ResolveAsync("{username: ann, password: 'p:w'}");
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("ann:p:w")), target.Authorization);
    }

    [Fact]
    public async Task The_header_is_one_string_instance_while_the_credential_lasts()
    {
        await using var target = await ResolveAsync("{token: abc}");
        Assert.Equal("Bearer abc", target.Authorization);
        Assert.Same(target.Authorization, target.Authorization);
    }

    [Fact]
    public async Task A_token_file_wins_over_a_token_and_is_read_again_when_it_is_replaced()
    {
        _folder.Write("token", "first\n");
        await using var target = await ResolveAsync("{token: fixed, tokenFile: token}");
        Assert.Equal("Bearer first", target.Authorization);
        _folder.Replace("token", "second\n");
        await Wait.UntilAsync(() => target.Authorization == "Bearer second", "the new token");
    }

    [Fact]
    public async Task A_token_file_that_disappears_leaves_the_old_token_and_says_so()
    {
        _folder.Write("token", "first");
        await using var target = await ResolveAsync("{tokenFile: token}");
        File.Delete(_folder.File("token"));
        await Wait.UntilAsync(() => target.CredentialFault is not null, "the fault");
        Assert.Equal("Bearer first", target.Authorization);
        Assert.Contains(_folder.File("token"), target.CredentialFault!.Message, StringComparison.Ordinal);
        _folder.Write("token", "back");
        await Wait.UntilAsync(() => target.Authorization == "Bearer back" && target.CredentialFault is null, "the recovery");
    }

    [Fact]
    public async Task The_pods_token_is_read_again_when_the_kubelet_rotates_it()
    {
        _folder.Write("serviceaccount/token", "first");
        _folder.Write("serviceaccount/ca.crt", _authority.Pem);
        var options = new TargetOptions { Environment = Surroundings.Of(_folder, ("KUBERNETES_SERVICE_HOST", "10.0.0.1"), ("KUBERNETES_SERVICE_PORT", "443")) };
        await using var target = await ApiTarget.ResolveAsync(options, TestContext.Current.CancellationToken);
        Assert.Equal("Bearer first", target.Authorization);
        _folder.Replace("serviceaccount/token", "second");
        await Wait.UntilAsync(() => target.Authorization == "Bearer second", "the rotated token");
    }

    [Theory]
    [InlineData("{tokenFile: missing}", "cannot be read")]
    [InlineData("{tokenFile: empty}", "is empty")]
    [InlineData("{token: \"a b\"}", "cannot stand in a header")]
    [InlineData("{token: a, username: b, password: c}", "only one is allowed")]
    [InlineData("{client-certificate-data: '%CA%'}", "without its key")]
    [InlineData("{client-key-data: YQ==}", "without its certificate")]
    [InlineData("{client-certificate-data: '%%', client-key-data: YQ==}", "not base64")]
    [InlineData("{client-certificate-data: YQ==, client-key-data: YQ==}", "cannot be used")]
    [InlineData("{auth-provider: {name: gcp, config: {access-token: hunter2}}}", "'gcp'")]
    [InlineData("{as-groups: [a]}", "without 'as'")]
    public async Task Credentials_that_cannot_work_are_refused_by_name(string user, string expected)
    {
        _folder.Write("empty", " \n");
        var fault = await Assert.ThrowsAsync<ApiException>(() => ResolveAsync(user.Replace("%CA%", _authority.Base64, StringComparison.Ordinal)));
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugin_gets_its_arguments_variables_and_the_cluster()
    {
        Plugin("""
            printf '%s\n' "$#" "$1" "$2" "$GREETING" > "$OUT/seen"
            printf '%s' "$KUBERNETES_EXEC_INFO" > "$OUT/info"
            cat <<K
            {"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"from-plugin"}}
            K
            """);
        await using var target = await ResolveAsync(Exec("args: ['two words', '--flag=\"x\"'], provideClusterInfo: true, env: [{name: GREETING, value: 'hello there'}, {name: OUT, value: '" + _folder.Path + "'}]"));
        Assert.Equal("Bearer from-plugin", target.Authorization);
        Assert.Equal(["2", "two words", "--flag=\"x\"", "hello there"], await File.ReadAllLinesAsync(_folder.File("seen"), TestContext.Current.CancellationToken));
        using var info = JsonDocument.Parse(await File.ReadAllTextAsync(_folder.File("info"), TestContext.Current.CancellationToken));
        Assert.Equal("ExecCredential", info.RootElement.GetProperty("kind").GetString());
        var spec = info.RootElement.GetProperty("spec");
        Assert.False(spec.GetProperty("interactive").GetBoolean());
        var cluster = spec.GetProperty("cluster");
        Assert.Equal("https://a.example:6443", cluster.GetProperty("server").GetString());
        Assert.Equal("b.example", cluster.GetProperty("tls-server-name").GetString());
        Assert.Equal(_authority.Base64, cluster.GetProperty("certificate-authority-data").GetString());
        Assert.Equal(3, cluster.GetProperty("config").GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task A_plugin_learns_nothing_of_the_cluster_unless_the_kubeconfig_says_so()
    {
        Plugin("printf '%s' \"$KUBERNETES_EXEC_INFO\" > \"$OUT/info\"\necho '" + Token("t") + "'");
        await using var target = await ResolveAsync(Exec($"env: [{{name: OUT, value: '{_folder.Path}'}}]"));
        Assert.DoesNotContain("cluster", await File.ReadAllTextAsync(_folder.File("info"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugins_token_is_renewed_before_it_ends()
    {
        // Two seconds of life: it is renewed a fifth of that before its end.
        Plugin("""
            n=$(($(cat "$OUT/n" 2>/dev/null || echo 0) + 1)); echo $n > "$OUT/n"
            expires=$(date -u -d '+2 seconds' +%Y-%m-%dT%H:%M:%SZ)
            echo "{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"token-$n\",\"expirationTimestamp\":\"$expires\"}}"
            """);
        await using var target = await ResolveAsync(Exec($"env: [{{name: OUT, value: '{_folder.Path}'}}]"));
        Assert.Equal("Bearer token-1", target.Authorization);
        await Wait.UntilAsync(() => target.Authorization == "Bearer token-3", "the third token");
    }

    [Fact]
    public async Task A_refused_token_makes_the_plugin_run_again()
    {
        Plugin("n=$(($(cat \"$OUT/n\" 2>/dev/null || echo 0) + 1)); echo $n > \"$OUT/n\"\necho '" + Token("'$n'") + "'");
        await using var target = await ResolveAsync(Exec($"env: [{{name: OUT, value: '{_folder.Path}'}}]"));
        Assert.Equal("Bearer 1", target.Authorization);
        for (var i = 0; i < 100; i++) target.ReportUnauthorized();
        await Wait.UntilAsync(() => target.Authorization == "Bearer 2", "the second token");
    }

    [Theory]
    [InlineData("echo 'no session: log in' >&2; exit 7", "exit code 7: no session: log in")]
    [InlineData("echo 'hunter2'", "printed no JSON")]
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"status\":{\"token\":\"hunter2\"}}'", "'client.authentication.k8s.io/v1beta1'")]
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\"}'", "without a status")]
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{}}'", "neither a token nor a client certificate")]
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"token\":\"hunter2\",\"expirationTimestamp\":\"soon\"}}'", "is no time")]
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{\"clientCertificateData\":\"hunter2\"}}'", "without its key")]
    public async Task A_plugin_that_fails_is_named_with_the_cause_and_without_its_output(string script, string expected)
    {
        Plugin(script);
        var fault = await Assert.ThrowsAsync<ApiException>(() => ResolveAsync(Exec("args: []")));
        Assert.Equal(ApiReasons.CredentialsInvalid, fault.Reason);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugin_that_is_not_installed_is_answered_with_its_hint()
    {
        var fault = await Assert.ThrowsAsync<ApiException>(() =>
            ResolveAsync("{exec: {apiVersion: client.authentication.k8s.io/v1, command: no-such-plugin-here, installHint: 'Get it with apt.'}}"));
        Assert.EndsWith("no-such-plugin-here cannot be started: it was not found; a bare name is sought in PATH. Get it with apt.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugin_that_wants_a_terminal_is_refused()
    {
        Plugin("echo '" + Token("t") + "'");
        var fault = await Assert.ThrowsAsync<ApiException>(() => ResolveAsync(Exec("interactiveMode: Always")));
        Assert.Contains("wants a terminal", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugin_that_hangs_ends_with_the_users_patience()
    {
        Plugin("echo $$ > \"$OUT/pid\"; exec sleep 600");
        using var patience = new CancellationTokenSource();
        var resolving = ApiTarget.ResolveAsync(Options(Exec($"env: [{{name: OUT, value: '{_folder.Path}'}}]")), patience.Token);
        await Wait.UntilAsync(() => File.Exists(_folder.File("pid")) && File.ReadAllText(_folder.File("pid")).EndsWith('\n'), "the plugin's start");
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => resolving);
        var pid = int.Parse(await File.ReadAllTextAsync(_folder.File("pid"), TestContext.Current.CancellationToken), CultureInfo.InvariantCulture);
        await Wait.UntilAsync(() => HasEnded(pid), "the plugin's end");
    }

    [Fact]
    public async Task Impersonation_goes_into_the_headers_as_client_go_writes_them()
    {
        await using var target = await ResolveAsync("{token: t, as: jane, as-uid: '42', as-groups: ['ops team'], as-user-extra: {scopes: [view], 'acme.com/project%': ['1']}}");
        Assert.Equal(
            [
                new("Impersonate-User", "jane"), new("Impersonate-Uid", "42"), new("Impersonate-Group", "ops team"),
                new("Impersonate-Extra-scopes", "view"), new KeyValuePair<string, string>("Impersonate-Extra-acme.com%2Fproject%25", "1"),
            ],
            target.Headers);
    }

    [Theory]
    [InlineData("as-groups: [a, b]", "Impersonate-Group")]
    [InlineData("as-user-extra: {scopes: [view, edit]}", "Impersonate-Extra-scopes")]
    public async Task Impersonation_that_needs_a_header_twice_is_refused_since_the_client_would_join_them(string more, string header)
    {
        var fault = await Assert.ThrowsAsync<ApiException>(() => ResolveAsync($"{{token: t, as: jane, {more}}}"));
        Assert.Contains(header, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Impersonation_over_plain_http_is_refused_rather_than_dropped()
    {
        var options = Options("{token: t, as: jane}") with { Server = "http://127.0.0.1:8001" };
        var fault = await Assert.ThrowsAsync<ApiException>(() => ApiTarget.ResolveAsync(options, TestContext.Current.CancellationToken));
        Assert.Contains("'as'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_OpenID_token_is_used_while_it_lasts_and_renewed_at_the_issuers_endpoint()
    {
        var lasting = JsonWebToken(DateTimeOffset.UtcNow.AddHours(1));
        await using var issuer = new StubServer(null, request => request.Path switch
        {
            "/.well-known/openid-configuration" => new StubResponse(200, $$"""{"token_endpoint":"http://{{request.Header("Host")}}/token"}"""),
            "/token" when request.Body.Contains("refresh_token=again", StringComparison.Ordinal) => new StubResponse(200, $$"""{"id_token":"{{lasting}}","expires_in":3600}"""),
            _ => new StubResponse(400, "{}"),
        });
        var config = $"client-id: me, idp-issuer-url: '{issuer.Url}', refresh-token: again";
        await using (var fresh = await ResolveAsync($"{{auth-provider: {{name: oidc, config: {{{config}, id-token: '{lasting}'}}}}}}")) Assert.Equal("Bearer " + lasting, fresh.Authorization);
        Assert.Empty(issuer.Requests);
        await using var renewed = await ResolveAsync($"{{auth-provider: {{name: oidc, config: {{{config}, id-token: '{JsonWebToken(DateTimeOffset.UtcNow.AddHours(-1))}'}}}}}}");
        Assert.Equal("Bearer " + lasting, renewed.Authorization);
    }

    [Fact]
    public async Task An_OpenID_token_that_is_over_asks_for_a_new_log_in()
    {
        var over = JsonWebToken(DateTimeOffset.UtcNow.AddHours(-1));
        var fault = await Assert.ThrowsAsync<ApiException>(() => ResolveAsync($"{{auth-provider: {{name: oidc, config: {{client-id: me, idp-issuer-url: 'http://127.0.0.1:1', id-token: '{over}'}}}}}}"));
        Assert.Contains("log in again", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(over, fault.ToString(), StringComparison.Ordinal);
    }

    private static string Token(string token) => $$"""{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"{{token}}"} }""";

    private static bool HasEnded(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/status").Contains("Z (zombie)", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // It may end between two looks at it.
            return true;
        }
    }

    private static string JsonWebToken(DateTimeOffset expires)
    {
        var claims = System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"exp\":{expires.ToUnixTimeSeconds()}}}")));
        return $"e30.{claims}.c2ln";
    }

    private static string Exec(string more) => $"{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: ./plugin, {more}}}}}";

    private void Plugin(string script)
    {
        var path = _folder.Write("plugin", "#!/bin/sh\n" + script + "\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private TargetOptions Options(string user) => new()
    {
        Kubeconfig = _folder.Write("config", KubeconfigText.Of(Cluster.Replace("%CA%", _authority.Base64, StringComparison.Ordinal), user)),
        Environment = Surroundings.Of(_folder),
    };

    private Task<ApiTarget> ResolveAsync(string user) => ApiTarget.ResolveAsync(Options(user), TestContext.Current.CancellationToken);
}
