namespace K8sScaleTest.Engine.Observers.Auditing;

/// <summary>What a server did wrong with an event.</summary>
public enum AuditFaultKind : byte
{
    /// <summary>It was never delivered, although the watch covered its moment without a break.</summary>
    Missed,

    /// <summary>It was delivered again.</summary>
    Duplicated,

    /// <summary>It was delivered after a later one of the same watch.</summary>
    OutOfOrder,

    /// <summary>The server went back behind what it had delivered before: a list or a bookmark older than that, or an event from before the watch's beginning.</summary>
    Regressed,
}
