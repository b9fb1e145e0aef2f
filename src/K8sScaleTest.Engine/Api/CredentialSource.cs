namespace K8sScaleTest.Engine.Api;

/// <summary>Something that gives a new credential when the old one ends.</summary>
internal abstract class CredentialSource
{
    /// <summary>What it is, for messages.</summary>
    public abstract string Description { get; }

    /// <summary>How long after a success it is asked again; null to be asked only when its credential ends, or is refused.</summary>
    public virtual TimeSpan? Period => null;

    /// <summary>Gets a credential that is valid now.</summary>
    /// <exception cref="ApiException">It cannot; the message says why.</exception>
    public abstract Task<Credential> FetchAsync(CancellationToken cancellationToken);
}
