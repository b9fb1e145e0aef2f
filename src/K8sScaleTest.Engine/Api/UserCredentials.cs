using System.Text;

namespace K8sScaleTest.Engine.Api;

/// <summary>What a kubeconfig's user proves itself with, in client-go's order of precedence.</summary>
internal static class UserCredentials
{
    /// <summary>What the kubeconfig itself holds: a token, a password, a client certificate.</summary>
    /// <exception cref="ApiException">More than one method, or files that cannot be read.</exception>
    public static async Task<Credential> FixedAsync(KubeconfigUser user, CancellationToken cancellationToken)
    {
        var hasToken = user.Token is not null || user.TokenFile is not null;
        var hasPassword = user.UserName is not null || user.Password is not null;
        if (hasToken && hasPassword) throw Wrong(user, "has a token and a password, and only one is allowed");
        if (user.Exec is not null && user.AuthProvider is not null) throw Wrong(user, "has 'exec' and 'auth-provider', and only one is allowed");
        // A token file, while it can be read, wins over a token.
        var authorization = user.Token is not null && user.TokenFile is null ? Bearer.Header(user.Token, $"user '{user.Name}'")
            : hasPassword ? "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user.UserName}:{user.Password}"))
            : null;
        var certificate = user.ClientCertificateData is { } data ? PemFile.Decode(data, "client-certificate-data")
            : user.ClientCertificate is { } file ? await PemFile.ReadAsync(file, "client-certificate", cancellationToken) : null;
        var key = user.ClientKeyData is { } keyData ? PemFile.Decode(keyData, "client-key-data")
            : user.ClientKey is { } keyFile ? await PemFile.ReadAsync(keyFile, "client-key", cancellationToken) : null;
        if (certificate is null != key is null) throw Wrong(user, "has a client certificate without its key, or a key without its certificate");
        return new Credential
        {
            Authorization = authorization,
            Certificates = certificate is null ? null : ClientCertificates.FromPem(certificate, key!, $"user '{user.Name}'"),
        };
    }

    /// <summary>What has to be fetched, and fetched again: a token file, a credential plugin, OpenID Connect.</summary>
    /// <exception cref="ApiException">A kind that is not known.</exception>
    public static CredentialSource? Renewable(KubeconfigUser user, KubeconfigCluster cluster, Uri server, string? certificateAuthorityPem, TargetEnvironment environment)
    {
        if (user.TokenFile is { } file) return new TokenFileSource(file, environment.TokenFilePeriod);
        if (user.Exec is { } exec) return new ExecSource(exec, cluster, server, certificateAuthorityPem);
        return user.AuthProvider switch
        {
            null => null,
            "oidc" => new OidcSource(user),
            _ => throw Wrong(user, $"uses the auth-provider '{user.AuthProvider}', which client-go has removed: use its credential plugin ('exec')"),
        };
    }

    private static ApiException Wrong(KubeconfigUser user, string what) => new(ApiReasons.KubeconfigInvalid, $"The kubeconfig's user '{user.Name}' {what}.");
}
