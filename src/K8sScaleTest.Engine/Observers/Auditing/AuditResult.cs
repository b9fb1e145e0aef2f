namespace K8sScaleTest.Engine.Observers.Auditing;

/// <summary>What the audit found of one participant: a watcher or an informer.</summary>
public sealed record AuditResult
{
    /// <summary>Its name.</summary>
    public required string Participant { get; init; }

    /// <summary>The resourceVersion of its first list, from which it is audited; 0 when it never had one.</summary>
    public required ulong From { get; init; }

    /// <summary>The last resourceVersion that it is known to have come to, by an event or a bookmark: the horizon of the audit.</summary>
    public required ulong Through { get; init; }

    /// <summary>Whether the sentinel's event arrived; null where there was no sentinel.</summary>
    public required bool? SentinelArrived { get; init; }

    /// <summary>Events delivered.</summary>
    public required long Events { get; init; }

    /// <summary>Watches opened.</summary>
    public required int Watches { get; init; }

    /// <summary>Lists, the first included.</summary>
    public required int Lists { get; init; }

    /// <summary>Events that were to be delivered and were not.</summary>
    public required long Missed { get; init; }

    /// <summary>Events delivered again.</summary>
    public required long Duplicated { get; init; }

    /// <summary>Events delivered after later ones.</summary>
    public required long OutOfOrder { get; init; }

    /// <summary>Lists, bookmarks and events that went back behind what had been delivered.</summary>
    public required long Regressed { get; init; }

    /// <summary>What was not watched, in order.</summary>
    public required IReadOnlyList<AuditGap> Gaps { get; init; }

    /// <summary>Events known to have fallen into the gaps.</summary>
    public required long EventsInGaps { get; init; }

    /// <summary>Acknowledged deletes that were not delivered and may have fallen into a gap.</summary>
    public required long Undecided { get; init; }

    /// <summary>From the last word that it was given, an event, a bookmark or a list, to the end of its last watch: of that time nothing is known.</summary>
    public required TimeSpan Silence { get; init; }

    /// <summary>The faults, up to <see cref="WatchAudit.MostFaults"/> of each participant.</summary>
    public required IReadOnlyList<AuditFault> Faults { get; init; }

    /// <summary>All faults together.</summary>
    public long FaultCount => Missed + Duplicated + OutOfOrder + Regressed;
}
