using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace K8sScaleTest.LocalApi.Tests;

/// <summary>Who may do what. The texts are those of a real server, with which the same requests were compared.</summary>
public sealed class AccessTests(ServerFixture fixture) : IDisposable
{
    private const string SelfReview = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    private const string AccessReview = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
    private const string RulesReview = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews";
    private const string SubjectReview = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
    private const string LocalReview = "/apis/authorization.k8s.io/v1/namespaces/scaletest/localsubjectaccessreviews";

    private readonly ApiClient _admin = new(fixture.Server);
    private readonly ApiClient _reader = new(fixture.Server.Url, fixture.Server.KubeconfigReadOnly);
    private readonly ApiClient _nobody = new(fixture.Server.Url, fixture.Server.KubeconfigNoRights);

    public void Dispose()
    {
        _admin.Dispose();
        _reader.Dispose();
        _nobody.Dispose();
    }

    [Theory]
    [InlineData("GET", "/api/v1/namespaces/scaletest/configmaps", "configmaps is forbidden: User \"nobody\" cannot list resource \"configmaps\" in API group \"\" in the namespace \"scaletest\"")]
    [InlineData("GET", "/api/v1/configmaps?watch=1", "configmaps is forbidden: User \"nobody\" cannot watch resource \"configmaps\" in API group \"\" at the cluster scope")]
    [InlineData("GET", "/api/v1/namespaces/scaletest/configmaps/a", "configmaps \"a\" is forbidden: User \"nobody\" cannot get resource \"configmaps\" in API group \"\" in the namespace \"scaletest\"")]
    [InlineData("GET", "/api/v1/namespaces/scaletest/configmaps?fieldSelector=metadata.name%3Dfoo", "configmaps \"foo\" is forbidden: User \"nobody\" cannot list resource \"configmaps\" in API group \"\" in the namespace \"scaletest\"")]
    [InlineData("PUT", "/api/v1/namespaces/scaletest/configmaps/a", "configmaps \"a\" is forbidden: User \"nobody\" cannot update resource \"configmaps\" in API group \"\" in the namespace \"scaletest\"")]
    [InlineData("DELETE", "/api/v1/namespaces/scaletest/configmaps", "configmaps is forbidden: User \"nobody\" cannot deletecollection resource \"configmaps\" in API group \"\" in the namespace \"scaletest\"")]
    [InlineData("GET", "/api/v1/namespaces/scaletest", "namespaces \"scaletest\" is forbidden: User \"nobody\" cannot get resource \"namespaces\" in API group \"\" in the namespace \"scaletest\"")]
    [InlineData("POST", "/apis/wardle.example.com/v1alpha1/namespaces/scaletest/flunders", "flunders.wardle.example.com is forbidden: User \"nobody\" cannot create resource \"flunders\" in API group \"wardle.example.com\" in the namespace \"scaletest\"")]
    [InlineData("PATCH", "/apis/foo.example.com/v1/bars/x/status", "bars.foo.example.com \"x\" is forbidden: User \"nobody\" cannot patch resource \"bars/status\" in API group \"foo.example.com\" at the cluster scope")]
    [InlineData("GET", "/metrics", "forbidden: User \"nobody\" cannot get path \"/metrics\"")]
    [InlineData("POST", "/metrics", "forbidden: User \"nobody\" cannot post path \"/metrics\"")]
    [InlineData("GET", "/", "forbidden: User \"nobody\" cannot get path \"/\"")]
    [InlineData("GET", "/foo%3Cbar%3E", "forbidden: User \"nobody\" cannot get path \"/foo&lt;bar&gt;\"")]
    public async Task Who_has_no_rights_is_refused_in_the_words_of_a_real_server(string method, string path, string message)
    {
        var refused = await _nobody.SendAsync(method, path, method is "GET" ? null : "{}");

        Assert.Equal((403, "Forbidden", message), (refused.Code, refused.Reason, refused.Message));
        Assert.Equal("nosniff", refused.Headers["X-Content-Type-Options"]);
        Assert.True(refused.Headers.ContainsKey("X-Kubernetes-Pf-Flowschema-Uid"));
    }

    [Fact]
    public async Task The_details_of_a_refusal_name_what_was_asked_for()
    {
        var named = (await _nobody.SendAsync("PATCH", "/apis/foo.example.com/v1/bars/x/status", "{}")).Json.GetProperty("details");
        var path = (await _nobody.GetAsync("/metrics")).Json.GetProperty("details");

        Assert.Equal("""{"name":"x","group":"foo.example.com","kind":"bars"}""", named.GetRawText());
        Assert.Equal("{}", path.GetRawText());
    }

    [Theory]
    [InlineData("/api")]
    [InlineData("/apis")]
    [InlineData("/apis/wardle.example.com/v1alpha1")]
    [InlineData("/openapi/v2")]
    [InlineData("/healthz")]
    [InlineData("/version")]
    public async Task Everybody_may_look_at_discovery_and_health(string path) => Assert.Equal(200, (await _nobody.GetAsync(path)).Code);

    [Fact]
    public async Task The_reader_reads_and_watches_everything_and_writes_nothing()
    {
        await _admin.CreateConfigMapAsync("read-only");
        using var watch = await _reader.WatchAsync(ApiClient.ConfigMaps + "?watch=1&timeoutSeconds=1");
        Assert.Equal(200, watch.Code);
        Assert.Equal(200, (await _reader.GetAsync(ApiClient.ConfigMaps + "/read-only")).Code);
        Assert.Equal(200, (await _reader.GetAsync("/metrics")).Code);

        var created = await _reader.CreateConfigMapAsync("not-by-reader");
        var patched = await _reader.PatchAsync(ApiClient.ConfigMaps + "/read-only", """{"data":{"k":"stolen"}}""");
        var deleted = await _reader.DeleteAsync(ApiClient.ConfigMaps + "/read-only");

        Assert.Equal((403, 403, 403), (created.Code, patched.Code, deleted.Code));
        Assert.Equal("configmaps \"read-only\" is forbidden: User \"reader\" cannot delete resource \"configmaps\" in API group \"\" in the namespace \"scaletest\"", deleted.Message);
        Assert.Equal("v", (await _admin.GetAsync(ApiClient.ConfigMaps + "/read-only")).Json.GetProperty("data").GetProperty("k").GetString());
    }

    [Fact]
    public async Task The_administrator_may_come_with_a_certificate()
    {
        using var http = CertificateClient(File.ReadAllText(fixture.Server.KubeconfigCertificate));

        var reply = await http.PostAsync(SelfReview, Json("{}"), TestContext.Current.CancellationToken);
        var user = System.Text.Json.JsonDocument.Parse(await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement.GetProperty("status").GetProperty("userInfo");

        Assert.Equal("admin", user.GetProperty("username").GetString());
        Assert.Equal("""["system:masters","system:authenticated"]""", user.GetProperty("groups").GetRawText());
        Assert.StartsWith("X509SHA256=", user.GetProperty("extra").GetProperty("authentication.kubernetes.io/credential-id")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_nobodys()
    {
        await using var other = await LocalApiProcess.StartAsync();
        using var http = CertificateClient(File.ReadAllText(other.KubeconfigCertificate));

        var refused = await http.GetAsync("/api/v1/namespaces", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("""{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}""", (await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).TrimEnd());
    }

    [Fact]
    public async Task A_certificate_that_signs_itself_is_nobodys()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=admin, O=system:masters", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var http = CertificateClient(certificate);

        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/api/v1/namespaces", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer 0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("Basic YWRtaW46YWRtaW4=")]
    public async Task Without_a_known_token_there_is_no_answer_but_401(string? authorization)
    {
        using var http = new HttpClient(Handler(null)) { BaseAddress = new Uri(fixture.Server.Url) };
        if (authorization is not null) http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);

        foreach (var path in new[] { "/api/v1/namespaces", "/healthz", "/nowhere" })
        {
            using var refused = await http.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.False(refused.Headers.Contains("X-Kubernetes-Pf-Flowschema-Uid"));
        }
    }

    [Theory]
    [InlineData("Impersonate-User: bob", 403, "configmaps is forbidden: User \"bob\" cannot list resource \"configmaps\" in API group \"\" in the namespace \"scaletest\"")]
    [InlineData("Impersonate-User: reader", 200, "")]
    [InlineData("Impersonate-User: bob, Impersonate-Group: system:masters", 200, "")]
    [InlineData("Impersonate-Group: bob", 500, "Internal Server Error: \"/api/v1/namespaces/scaletest/configmaps\": requested [{Group  bob    }] without impersonating a user")]
    [InlineData("Impersonate-Extra-foo: bob", 500, "Internal Server Error: \"/api/v1/namespaces/scaletest/configmaps\": requested [{UserExtra  bob  authentication.k8s.io/v1  foo}] without impersonating a user")]
    public async Task The_administrator_may_act_as_others(string headers, int code, string message)
    {
        var (got, text) = await ImpersonateAsync(fixture.Server.Token, headers);

        Assert.Equal(code, got);
        if (code == 500) Assert.Equal(message, text.TrimEnd('\n'));
        else if (code == 403) Assert.Equal(message, System.Text.Json.JsonDocument.Parse(text).RootElement.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("Impersonate-User: bob", "users \"bob\" is forbidden: User \"nobody\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope")]
    [InlineData("Impersonate-User: system:serviceaccount:ns:bob", "serviceaccounts \"bob\" is forbidden: User \"nobody\" cannot impersonate resource \"serviceaccounts\" in API group \"\" in the namespace \"ns\"")]
    [InlineData("Impersonate-User: system:serviceaccount:nsbob", "users \"system:serviceaccount:nsbob\" is forbidden: User \"nobody\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope")]
    public async Task Others_may_act_as_nobody_else(string headers, string message)
    {
        var (code, text) = await ImpersonateAsync(TokenOf(fixture.Server.KubeconfigNoRights), headers);

        Assert.Equal((403, message), (code, System.Text.Json.JsonDocument.Parse(text).RootElement.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task Reviews_say_what_the_server_would_do()
    {
        const string List = """{"spec":{"resourceAttributes":{"verb":"list","resource":"pods"}}}""";
        const string Health = """{"spec":{"nonResourceAttributes":{"verb":"get","path":"/healthz"}}}""";

        Assert.Equal("""{"allowed":true}""", Status(await _admin.SendAsync("POST", AccessReview, List)));
        Assert.Equal("""{"allowed":false}""", Status(await _nobody.SendAsync("POST", AccessReview, List)));
        Assert.Equal("""{"allowed":true,"reason":"RBAC: allowed by ClusterRoleBinding \"system:discovery\" of ClusterRole \"system:discovery\" to Group \"system:authenticated\""}""", Status(await _nobody.SendAsync("POST", AccessReview, Health)));
        Assert.Equal("""{"allowed":true,"reason":"RBAC: allowed by ClusterRoleBinding \"reader\" of ClusterRole \"reader\" to User \"reader\""}""", Status(await _reader.SendAsync("POST", AccessReview, List)));
        Assert.Equal("""{"allowed":true}""", Status(await _admin.SendAsync("POST", SubjectReview, """{"spec":{"groups":["system:masters"],"resourceAttributes":{"verb":"list","resource":"pods"}}}""")));
        Assert.Equal("""{"allowed":false}""", Status(await _admin.SendAsync("POST", LocalReview, """{"spec":{"user":"bob","resourceAttributes":{"namespace":"scaletest","verb":"list","resource":"pods"}}}""")));
        Assert.Equal(403, (await _nobody.SendAsync("POST", SubjectReview, List)).Code);
    }

    [Fact]
    public async Task The_rules_review_lists_what_a_user_may_do()
    {
        var admin = Status(await _admin.SendAsync("POST", RulesReview, """{"spec":{"namespace":"default"}}"""));
        var nobody = Status(await _nobody.SendAsync("POST", RulesReview, """{"spec":{"namespace":"default"}}"""));

        Assert.StartsWith("""{"resourceRules":[{"verbs":["*"],"apiGroups":["*"],"resources":["*"]},""", admin, StringComparison.Ordinal);
        Assert.StartsWith("""{"resourceRules":[{"verbs":["create"],"apiGroups":["authorization.k8s.io"],"resources":["selfsubjectaccessreviews","selfsubjectrulesreviews"]},""", nobody, StringComparison.Ordinal);
        Assert.EndsWith(""","incomplete":false}""", nobody, StringComparison.Ordinal);
        Assert.Equal((400, "no namespace on request"), Refusal(await _admin.SendAsync("POST", RulesReview, """{"spec":{}}""")));
    }

    [Fact]
    public async Task A_review_that_asks_nothing_or_too_much_is_refused()
    {
        Assert.Equal((422, ".authorization.k8s.io \"\" is invalid: spec.resourceAttributes: Invalid value: \"null\": exactly one of nonResourceAttributes or resourceAttributes must be specified"),
            Refusal(await _nobody.SendAsync("POST", AccessReview, """{"spec":{}}""")));
        Assert.Equal((422, ".authorization.k8s.io \"\" is invalid: spec.nonResourceAttributes: Invalid value: authorization.NonResourceAttributes{Path:\"/healthz\", Verb:\"get\"}: cannot be specified in combination with resourceAttributes"),
            Refusal(await _nobody.SendAsync("POST", AccessReview, """{"spec":{"nonResourceAttributes":{"verb":"get","path":"/healthz"},"resourceAttributes":{"verb":"list","resource":"pods"}}}""")));
        Assert.Equal((422, ".authorization.k8s.io \"\" is invalid: spec.user: Invalid value: \"\": at least one of user or group must be specified"),
            Refusal(await _admin.SendAsync("POST", SubjectReview, """{"spec":{"resourceAttributes":{"verb":"list","resource":"pods"}}}""")));
        Assert.Equal((405, "the server does not allow this method on the requested resource"), Refusal(await _admin.GetAsync(AccessReview)));
        Assert.Equal((404, "the server could not find the requested resource"), Refusal(await _admin.GetAsync(AccessReview + "/x")));
    }

    [Fact]
    public async Task Kubectl_knows_who_it_is_and_what_it_may_do()
    {
        Assert.Equal("yes", await KubectlAsync(fixture.Server.Kubeconfig, "auth", "can-i", "create", "configmaps"));
        Assert.Equal("yes", await KubectlAsync(fixture.Server.KubeconfigCertificate, "auth", "can-i", "delete", "namespaces"));
        Assert.Equal("no", await KubectlAsync(fixture.Server.KubeconfigReadOnly, "auth", "can-i", "create", "configmaps"));
        Assert.Equal("yes", await KubectlAsync(fixture.Server.KubeconfigReadOnly, "auth", "can-i", "watch", "flunders.wardle.example.com"));
        Assert.Equal("no", await KubectlAsync(fixture.Server.Kubeconfig, "auth", "can-i", "get", "configmaps", "--as", "bob"));
        Assert.Contains("selfsubjectaccessreviews.authorization.k8s.io", await KubectlAsync(fixture.Server.KubeconfigNoRights, "auth", "can-i", "--list"), StringComparison.Ordinal);
        Assert.Contains("reader", await KubectlAsync(fixture.Server.KubeconfigReadOnly, "auth", "whoami"), StringComparison.Ordinal);
        Assert.Contains("X509SHA256=", await KubectlAsync(fixture.Server.KubeconfigCertificate, "auth", "whoami"), StringComparison.Ordinal);
        Assert.Contains("Error from server (Forbidden): configmaps is forbidden: User \"nobody\" cannot list", await KubectlAsync(fixture.Server.KubeconfigNoRights, "get", "configmaps"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_kubeconfig_is_readable_by_its_owner_alone()
    {
        foreach (var file in new[] { fixture.Server.Kubeconfig, fixture.Server.KubeconfigCertificate, fixture.Server.KubeconfigReadOnly, fixture.Server.KubeconfigNoRights })
        {
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    private static string Status(Reply reply)
    {
        Assert.Equal(201, reply.Code);
        return reply.Json.GetProperty("status").GetRawText();
    }

    private static (int, string) Refusal(Reply reply) => (reply.Code, reply.Message);

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static string Line(string kubeconfig, string key) => kubeconfig.Split('\n').First(l => l.TrimStart().StartsWith(key + ":", StringComparison.Ordinal)).Split(':', 2)[1].Trim();

    private static string TokenOf(string path) => Line(File.ReadAllText(path), "token");

    private async Task<(int Code, string Text)> ImpersonateAsync(string token, string headers)
    {
        using var http = new HttpClient(Handler(null)) { BaseAddress = new Uri(fixture.Server.Url) };
        using var request = new HttpRequestMessage(HttpMethod.Get, ApiClient.ConfigMaps) { Headers = { { "Authorization", "Bearer " + token } } };
        foreach (var header in headers.Split(", ")) request.Headers.TryAddWithoutValidation(header.Split(": ")[0], header.Split(": ")[1]);
        using var reply = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)reply.StatusCode, await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private HttpClient CertificateClient(string kubeconfig)
    {
        string Pem(string key) => Encoding.ASCII.GetString(Convert.FromBase64String(Line(kubeconfig, key)));
        return CertificateClient(X509Certificate2.CreateFromPem(Pem("client-certificate-data"), Pem("client-key-data")));
    }

    private HttpClient CertificateClient(X509Certificate2 certificate) => new(Handler(certificate)) { BaseAddress = new Uri(fixture.Server.Url) };

    private SocketsHttpHandler Handler(X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, SslOptions = Trust.In(fixture.Server) };
        if (certificate is not null) handler.SslOptions.ClientCertificates = [certificate];
        return handler;
    }

    private static async Task<string> KubectlAsync(string kubeconfig, params string[] arguments)
    {
        var start = new System.Diagnostics.ProcessStartInfo("kubectl") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["--kubeconfig", kubeconfig, "--cache-dir", kubeconfig + "-cache", .. arguments]) start.ArgumentList.Add(argument);
        using var process = System.Diagnostics.Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var said = await errors;
        return (output.Length > 0 ? output : said).Trim();
    }
}
