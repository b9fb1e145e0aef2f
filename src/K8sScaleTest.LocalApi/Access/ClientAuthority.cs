using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace K8sScaleTest.LocalApi.Access;

/// <summary>The authority that client certificates are signed by, made afresh; its key is gone once the administrator's certificate is made.</summary>
internal sealed class ClientAuthority : IDisposable
{
    private const string ClientUsage = "1.3.6.1.5.5.7.3.2";
    private const string CommonName = "2.5.4.3";
    private const string Organization = "2.5.4.10";
    private readonly X509Certificate2 _authority;

    private ClientAuthority(X509Certificate2 authority, string certificatePem, string keyPem)
    {
        _authority = authority;
        CertificatePem = certificatePem;
        KeyPem = keyPem;
    }

    /// <summary>The administrator's certificate: CN=admin, O=system:masters.</summary>
    public string CertificatePem { get; }

    public string KeyPem { get; }

    public static ClientAuthority Create()
    {
        var from = DateTimeOffset.UtcNow.AddHours(-1);
        var until = from.AddYears(1);
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=K8sScaleTest local API client CA", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        authorityRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(authorityRequest.PublicKey, false));
        using var authority = authorityRequest.CreateSelfSigned(from, until);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=admin, O={User.Masters}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ClientUsage)], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        using var certificate = request.Create(authority, from, until, RandomNumberGenerator.GetBytes(16));
        return new ClientAuthority(X509CertificateLoader.LoadCertificate(authority.RawData), certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>The user that a certificate names, or null when this authority has not signed it, its time is over, or it is none for clients.</summary>
    public User? UserOf(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientUsage));
        var isGood = chain.Build(certificate);
        foreach (var element in chain.ChainElements) element.Certificate.Dispose();
        if (!isGood) return null;
        var name = "";
        var groups = new List<string>();
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames(reversed: false))
        {
            if (part.HasMultipleElements) continue;
            switch (part.GetSingleElementType().Value)
            {
                case CommonName: name = part.GetSingleElementValue() ?? ""; break;
                case Organization: groups.Add(part.GetSingleElementValue() ?? ""); break;
                default: break;
            }
        }
        if (name.Length == 0) return null;
        if (!groups.Contains(User.Authenticated)) groups.Add(User.Authenticated);
        return new User(name, "", groups)
        {
            Extra = [new("authentication.kubernetes.io/credential-id", ["X509SHA256=" + Convert.ToHexStringLower(SHA256.HashData(certificate.RawData))])],
        };
    }

    public void Dispose() => _authority.Dispose();
}
