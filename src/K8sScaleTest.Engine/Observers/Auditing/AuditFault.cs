namespace K8sScaleTest.Engine.Observers.Auditing;

/// <summary>One fault that the audit found.</summary>
/// <param name="Participant">Who should have got the event, or got it wrongly.</param>
/// <param name="Kind">What was wrong.</param>
/// <param name="Event">What the event was.</param>
/// <param name="Key">Namespace and name of its object; null where nobody knows.</param>
/// <param name="Uid">The object's uid; empty of a bookmark or a list.</param>
/// <param name="ResourceVersion">The event's resourceVersion; of a missed event that nobody got, and that has none, the highest that it can have had.</param>
/// <param name="Proof">How it is known that there was such an event.</param>
public sealed record AuditFault(
    string Participant, AuditFaultKind Kind, AuditEventKind Event, string? Key, Guid Uid, ulong ResourceVersion, AuditProof Proof);
