using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace K8sScaleTest.TestSupport;

/// <summary>A certificate authority of a test's own.</summary>
internal sealed class TestAuthority : IDisposable
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UtcNow.AddYears(-2);
    private static readonly DateTimeOffset End = DateTimeOffset.UtcNow.AddYears(2);

    public TestAuthority(string name = "test-ca")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Certificate = request.CreateSelfSigned(Start, End);
    }

    private TestAuthority(X509Certificate2 certificate) => Certificate = certificate;

    public X509Certificate2 Certificate { get; }

    public string Pem => Certificate.ExportCertificatePem();

    public string Base64 => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Pem));

    /// <summary>An authority below this one.</summary>
    public TestAuthority Intermediate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using var bare = request.Create(Certificate, Start.AddDays(1), End.AddDays(-1), RandomNumberGenerator.GetBytes(8));
        return new TestAuthority(bare.CopyWithPrivateKey(key));
    }

    /// <summary>A server's certificate, for 127.0.0.1 and localhost unless other names are given.</summary>
    public X509Certificate2 Server(string[]? names = null, DateTimeOffset? from = null, DateTimeOffset? to = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Issue("CN=server", key, "1.3.6.1.5.5.7.3.1", names ?? ["127.0.0.1", "localhost"], from, to).CopyWithKey(key);
    }

    /// <summary>A client's certificate and key as PEM.</summary>
    public (string Certificate, string Key) Client(string name, AsymmetricAlgorithm key)
    {
        using var certificate = Issue($"CN={name}", key, "1.3.6.1.5.5.7.3.2", [], null, null).Bare;
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose() => Certificate.Dispose();

    private Issued Issue(string subject, AsymmetricAlgorithm key, string usage, string[] names, DateTimeOffset? from, DateTimeOffset? to)
    {
        var request = key is RSA rsa
            ? new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject, (ECDsa)key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        if (names.Length > 0)
        {
            var alternatives = new SubjectAlternativeNameBuilder();
            foreach (var name in names)
            {
                if (IPAddress.TryParse(name, out var address)) alternatives.AddIpAddress(address);
                else alternatives.AddDnsName(name);
            }

            request.CertificateExtensions.Add(alternatives.Build());
        }

        // The authority's key is EC, the certified one may not be: hence the generator, not Create(issuer).
        var generator = X509SignatureGenerator.CreateForECDsa(Certificate.GetECDsaPrivateKey()!);
        return new Issued(request.Create(
            Certificate.SubjectName, generator, from ?? DateTimeOffset.UtcNow.AddDays(-1), to ?? DateTimeOffset.UtcNow.AddYears(1), RandomNumberGenerator.GetBytes(8)));
    }

    private readonly record struct Issued(X509Certificate2 Bare)
    {
        public X509Certificate2 CopyWithKey(ECDsa key)
        {
            using var bare = Bare;
            using var withKey = bare.CopyWithPrivateKey(key);
            // SslStream on some platforms takes no ephemeral keys.
            return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
        }
    }
}
