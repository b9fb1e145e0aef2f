using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace K8sScaleTest.LocalApi.Tests;

/// <summary>Trust in the authority of one server, and in no other.</summary>
internal static class Trust
{
    public static SslClientAuthenticationOptions In(LocalApiProcess server) => new()
    {
        TargetHost = new Uri(server.Url).Host,
        CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            CustomTrustStore = { X509Certificate2.CreateFromPem(server.AuthorityPem) },
        },
    };
}
