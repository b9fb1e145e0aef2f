using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Benchmarks.Soak;

/// <summary>A plain HTTP/2 connection or more to the server, which sends nothing again.</summary>
internal static class SoakClient
{
    public static HttpMessageInvoker Connect(LocalApiProcess server) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        EnableMultipleHttp2Connections = true,
        SslOptions = new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { X509Certificate2.CreateFromPem(server.AuthorityPem) } },
        },
    });

    public static HttpRequestMessage Request(LocalApiProcess server, HttpMethod method, string path, string userAgent)
    {
        var request = new HttpRequestMessage(method, server.Url + path) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", server.Token);
        request.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        return request;
    }
}
