using K8sScaleTest.Engine.Observers.Auditing;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest;

/// <summary>What the audit found of one watcher or informer: whether it was delivered every event once, and in order.</summary>
public sealed class WatcherAudit
{
    private WatcherAudit()
    {
    }

    /// <summary>Which.</summary>
    public string Observer { get; private init; } = "";

    /// <summary>The resourceVersion of its first list, from which it was audited; null when it never had one.</summary>
    public long? FromResourceVersion { get; private init; }

    /// <summary>Up to which it was: that of its last event, bookmark or list.</summary>
    public long? ThroughResourceVersion { get; private init; }

    /// <summary>Events delivered.</summary>
    public long Events { get; private init; }

    /// <summary>Watches opened.</summary>
    public int Watches { get; private init; }

    /// <summary>Lists, the first included.</summary>
    public int Lists { get; private init; }

    /// <summary>Events that its watches covered without a break and did not deliver.</summary>
    public long Missed { get; private init; }

    /// <summary>Events delivered again; the objects of a list are none.</summary>
    public long Duplicated { get; private init; }

    /// <summary>Events delivered after later ones of the same watch.</summary>
    public long OutOfOrder { get; private init; }

    /// <summary>Lists, bookmarks and events that went back behind what had been delivered before.</summary>
    public long Regressed { get; private init; }

    /// <summary>How often nothing was watched, legally: between the end of one watch and the list before the next.</summary>
    public int Gaps { get; private init; }

    /// <summary>How long that was in all.</summary>
    public double GapMs { get; private init; }

    /// <summary>How many resourceVersions the gaps spanned.</summary>
    public long GapResourceVersions { get; private init; }

    /// <summary>Events known to have fallen into them.</summary>
    public long EventsInGaps { get; private init; }

    /// <summary>Acknowledged deletes that were not delivered, and may have fallen into a gap.</summary>
    public long Undecided { get; private init; }

    /// <summary>How long before the end of its last watch it was told something for the last time, be it a bookmark: of that time nothing is known.</summary>
    public double SilenceMs { get; private init; }

    /// <summary>Whether the write that ended the horizon was delivered; null where there was none.</summary>
    public bool? SentinelArrived { get; private init; }

    /// <summary>The faults one by one, up to 1,000.</summary>
    public IReadOnlyList<WatchFault> Faults { get; private init; } = [];

    /// <summary>The public form of the engine's result.</summary>
    internal static WatcherAudit From(AuditResult result) => new()
    {
        Observer = result.Participant,
        FromResourceVersion = result.From == 0 ? null : (long)result.From,
        ThroughResourceVersion = result.Through == 0 ? null : (long)result.Through,
        Events = result.Events,
        Watches = result.Watches,
        Lists = result.Lists,
        Missed = result.Missed,
        Duplicated = result.Duplicated,
        OutOfOrder = result.OutOfOrder,
        Regressed = result.Regressed,
        Gaps = result.Gaps.Count,
        GapMs = result.Gaps.Sum(gap => RunClock.ToMilliseconds(gap.Length)),
        GapResourceVersions = result.Gaps.Sum(gap => (long)(gap.Through - gap.After)),
        EventsInGaps = result.EventsInGaps,
        Undecided = result.Undecided,
        SilenceMs = result.Silence.TotalMilliseconds,
        SentinelArrived = result.SentinelArrived,
        Faults = [.. result.Faults.Select(WatchFault.From)],
    };
}
