using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;

namespace K8sScaleTest.Twin;

/// <summary>A server that rows run against: the local one, or a real one.</summary>
internal sealed class TwinServer : IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly string _token;

    /// <param name="kubeconfig">With one server, a token and an authority, as both servers' are.</param>
    /// <param name="minor">The version of Kubernetes 1 that it is.</param>
    public TwinServer(string kubeconfig, int minor)
    {
        Minor = minor;
        Kubeconfig = kubeconfig;
        var text = File.ReadAllText(kubeconfig);
        Url = new Uri(Value(text, "server"));
        _token = Value(text, "token");
        var authority = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(Convert.FromBase64String(Value(text, "certificate-authority-data"))));
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = true,
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { authority } },
            },
        });
    }

    public int Minor { get; }

    public bool IsReal => Minor == Row.Real;

    public Uri Url { get; }

    /// <summary>The file it was read from: a row for another user reads one that lies beside it.</summary>
    public string Kubeconfig { get; }

    /// <summary>Sends what the scenario made, with the user's token unless it brings an Authorization of its own.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        if (!request.Headers.Contains("Authorization")) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _token);
        return _http.SendAsync(request, cancel);
    }

    public void Dispose() => _http.Dispose();

    private static string Value(string kubeconfig, string key) =>
        Regex.Match(kubeconfig, $"\\b{key}\"?\\s*:\\s*\"?([^\\s\"',}}]+)") is { Success: true } found
            ? found.Groups[1].Value : throw new InvalidOperationException($"The kubeconfig has no {key}.");
}
