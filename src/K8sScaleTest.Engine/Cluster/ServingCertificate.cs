using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace K8sScaleTest.Engine.Cluster;

/// <summary>A server's certificate and key, and the authority that signed it, whose own key is kept nowhere.</summary>
/// <param name="AuthorityPem">The authority's certificate.</param>
/// <param name="CertificatePem">The server's certificate.</param>
/// <param name="KeyPem">The server's private key: a secret.</param>
public sealed record ServingCertificate(ReadOnlyMemory<byte> AuthorityPem, ReadOnlyMemory<byte> CertificatePem, ReadOnlyMemory<byte> KeyPem)
{
    private static readonly TimeSpan Validity = TimeSpan.FromDays(5 * 365);
    private static readonly TimeSpan Reserve = TimeSpan.FromDays(90);
    private static readonly TimeSpan Skew = TimeSpan.FromHours(1);

    /// <summary>A new certificate for a Service's name within its cluster.</summary>
    /// <param name="service">The Service.</param>
    /// <param name="ns">Its namespace.</param>
    /// <param name="now">The time from which it is valid, less an hour for clocks that differ.</param>
    public static ServingCertificate ForService(string service, string ns, DateTimeOffset now)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest($"CN={service}.{ns} authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var authority = authorityRequest.CreateSelfSigned(now - Skew, now + Validity);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={service}.{ns}.svc", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName($"{service}.{ns}.svc");
        names.AddDnsName($"{service}.{ns}");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var certificate = request.Create(authority, now - Skew, authority.NotAfter, RandomNumberGenerator.GetBytes(16));
        return new ServingCertificate(Bytes(authority.ExportCertificatePem()), Bytes(certificate.ExportCertificatePem()), Bytes(key.ExportPkcs8PrivateKeyPem()));
    }

    /// <summary>The certificate that a Secret holds; null where it holds none for this Service that is good for another three months.</summary>
    /// <param name="secret">The Secret as the server has it.</param>
    /// <param name="service">The Service.</param>
    /// <param name="ns">Its namespace.</param>
    /// <param name="now">The time.</param>
    public static ServingCertificate? FromSecret(JsonElement secret, string service, string ns, DateTimeOffset now)
    {
        try
        {
            var kept = new ServingCertificate(Data(secret, "ca.crt"), Data(secret, "tls.crt"), Data(secret, "tls.key"));
            using var certificate = X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(kept.CertificatePem.Span), Encoding.UTF8.GetString(kept.KeyPem.Span));
            using var authority = X509Certificate2.CreateFromPem(Encoding.UTF8.GetString(kept.AuthorityPem.Span));
            return certificate.NotAfter > (now + Reserve).LocalDateTime && certificate.MatchesHostname($"{service}.{ns}.svc") && certificate.Issuer == authority.Subject ? kept : null;
        }
        catch (Exception e) when (e is CryptographicException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static byte[] Data(JsonElement secret, string key) => secret.GetProperty("data").GetProperty(key).GetBytesFromBase64();

    private static byte[] Bytes(string pem) => Encoding.ASCII.GetBytes(pem + "\n");
}
