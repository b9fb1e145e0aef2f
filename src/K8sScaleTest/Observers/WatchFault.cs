using K8sScaleTest.Engine.Observers.Auditing;

namespace K8sScaleTest;

/// <summary>One event that a server lost, doubled, or delivered too late.</summary>
public sealed class WatchFault
{
    private WatchFault()
    {
    }

    /// <summary>Who should have got the event, or got it wrongly.</summary>
    public string Observer { get; private init; } = "";

    /// <summary>Missed, Duplicated, OutOfOrder or Regressed.</summary>
    public string Fault { get; private init; } = "";

    /// <summary>Added, Modified, Deleted; Unknown where nobody was delivered it; Position of a list or a bookmark.</summary>
    public string Event { get; private init; } = "";

    /// <summary>Namespace and name of the object; null where nobody knows.</summary>
    public string? Key { get; private init; }

    /// <summary>The object's uid.</summary>
    public string? Uid { get; private init; }

    /// <summary>The event's resourceVersion; of a missed one that has none, the highest that it can have had.</summary>
    public long ResourceVersion { get; private init; }

    /// <summary>
    /// How it is known: Delivery (it came, at the wrong moment), OtherParticipant (another observer got it), Acknowledgement (of the write), List (which holds
    /// what it left), or History (later events of the object cannot be without it).
    /// </summary>
    public string Proof { get; private init; } = "";

    /// <summary>The public form of the engine's fault.</summary>
    internal static WatchFault From(AuditFault fault) => new()
    {
        Observer = fault.Participant,
        Fault = fault.Kind.ToString(),
        Event = fault.Event.ToString(),
        Key = fault.Key,
        Uid = fault.Uid == Guid.Empty ? null : fault.Uid.ToString(),
        ResourceVersion = (long)fault.ResourceVersion,
        Proof = fault.Proof.ToString(),
    };
}
