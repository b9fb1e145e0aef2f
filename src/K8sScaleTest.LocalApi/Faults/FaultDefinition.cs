namespace K8sScaleTest.LocalApi.Faults;

/// <summary>A fault as it was ordered: which requests, which of them, for how long, and what happens. Its JSON is that of the control endpoint.</summary>
internal sealed record FaultDefinition
{
    public required FaultAction Action { get; init; }

    /// <summary>get, list, watch, create, update, patch, delete, deletecollection; all when empty.</summary>
    public IReadOnlyList<string> Verbs { get; init; } = [];

    /// <summary>Plurals, with or without their group (flunders, flunders.wardle.example.com), with wildcards; all when empty.</summary>
    public IReadOnlyList<string> Resources { get; init; } = [];

    /// <summary>Wildcard pattern; null for any, cluster-wide requests too.</summary>
    public string? Namespace { get; init; }

    /// <summary>Wildcard pattern of the object's name.</summary>
    public string? Name { get; init; }

    /// <summary>Wildcard pattern of the client's User-Agent.</summary>
    public string? UserAgent { get; init; }

    /// <summary>ADDED, MODIFIED, DELETED; all when empty.</summary>
    public IReadOnlyList<string> EventTypes { get; init; } = [];

    /// <summary>The first so many matches are let off.</summary>
    public long Skip { get; init; }

    /// <summary>Of the matches after those, every n-th.</summary>
    public long Every { get; init; } = 1;

    /// <summary>Of those, each with this probability.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>Gone after so many; null for no limit. With nothing else it means the first n.</summary>
    public long? Count { get; init; }

    /// <summary>Gone after this time; null for none.</summary>
    public double? ForMilliseconds { get; init; }

    /// <summary>Repeats all draws exactly; drawn itself when null.</summary>
    public ulong? Seed { get; init; }

    /// <summary>For Latency, Status, NoAnswer and Reset.</summary>
    public FaultMoment? At { get; init; }

    public LatencyDefinition? Latency { get; init; }

    public int? StatusCode { get; init; }

    public int? RetryAfterSeconds { get; init; }

    public string? Message { get; init; }

    public CutKind? Cut { get; init; }

    public double? StallMilliseconds { get; init; }

    public double? BytesPerSecond { get; init; }

    public double? EventsPerSecond { get; init; }

    /// <summary>For LoseEvent, DoubleEvent and ReorderEvent.</summary>
    public EventScope? Scope { get; init; }

    /// <summary>For CutWatch, StallWatch and ErrorEvent: once, to the watches that are open now, not at an event.</summary>
    public bool Now { get; init; }

    /// <summary>For Restore: where to go back to.</summary>
    public long? ResourceVersion { get; init; }

    public double? SkewMilliseconds { get; init; }
}
