namespace K8sScaleTest.Engine.Observers.Auditing;

/// <summary>
/// A delete that the server acknowledged and nobody was delivered yet. Its response gives no resourceVersion, but it lies between that of the object's last write and
/// that of any write which was launched after the delete had been acknowledged.
/// </summary>
internal sealed class PendingDelete
{
    public required Guid Uid { get; init; }

    public required string Key { get; init; }

    /// <summary>When it was acknowledged, in ticks.</summary>
    public required long Finished { get; init; }

    /// <summary>It lies after this.</summary>
    public required ulong After { get; init; }

    /// <summary>And before this; 0 while that is not known.</summary>
    public ulong Before { get; set; }
}
