namespace K8sScaleTest.Engine.Observers.Auditing;

/// <summary>An event that nobody was delivered, and without which the later history of its object cannot be.</summary>
/// <param name="Kind">Added or deleted.</param>
/// <param name="Uid">The object.</param>
/// <param name="Key">Its namespace and name.</param>
/// <param name="After">It lies after this resourceVersion.</param>
/// <param name="Before">And before this.</param>
internal sealed record InferredEvent(AuditEventKind Kind, Guid Uid, string? Key, ulong After, ulong Before);
