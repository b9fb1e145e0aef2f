using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Engine.Tests.Api;

/// <summary>Whom the client trusts, and how it proves itself, against a real TLS server.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new();

    public void Dispose()
    {
        _folder.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task The_right_name_under_the_private_authority_is_accepted()
    {
        using var certificate = _authority.Server();
        await using var server = Server(certificate);
        Assert.Equal(200, (await GetAsync(server, Trusting(_authority))).StatusCode);
        Assert.Equal("Bearer abc", Assert.Single(server.Requests).Header("Authorization"));
    }

    [Fact]
    public async Task A_wrong_name_is_refused_even_under_the_private_authority()
    {
        using var certificate = _authority.Server(["other.example", "10.9.8.7"]);
        await using var server = Server(certificate);
        var fault = await FaultAsync(server, Trusting(_authority));
        Assert.Equal(ApiReasons.CertificateNameMismatch, fault.Reason);
        Assert.Contains("'127.0.0.1'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("'other.example', '10.9.8.7'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("tls-server-name", fault.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_tls_server_name_is_the_name_that_counts()
    {
        using var certificate = _authority.Server(["other.example"]);
        await using var server = Server(certificate);
        Assert.Equal(200, (await GetAsync(server, Trusting(_authority, ", tls-server-name: other.example"))).StatusCode);
        // The name is for the certificate alone: the request still goes to the server's own address.
        Assert.Equal($"127.0.0.1:{server.Port}", Assert.Single(server.Requests).Header("Host"));
        var fault = await FaultAsync(server, Trusting(_authority, ", tls-server-name: third.example"));
        Assert.Equal(ApiReasons.CertificateNameMismatch, fault.Reason);
        Assert.Contains("'third.example'", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_certificate_is_refused_with_its_dates()
    {
        using var certificate = _authority.Server(from: DateTimeOffset.UtcNow.AddDays(-30), to: new DateTimeOffset(DateTime.UtcNow.Date.AddDays(-10), TimeSpan.Zero));
        await using var server = Server(certificate);
        var fault = await FaultAsync(server, Trusting(_authority));
        Assert.Equal(ApiReasons.CertificateExpired, fault.Reason);
        Assert.Contains("expired", fault.Message, StringComparison.Ordinal);
        Assert.Contains(DateTime.UtcNow.Date.AddDays(-10).ToString("u"), fault.Message, StringComparison.Ordinal);
        Assert.Contains("-InsecureSkipTlsVerify", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_the_future_is_refused_as_not_valid_yet()
    {
        using var certificate = _authority.Server(from: DateTimeOffset.UtcNow.AddDays(2), to: DateTimeOffset.UtcNow.AddDays(9));
        await using var server = Server(certificate);
        var fault = await FaultAsync(server, Trusting(_authority));
        Assert.Equal(ApiReasons.CertificateExpired, fault.Reason);
        Assert.Contains("not valid yet", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_refused_by_its_issuer()
    {
        using var other = new TestAuthority("someone-else");
        using var certificate = other.Server();
        await using var server = Server(certificate);
        var fault = await FaultAsync(server, Trusting(_authority));
        Assert.Equal(ApiReasons.CertificateUntrusted, fault.Reason);
        Assert.Contains("someone-else", fault.Message, StringComparison.Ordinal);
        Assert.Contains("certificate-authority", fault.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Without_a_private_authority_the_systems_count()
    {
        using var certificate = _authority.Server();
        await using var server = Server(certificate);
        var fault = await FaultAsync(server, "");
        Assert.Equal(ApiReasons.CertificateUntrusted, fault.Reason);
        Assert.Contains("the system's authorities", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authority_of_the_same_name_with_another_key_is_not_trusted()
    {
        using var imposter = new TestAuthority();
        using var certificate = imposter.Server();
        await using var server = Server(certificate);
        Assert.Equal(ApiReasons.CertificateUntrusted, (await FaultAsync(server, Trusting(_authority))).Reason);
    }

    [Fact]
    public async Task A_clients_certificate_does_not_serve_as_a_servers()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (certificatePem, keyPem) = _authority.Client("client", key);
        using var ephemeral = X509Certificate2.CreateFromPem(certificatePem, keyPem);
        using var certificate = X509CertificateLoader.LoadPkcs12(ephemeral.Export(X509ContentType.Pkcs12), null);
        await using var server = Server(certificate);
        var fault = await FaultAsync(server, Trusting(_authority, ", tls-server-name: client"));
        Assert.Equal(ApiReasons.CertificateUntrusted, fault.Reason);
    }

    [Theory]
    [InlineData(true, "")]
    [InlineData(false, ", insecure-skip-tls-verify: true")]
    public async Task Skipping_verification_accepts_anything(bool byOption, string inKubeconfig)
    {
        using var other = new TestAuthority("someone-else");
        using var certificate = other.Server(["other.example"], DateTimeOffset.UtcNow.AddDays(-9), DateTimeOffset.UtcNow.AddDays(-2));
        await using var server = Server(certificate);
        await using var target = await ResolveAsync(server, inKubeconfig, "{token: abc}", byOption);
        Assert.True(target.Insecure);
        Assert.Equal(200, (await GetAsync(target)).StatusCode);
    }

    [Fact]
    public async Task An_intermediate_in_the_bundle_is_trusted_as_Go_trusts_it()
    {
        using var intermediate = _authority.Intermediate("intermediate");
        using var certificate = intermediate.Server();
        await using var server = Server(certificate);
        Assert.Equal(200, (await GetAsync(server, Trusting(intermediate))).StatusCode);
        using var other = _authority.Intermediate("other-intermediate");
        Assert.Equal(ApiReasons.CertificateUntrusted, (await FaultAsync(server, Trusting(other))).Reason);
    }

    [Fact]
    public async Task A_chain_through_an_intermediate_that_the_server_sends_is_accepted()
    {
        using var intermediate = _authority.Intermediate("intermediate");
        using var certificate = intermediate.Server();
        await using var server = new StubServer(certificate, _ => new StubResponse(200, "{}"), intermediate.Certificate);
        Assert.Equal(200, (await GetAsync(server, Trusting(_authority))).StatusCode);
    }

    [Fact]
    public async Task An_authority_file_that_rotates_is_read_again_for_new_connections()
    {
        using var next = new TestAuthority("next-ca");
        using var oldCertificate = _authority.Server();
        using var newCertificate = next.Server();
        await using var oldServer = Server(oldCertificate);
        await using var newServer = Server(newCertificate);
        _folder.Write("ca.crt", _authority.Pem);
        await using var target = await ResolveAsync(oldServer, ", certificate-authority: ca.crt", "{token: abc}");
        Assert.Equal(200, (await GetAsync(target)).StatusCode);

        // The same target, whose server has come up again with a certificate of the next authority.
        using var handler = target.CreateHandler();
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(invoker, newServer));
        _folder.Replace("ca.crt", next.Pem);
        using var response = await SendAsync(invoker, newServer);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("rsa", "pkcs8")]
    [InlineData("rsa", "pkcs1")]
    [InlineData("ec", "pkcs8")]
    [InlineData("ec", "sec1")]
    public async Task A_client_certificate_is_presented_whatever_the_form_of_its_key(string kind, string form)
    {
        using AsymmetricAlgorithm key = kind == "rsa" ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (certificate, keyPem) = _authority.Client("jane", key);
        if (form == "pkcs1") keyPem = ((RSA)key).ExportRSAPrivateKeyPem();
        // openssl ecparam -genkey writes the curve before the key.
        if (form == "sec1") keyPem = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + ((ECDsa)key).ExportECPrivateKeyPem();
        _folder.Write("jane.crt", certificate);
        _folder.Write("jane.key", keyPem);
        using var serverCertificate = _authority.Server();
        await using var server = Server(serverCertificate);
        await using var target = await ResolveAsync(server, Trusting(_authority), "{client-certificate: jane.crt, client-key: jane.key}");
        await GetAsync(target);
        var request = Assert.Single(server.Requests);
        Assert.Equal("CN=jane", request.ClientCertificate);
        Assert.Null(request.Header("Authorization"));
    }

    [Fact]
    public async Task Certificate_data_wins_over_certificate_files_as_in_client_go()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (certificate, keyPem) = _authority.Client("data", key);
        using var serverCertificate = _authority.Server();
        await using var server = Server(serverCertificate);
        var user = $"{{client-certificate: missing.crt, client-key: missing.key, client-certificate-data: {Base64(certificate)}, client-key-data: {Base64(keyPem)}}}";
        await using var target = await ResolveAsync(server, Trusting(_authority), user);
        await GetAsync(target);
        Assert.Equal("CN=data", Assert.Single(server.Requests).ClientCertificate);
    }

    [Fact]
    public async Task An_encrypted_client_key_is_refused_with_a_way_out()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (certificate, _) = _authority.Client("jane", key);
        var encrypted = key.ExportEncryptedPkcs8PrivateKeyPem("hunter2", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 10));
        var fault = await Assert.ThrowsAsync<ApiException>(() => ResolveAsync(null, Trusting(_authority), $"{{client-certificate-data: {Base64(certificate)}, client-key-data: {Base64(encrypted)}}}"));
        Assert.Equal(ApiReasons.CredentialsInvalid, fault.Reason);
        Assert.Contains("is encrypted", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_another_certificate_is_refused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (certificate, _) = _authority.Client("jane", key);
        var fault = await Assert.ThrowsAsync<ApiException>(() =>
            ResolveAsync(null, Trusting(_authority), $"{{client-certificate-data: {Base64(certificate)}, client-key-data: {Base64(other.ExportPkcs8PrivateKeyPem())}}}"));
        Assert.Contains("do not belong together", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plugins_new_client_certificate_is_presented_on_new_connections()
    {
        foreach (var name in (string[])["first", "second"])
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var (certificate, keyPem) = _authority.Client(name, key);
            _folder.Write(name, System.Text.Json.JsonSerializer.Serialize(new
            {
                apiVersion = "client.authentication.k8s.io/v1",
                kind = "ExecCredential",
                status = new { clientCertificateData = certificate, clientKeyData = keyPem },
            }));
        }

        var plugin = _folder.Write("plugin", $"#!/bin/sh\ncd '{_folder.Path}'; if [ -e ran ]; then cat second; touch ran-again; else touch ran; cat first; fi\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(plugin, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using var serverCertificate = _authority.Server();
        await using var server = Server(serverCertificate);
        await using var target = await ResolveAsync(server, Trusting(_authority), "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./plugin}}");
        await GetAsync(target);
        Assert.Equal("CN=first", server.Requests.Last().ClientCertificate);
        target.ReportUnauthorized();
        await Wait.UntilAsync(() => File.Exists(_folder.File("ran-again")), "the plugin's second run");
        await GetUntilAsync(target, () => server.Requests.Last().ClientCertificate == "CN=second");
    }

    [Fact]
    public async Task A_plain_server_behind_an_https_address_is_named_as_such()
    {
        await using var server = new StubServer(null, _ => new StubResponse(200, "{}"));
        await using var target = await ApiTarget.ResolveAsync(
            new TargetOptions { Server = $"https://127.0.0.1:{server.Port}", Environment = Surroundings.Of(_folder) }, TestContext.Current.CancellationToken);
        var fault = await Assert.ThrowsAsync<ApiException>(() => GetAsync(target));
        Assert.Equal(Reasons.TlsFailed, fault.Reason);
        Assert.Contains("does not speak TLS", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handler_does_nothing_that_would_disturb_a_measurement()
    {
        using var certificate = _authority.Server();
        await using var server = Server(certificate);
        await using var target = await ResolveAsync(server, Trusting(_authority), "{token: abc}");
        using var handler = target.CreateHandler();
        Assert.False(handler.UseProxy);
        Assert.False(handler.UseCookies);
        Assert.False(handler.AllowAutoRedirect);
        Assert.Null(handler.ActivityHeadersPropagator);
        Assert.False(handler.EnableMultipleHttp2Connections);
        Assert.Equal(DecompressionMethods.None, handler.AutomaticDecompression);
        Assert.Equal(Timeout.InfiniteTimeSpan, handler.PooledConnectionLifetime);
        Assert.Equal(Timeout.InfiniteTimeSpan, handler.PooledConnectionIdleTimeout);
        await GetAsync(target);
        var request = Assert.Single(server.Requests);
        Assert.Null(request.Header("traceparent"));
        Assert.Null(request.Header("Accept-Encoding"));
    }

    private static StubServer Server(X509Certificate2 certificate) => new(certificate, _ => new StubResponse(200, "{}"));

    private static string Trusting(TestAuthority authority, string more = "") => $", certificate-authority-data: {authority.Base64}{more}";

    private static string Base64(string text) => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));

    private async Task<ApiTarget> ResolveAsync(StubServer? server, string cluster, string user, bool insecure = false)
    {
        var kubeconfig = _folder.Write("config", KubeconfigText.Of($"{{server: '{server?.Url ?? "https://a.example"}'{cluster}}}", user));
        return await ApiTarget.ResolveAsync(
            new TargetOptions { Kubeconfig = kubeconfig, InsecureSkipTlsVerify = insecure, Environment = Surroundings.Of(_folder) }, TestContext.Current.CancellationToken);
    }

    private async Task<ApiResponse> GetAsync(StubServer server, string cluster)
    {
        await using var target = await ResolveAsync(server, cluster, "{token: abc}");
        return await GetAsync(target);
    }

    private static async Task<ApiResponse> GetAsync(ApiTarget target)
    {
        using var client = new ApiClient(target, HttpVersion.Version11, "test", TimeSpan.FromSeconds(30));
        return await client.SendAsync(HttpMethod.Get, "/x", cancellationToken: TestContext.Current.CancellationToken);
    }

    private static async Task GetUntilAsync(ApiTarget target, Func<bool> condition)
    {
        for (var i = 0; i < 100 && !condition(); i++)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
            await GetAsync(target);
        }

        Assert.True(condition());
    }

    private static Task<HttpResponseMessage> SendAsync(HttpMessageInvoker invoker, StubServer server) =>
        invoker.SendAsync(new HttpRequestMessage(HttpMethod.Get, server.Url), TestContext.Current.CancellationToken);

    private Task<ApiException> FaultAsync(StubServer server, string cluster) => Assert.ThrowsAsync<ApiException>(() => GetAsync(server, cluster));
}
