namespace K8sScaleTest.Engine.Observers.Auditing;

/// <summary>What an event of the ledger was.</summary>
public enum AuditEventKind : byte
{
    /// <summary>Not known: an acknowledged write or a list tell of it, and nobody was delivered it.</summary>
    Unknown,

    /// <summary>ADDED.</summary>
    Added,

    /// <summary>MODIFIED.</summary>
    Modified,

    /// <summary>DELETED.</summary>
    Deleted,

    /// <summary>A bookmark or a list, where one regressed.</summary>
    Position,
}
