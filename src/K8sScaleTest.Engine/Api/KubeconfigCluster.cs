namespace K8sScaleTest.Engine.Api;

/// <summary>A kubeconfig's cluster. Paths are absolute.</summary>
internal sealed class KubeconfigCluster
{
    public required string Name { get; init; }

    public string? Server { get; init; }

    public string? CertificateAuthority { get; init; }

    public string? CertificateAuthorityData { get; init; }

    public bool InsecureSkipTlsVerify { get; init; }

    public string? TlsServerName { get; init; }

    public string? ProxyUrl { get; init; }

    /// <summary>The extension <c>client.authentication.k8s.io/exec</c> as JSON, which goes to credential plugins.</summary>
    public string? ExecConfig { get; init; }
}
