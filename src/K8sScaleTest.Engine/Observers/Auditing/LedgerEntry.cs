namespace K8sScaleTest.Engine.Observers.Auditing;

/// <summary>One event of the scope, as anybody knows of it.</summary>
internal struct LedgerEntry
{
    public ulong ResourceVersion { get; init; }

    public Guid Uid { get; init; }

    public AuditKey Key { get; init; }

    public AuditEventKind Kind { get; set; }

    public AuditProof Proof { get; init; }

    /// <summary>Whether the driver knows of it, so that nobody will ask for it again.</summary>
    public bool Acknowledged { get; set; }

    public readonly bool Is(ulong resourceVersion, Guid uid) => ResourceVersion == resourceVersion && Uid == uid;
}
