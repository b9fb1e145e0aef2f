namespace K8sScaleTest.Engine.Records;

/// <summary>What an informer told of an object.</summary>
public enum NotifiedEvent : byte
{
    /// <summary>The informer did not know it.</summary>
    Added,

    /// <summary>It changed.</summary>
    Updated,

    /// <summary>It is gone.</summary>
    Deleted,
}
