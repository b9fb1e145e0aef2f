namespace K8sScaleTest.Engine.Api;

/// <summary>A kubeconfig's user. Paths are absolute. A class, not a record: a record's ToString would print the secrets.</summary>
internal sealed class KubeconfigUser
{
    public required string Name { get; init; }

    public string? Token { get; init; }

    public string? TokenFile { get; init; }

    public string? ClientCertificate { get; init; }

    public string? ClientCertificateData { get; init; }

    public string? ClientKey { get; init; }

    public string? ClientKeyData { get; init; }

    public string? UserName { get; init; }

    public string? Password { get; init; }

    public string? As { get; init; }

    public string? AsUid { get; init; }

    public IReadOnlyList<string> AsGroups { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> AsUserExtra { get; init; } = [];

    public KubeconfigExec? Exec { get; init; }

    /// <summary>The name of an <c>auth-provider</c>, such as <c>oidc</c>.</summary>
    public string? AuthProvider { get; init; }

    public IReadOnlyDictionary<string, string> AuthProviderConfig { get; init; } = new Dictionary<string, string>();
}
