namespace K8sScaleTest.Engine.Api;

/// <summary>One event of a watch; valid only during the call that gets it, as its <see cref="Subject"/> is.</summary>
public sealed class ObservedEvent
{
    /// <summary>An event to be filled in.</summary>
    /// <param name="annotations">How many annotations are asked for.</param>
    public ObservedEvent(int annotations) => Subject = new(annotations);

    /// <summary>What it says.</summary>
    public ObservedEventKind Kind { get; internal set; }

    /// <summary>When its last bytes had come from the connection, in ticks of the run's clock: before it was decoded.</summary>
    public long Received { get; internal set; }

    /// <summary>The object; of a bookmark nothing but the resourceVersion.</summary>
    public ObservedObject Subject { get; }

    /// <summary>What an <see cref="ObservedEventKind.Error"/> says.</summary>
    internal ApiStatus? Status { get; set; }
}
