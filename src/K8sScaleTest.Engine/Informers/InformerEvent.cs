namespace K8sScaleTest.Engine.Informers;

/// <summary>One event of an informer, on its way to a handler.</summary>
public readonly record struct InformerEvent
{
    /// <summary>What happened.</summary>
    public required InformerEventKind Kind { get; init; }

    /// <summary>What the store knew before; null for an add.</summary>
    public ObjectState? Old { get; init; }

    /// <summary>What it knows now; of a delete the last state, as the event had it.</summary>
    public ObjectState? New { get; init; }

    /// <summary>When the bytes had come, in ticks; of what a list told, when it was whole.</summary>
    public long Received { get; init; }

    /// <summary>Whether the object was there when the informer began.</summary>
    public bool InitialList { get; init; }

    /// <summary>Whether a list told it, and not an event: what happened between was not seen.</summary>
    public bool FromList { get; init; }

    /// <summary>The object's latest state: the new one, or the last known.</summary>
    public ObjectState? Latest => New ?? Old;
}
