using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace K8sScaleTest.LocalApi.Tests;

/// <summary>A client that verifies the server's certificate and says exactly what was answered.</summary>
internal sealed class ApiClient : IDisposable
{
    public const string ConfigMaps = "/api/v1/namespaces/scaletest/configmaps";
    public const string Flunders = "/apis/wardle.example.com/v1alpha1/namespaces/scaletest/flunders";
    public const string FlundersBeta = "/apis/wardle.example.com/v1beta1/namespaces/scaletest/flunders";
    public const string MergePatch = "application/merge-patch+json";
    public const string StrategicPatch = "application/strategic-merge-patch+json";
    public const string JsonPatch = "application/json-patch+json";

    private readonly HttpClient _http;

    public ApiClient(LocalApiProcess server, Version? version = null, string? token = null, bool multipleConnections = true)
        : this(server.Url, server.AuthorityPem, token ?? server.Token, version, multipleConnections)
    {
    }

    public ApiClient(string url, string kubeconfig)
        : this(url, Encoding.ASCII.GetString(Convert.FromBase64String(Value(kubeconfig, "certificate-authority-data"))), Value(kubeconfig, "token"), null, true)
    {
    }

    private ApiClient(string url, string authorityPem, string token, Version? version, bool multipleConnections)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            EnableMultipleHttp2Connections = multipleConnections,
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { X509Certificate2.CreateFromPem(authorityPem) } },
            },
        };
        _http = new HttpClient(handler)
        {
            BaseAddress = new Uri(url),
            DefaultRequestVersion = version ?? HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public async Task<Reply> SendAsync(string method, string path, string? body = null, string contentType = "application/json", string? accept = null) =>
        await SendOnceAsync(method, path, body, contentType, accept, TestContext.Current.CancellationToken);

    /// <summary>Sends with a patience of the caller's own.</summary>
    public async Task<Reply> SendOnceAsync(string method, string path, string? body, string contentType, string? accept, CancellationToken patience)
    {
        using var request = Request(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (contentType.Length > 0) request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await _http.SendAsync(request, patience);
        var text = await response.Content.ReadAsStringAsync(patience);
        return new Reply((int)response.StatusCode, text, response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(",", h.Value), StringComparer.OrdinalIgnoreCase));
    }

    public Task<Reply> GetAsync(string path) => SendAsync("GET", path);

    public Task<Reply> DeleteAsync(string path, string? body = null) => SendAsync("DELETE", path, body);

    public Task<Reply> PatchAsync(string path, string body, string contentType = MergePatch) => SendAsync("PATCH", path, body, contentType);

    public Task<Reply> CreateConfigMapAsync(string name, string data = "{\"k\":\"v\"}", string labels = "{}", string ns = "scaletest") =>
        SendAsync("POST", $"/api/v1/namespaces/{ns}/configmaps", $$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{name}}","labels":{{labels}}},"data":{{data}}}""");

    /// <summary>A namespace of the test's own.</summary>
    public async Task<string> CreateNamespaceAsync()
    {
        var name = "n" + Guid.NewGuid().ToString("N")[..12];
        var created = await SendAsync("POST", "/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{name}}}"}}""");
        Assert.Equal(201, created.Code);
        return name;
    }

    /// <summary>Opens a response without reading it.</summary>
    public async Task<HttpResponseMessage> OpenAsync(string path)
    {
        using var request = Request("GET", path);
        return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>Opens a watch, to read event by event.</summary>
    public async Task<WatchReader> WatchAsync(string path) => new(await OpenAsync(path));

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(string method, string path) =>
        new(new HttpMethod(method), path) { Version = _http.DefaultRequestVersion, VersionPolicy = _http.DefaultVersionPolicy };

    private static string Value(string kubeconfig, string key) =>
        File.ReadLines(kubeconfig).First(l => l.TrimStart().StartsWith(key + ":", StringComparison.Ordinal)).Split(':', 2)[1].Trim();
}
