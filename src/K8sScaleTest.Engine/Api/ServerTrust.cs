using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace K8sScaleTest.Engine.Api;

/// <summary>
/// Which server certificates are accepted: those of the kubeconfig's authority, or else of the system's; for the right name always, private authority or not.
/// </summary>
internal sealed class ServerTrust
{
    private readonly string? _file;
    private readonly string _source;
    private volatile X509Certificate2Collection? _authorities;

    /// <summary>Trust in the authorities of a PEM text, or in the system's.</summary>
    /// <param name="pem">The authorities; null for the system's.</param>
    /// <param name="file">The file they come from, read again when a server's certificate is not trusted: authorities rotate.</param>
    /// <param name="source">Where they come from, for messages.</param>
    /// <param name="insecure">Accept anything.</param>
    public ServerTrust(string? pem, string? file, string source, bool insecure)
    {
        Pem = pem;
        _file = file;
        _source = source;
        Insecure = insecure;
        _authorities = pem is null || insecure ? null : ClientCertificates.Authorities(pem, source);
    }

    /// <summary>The authorities as text.</summary>
    public string? Pem { get; }

    /// <summary>Whether any certificate is accepted.</summary>
    public bool Insecure { get; }

    /// <summary>Puts the rules into a handler's options.</summary>
    /// <param name="options">The options.</param>
    /// <param name="name">The name that the certificate must be for, for messages.</param>
    public void Apply(SslClientAuthenticationOptions options, string name)
    {
        if (Insecure)
        {
            options.RemoteCertificateValidationCallback = (_, _, _, _) => Insecure;
            return;
        }

        if (_authorities is { } authorities) options.CertificateChainPolicy = Policy(authorities);
        options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Validate(certificate, chain, errors, name);
    }

    private static X509ChainPolicy Policy(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(authorities);
        // ServerAuth: .NET adds it itself only to a policy of its own.
        policy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        return policy;
    }

    private bool Validate(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, string name)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) && certificate is X509Certificate2 leaf && chain is not null
            && (EndsAtAnAuthority(chain) || TrustedAfterRereading(leaf, chain)))
        {
            errors &= ~SslPolicyErrors.RemoteCertificateChainErrors;
        }

        return errors == SslPolicyErrors.None ? true : throw Rejection(certificate as X509Certificate2, chain, errors, name);
    }

    /// <summary>Go trusts every certificate of the bundle, an intermediate too; .NET only those that sign themselves.</summary>
    private bool EndsAtAnAuthority(X509Chain chain) =>
        _authorities is { } authorities
        && chain.ChainStatus.All(status => status.Status is X509ChainStatusFlags.PartialChain or X509ChainStatusFlags.NoError)
        && chain.ChainElements.Count > 0
        && authorities.Contains(chain.ChainElements[^1].Certificate);

    private bool TrustedAfterRereading(X509Certificate2 leaf, X509Chain refused)
    {
        if (_file is null || refused.ChainStatus.Any(status => status.Status is X509ChainStatusFlags.NotTimeValid)) return false;
        X509Certificate2Collection authorities;
        try
        {
            authorities = ClientCertificates.Authorities(File.ReadAllText(_file), _source);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ApiException)
        {
            return false;
        }

        using var chain = new X509Chain { ChainPolicy = Policy(authorities) };
        chain.ChainPolicy.ExtraStore.AddRange(refused.ChainPolicy.ExtraStore);
        foreach (var element in refused.ChainElements) chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        if (!chain.Build(leaf)) return false;
        _authorities = authorities;
        return true;
    }

    private CertificateRejectedException Rejection(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, string name)
    {
        const string Skip = "-InsecureSkipTlsVerify accepts it all the same";
        if (certificate is null) return new CertificateRejectedException(ApiReasons.CertificateUntrusted, "The server sent no certificate.");
        var statuses = chain?.ChainStatus.Select(status => status.Status).ToArray() ?? [];
        if (statuses.Contains(X509ChainStatusFlags.NotTimeValid))
        {
            var late = chain!.ChainElements.Select(element => element.Certificate).FirstOrDefault(IsOutOfTime) ?? certificate;
            return new CertificateRejectedException(ApiReasons.CertificateExpired, string.Create(CultureInfo.InvariantCulture,
                $"The certificate of the server is {(late.NotBefore > DateTime.Now ? "not valid yet" : "expired")}: '{late.Subject}' is valid from {late.NotBefore.ToUniversalTime():u} to {late.NotAfter.ToUniversalTime():u}. Renew it (or set this machine's clock); {Skip}."));
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            return new CertificateRejectedException(ApiReasons.CertificateUntrusted,
                $"The certificate of the server, issued by '{certificate.Issuer}', is not trusted by {_source} ({string.Join(", ", statuses)}). Give its authority as certificate-authority in the kubeconfig; {Skip}.");
        }

        return new CertificateRejectedException(ApiReasons.CertificateNameMismatch,
            $"The certificate of the server is not for '{name}' but for {Names(certificate)}. Use one of these names as the server, or as tls-server-name in the kubeconfig; {Skip}.");
    }

    private static bool IsOutOfTime(X509Certificate2 certificate) => certificate.NotAfter < DateTime.Now || certificate.NotBefore > DateTime.Now;

    private static string Names(X509Certificate2 certificate)
    {
        var alternatives = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        string[] names = alternatives is null ? [] : [.. alternatives.EnumerateDnsNames(), .. alternatives.EnumerateIPAddresses().Select(address => address.ToString())];
        return names.Length == 0 ? $"'{certificate.Subject}' (it names no host)" : string.Join(", ", names.Select(each => $"'{each}'"));
    }
}
