using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace K8sScaleTest.Engine.Api;

/// <summary>Reads certificates and keys from PEM.</summary>
internal static class ClientCertificates
{
    /// <summary>A client certificate with its key first, then the intermediates that stand behind it in the same text.</summary>
    /// <param name="certificatePem">One or more certificates.</param>
    /// <param name="keyPem">The key: RSA or EC, PKCS#1, SEC 1 or PKCS#8, not encrypted.</param>
    /// <param name="source">Where they come from, for messages.</param>
    /// <exception cref="ApiException">They are not what they should be, or do not belong together.</exception>
    public static X509Certificate2Collection FromPem(string certificatePem, string keyPem, string source)
    {
        if (keyPem.Contains("ENCRYPTED", StringComparison.Ordinal))
            throw Fault($"The client key of {source} is encrypted, and a kubeconfig has no place for its pass phrase: store it decrypted, or use a credential plugin.");
        try
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPem(certificatePem);
            var leaf = X509Certificate2.CreateFromPem(certificatePem, keyPem);
            if (OperatingSystem.IsWindows())
            {
                // SChannel takes no ephemeral keys.
                using var ephemeral = leaf;
                leaf = X509CertificateLoader.LoadPkcs12(ephemeral.Export(X509ContentType.Pkcs12), null);
            }

            all[0].Dispose();
            all[0] = leaf;
            return all;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw Fault($"The client certificate and key of {source} cannot be used: they are no PEM, of a kind that .NET cannot read, or do not belong together.");
        }
    }

    /// <summary>Reads the certificates of an authority.</summary>
    /// <param name="pem">One or more certificates.</param>
    /// <param name="source">Where they come from, for the message.</param>
    /// <exception cref="ApiException">There is none.</exception>
    public static X509Certificate2Collection Authorities(string pem, string source)
    {
        var all = new X509Certificate2Collection();
        try
        {
            all.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            all.Clear();
        }

        return all.Count > 0 ? all : throw new ApiException(ApiReasons.KubeconfigInvalid, $"In {source} there is no certificate in PEM.");
    }

    private static ApiException Fault(string message) => new(ApiReasons.CredentialsInvalid, message);
}
