namespace K8sScaleTest.Engine.Informers;

/// <summary>What an informer tells its handlers: decided by its store, not by the wire.</summary>
public enum InformerEventKind : byte
{
    /// <summary>The store did not know the object.</summary>
    Added,

    /// <summary>The store knew it, at another resourceVersion.</summary>
    Updated,

    /// <summary>It is gone.</summary>
    Deleted,

    /// <summary>All objects of the first list have been handed over: this handler is in sync.</summary>
    Synced,
}
