using System.Security.Cryptography.X509Certificates;

namespace K8sScaleTest.Engine.Api;

/// <summary>What proves who we are. A class, not a record: a record's ToString would print the secret.</summary>
internal sealed class Credential
{
    /// <summary>The whole Authorization header, or null.</summary>
    public string? Authorization { get; init; }

    /// <summary>The client certificate with its key, leaf first, or null.</summary>
    public X509Certificate2Collection? Certificates { get; init; }

    /// <summary>When it ends; null when that is not known.</summary>
    public DateTimeOffset? Expires { get; init; }
}
