namespace K8sScaleTest.Engine.Observers.Auditing;

/// <summary>How the audit knows of an event.</summary>
public enum AuditProof : byte
{
    /// <summary>It was delivered to the participant itself, at the wrong moment.</summary>
    Delivery,

    /// <summary>It was delivered to another participant.</summary>
    OtherParticipant,

    /// <summary>The server acknowledged the write to the driver.</summary>
    Acknowledgement,

    /// <summary>A list holds what it left.</summary>
    List,

    /// <summary>Later events of the object cannot be without it.</summary>
    History,
}
