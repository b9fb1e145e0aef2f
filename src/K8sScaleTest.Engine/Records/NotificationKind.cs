namespace K8sScaleTest.Engine.Records;

/// <summary>What a dequeue found, by whether the object exists now and whether it did at the dequeue before.</summary>
public enum NotificationKind : byte
{
    /// <summary>It exists, and did not.</summary>
    Create,

    /// <summary>It exists, and did.</summary>
    Update,

    /// <summary>It does not exist, and did.</summary>
    Delete,

    /// <summary>It was created and deleted between two dequeues: no worker ever saw it.</summary>
    CreateDelete,

    /// <summary>It exists and did, but as another object of the same name (another uid).</summary>
    Recreate,
}
