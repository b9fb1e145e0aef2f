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
    private readonly HttpMessageInvoker _withCertificate;
    private readonly Dictionary<TwinUser, string> _tokens = [];

    /// <param name="kubeconfig">With one server, a token and an authority, as both servers' are; those of the other users lie beside it.</param>
    /// <param name="minor">The version of Kubernetes 1 that it is.</param>
    public TwinServer(string kubeconfig, int minor)
    {
        Minor = minor;
        Kubeconfig = kubeconfig;
        var text = File.ReadAllText(kubeconfig);
        Url = new Uri(Value(text, "server"));
        _tokens[TwinUser.Admin] = Value(text, "token");
        _tokens[TwinUser.NoRights] = Value(File.ReadAllText(Beside(IsReal ? "kubeconfig-forbidden" : "kubeconfig-norights")), "token");
        _tokens[TwinUser.Limited] = Value(File.ReadAllText(Beside(IsReal ? "kubeconfig-driver" : "kubeconfig-readonly")), "token");
        var authority = X509Certificate2.CreateFromPem(Pem(text, "certificate-authority-data"));
        _http = Invoker(authority, null);
        _withCertificate = Invoker(authority, Certificate());
    }

    public int Minor { get; }

    public bool IsReal => Minor == Row.Real;

    public Uri Url { get; }

    public string Kubeconfig { get; }

    /// <summary>Sends what the scenario made, in the name of a user, unless it brings an Authorization of its own.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, TwinUser user, CancellationToken cancel)
    {
        if (_tokens.TryGetValue(user, out var token) && !request.Headers.Contains("Authorization")) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return (user == TwinUser.Certificate ? _withCertificate : _http).SendAsync(request, cancel);
    }

    /// <summary>Takes back the history of the core up to a resourceVersion: the real one's by its etcd, which listens two ports further on, the local one's by its fault.</summary>
    public async Task CompactAsync(string resourceVersion, CancellationToken cancel)
    {
        if (IsReal)
        {
            using var etcd = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{Url.Port + 2}") };
            using var content = new StringContent($$"""{"revision":"{{resourceVersion}}"}""", Encoding.UTF8, "application/json");
            (await etcd.PostAsync(new Uri("/v3/kv/compaction", UriKind.Relative), content, cancel)).EnsureSuccessStatusCode();
            return;
        }
        using var control = TestSupport.LocalApiControl.FromKubeconfig(Kubeconfig);
        await control.OrderAsync("""{"action":"Compact"}""", cancel);
    }

    public void Dispose()
    {
        _http.Dispose();
        _withCertificate.Dispose();
    }

    private static HttpMessageInvoker Invoker(X509Certificate2 authority, X509Certificate2? own) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        EnableMultipleHttp2Connections = true,
        // Go answers some requests before it has read their bodies, and .NET may then throw the answer away.
        PlaintextStreamFilter = static (context, _) =>
            ValueTask.FromResult(context.NegotiatedHttpVersion.Major == 2 ? new Engine.Api.GentleResetStream(context.PlaintextStream, endsInTrailers: false) : context.PlaintextStream),
        SslOptions = new SslClientAuthenticationOptions
        {
            ClientCertificates = own is null ? null : [own],
            CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { authority } },
        },
    });

    /// <summary>The administrator's certificate.</summary>
    private X509Certificate2 Certificate()
    {
        if (IsReal) return X509Certificate2.CreateFromPemFile(Beside("pki/admin.crt"), Beside("pki/admin.key"));
        var text = File.ReadAllText(Beside("kubeconfig-certificate"));
        return X509Certificate2.CreateFromPem(Pem(text, "client-certificate-data"), Pem(text, "client-key-data"));
    }

    private string Beside(string name) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(Kubeconfig))!, name);

    private static string Pem(string kubeconfig, string key) => Encoding.ASCII.GetString(Convert.FromBase64String(Value(kubeconfig, key)));

    private static string Value(string kubeconfig, string key) =>
        Regex.Match(kubeconfig, $"\\b{key}\"?\\s*:\\s*\"?([^\\s\"',}}]+)") is { Success: true } found
            ? found.Groups[1].Value : throw new InvalidOperationException($"The kubeconfig has no {key}.");
}
