using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http.Features;

namespace K8sScaleTest.LocalApi.Access;

/// <summary>Who asks: by client certificate first, then by bearer token, as a kube-apiserver goes about it. There are no anonymous requests.</summary>
internal sealed class Authenticator(Credentials credentials, ClientAuthority authority)
{
    /// <summary>A certificate is checked once for its connection, not for each of the requests on it.</summary>
    private readonly ConditionalWeakTable<X509Certificate2, Verdict> _checked = [];

    /// <summary>The user, or null for 401.</summary>
    public User? Find(HttpContext http)
    {
        if (CertificateOf(http) is { } certificate && _checked.GetValue(certificate, Check).User is { } owner) return owner;
        return credentials.Find(http.Request.Headers.Authorization);
    }

    private static X509Certificate2? CertificateOf(HttpContext http)
    {
        try
        {
            return http.Features.Get<ITlsConnectionFeature>()?.ClientCertificate;
        }
        catch (ObjectDisposedException closed)
        {
            // The connection went before its request was looked at: no fault of this server, and nobody is left to answer.
            throw new IOException("The connection is closed.", closed);
        }
    }

    private Verdict Check(X509Certificate2 certificate) => new(authority.UserOf(certificate));

    private sealed record Verdict(User? User);
}
