using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Latencies;

namespace K8sScaleTest.Engine.Observers;

/// <summary>What a logger has counted.</summary>
public sealed record LoggerCounts
{
    /// <summary>Events that handlers were told.</summary>
    public long Events { get; init; }

    /// <summary>Dequeues that they led to.</summary>
    public long Dequeues { get; init; }

    /// <summary>Dequeues by what they found.</summary>
    public IReadOnlyList<(NotificationKind Kind, long Count)> ByKind { get; init; } = [];

    /// <summary>Events that had no dequeue of their own.</summary>
    public long Coalesced { get; init; }

    /// <summary>Dequeues that found nothing new; 0 when contents are not compared.</summary>
    public long Duplicates { get; init; }

    /// <summary>Objects that were there before the logger.</summary>
    public long ExistedBefore { get; init; }

    /// <summary>Events that a list told, those of the start included.</summary>
    public long FromList { get; init; }

    /// <summary>From received to handled.</summary>
    public required LatencyPercentiles Dispatch { get; init; }

    /// <summary>From first enqueued to dequeued.</summary>
    public required LatencyPercentiles Queue { get; init; }

    /// <summary>From a create's launch, by the writer's clock, to its event's arrival: across two clocks, and so negative where they disagree by more than the way takes.</summary>
    public required SignedPercentiles CreateLatency { get; init; }

    /// <summary>From an update's launch, by the writer's clock, to its event's arrival: likewise.</summary>
    public required SignedPercentiles UpdateLatency { get; init; }

    /// <summary>As <see cref="CreateLatency"/>, to the handler: with the informer's own backlog.</summary>
    public required SignedPercentiles CreateHandledLatency { get; init; }

    /// <summary>As <see cref="UpdateLatency"/>, to the handler.</summary>
    public required SignedPercentiles UpdateHandledLatency { get; init; }

    /// <summary>The shortest of both; negative when the clocks disagree by more than the way takes.</summary>
    public double? ShortestLatencyMs { get; init; }
}
