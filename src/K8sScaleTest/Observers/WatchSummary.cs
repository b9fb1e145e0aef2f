using System.Globalization;
using System.Text;
using K8sScaleTest.Engine.Observers.Auditing;
using K8sScaleTest.Engine.Observers.Watches;

namespace K8sScaleTest;

/// <summary>What a run of watches came to, and what the audit found.</summary>
public sealed class WatchSummary
{
    private WatchSummary()
    {
    }

    /// <summary>Valid; Failed, when the server lost, doubled or reordered events, or went back; Inconclusive, when no event was delivered.</summary>
    public string Verdict { get; private init; } = "";

    /// <summary>Why, in words.</summary>
    public string Reason { get; private init; } = "";

    /// <summary>The run's ID.</summary>
    public string RunId { get; private init; } = "";

    /// <summary>The resource's plural name, with its group.</summary>
    public string Resource { get; private init; } = "";

    /// <summary>How many watchers there were.</summary>
    public int Watchers { get; private init; }

    /// <summary>How long they watched.</summary>
    public TimeSpan Duration { get; private init; }

    /// <summary>Events delivered to all of them, without bookmarks.</summary>
    public long Events { get; private init; }

    /// <summary>Watches that ended.</summary>
    public long Windows { get; private init; }

    /// <summary>Lists, those of WatchLists included.</summary>
    public long Lists { get; private init; }

    /// <summary>Lists and watches that ended otherwise than in order.</summary>
    public long Errors { get; private init; }

    /// <summary>Events that a watch covered without a break and did not deliver.</summary>
    public long Missed { get; private init; }

    /// <summary>Events delivered again.</summary>
    public long Duplicated { get; private init; }

    /// <summary>Events delivered after later ones.</summary>
    public long OutOfOrder { get; private init; }

    /// <summary>Lists, bookmarks and events that went back.</summary>
    public long Regressed { get; private init; }

    /// <summary>How often a watcher did not watch, legally.</summary>
    public int Gaps { get; private init; }

    /// <summary>Events known to have fallen into the gaps.</summary>
    public long EventsInGaps { get; private init; }

    /// <summary>The audit watcher by watcher.</summary>
    public IReadOnlyList<WatcherAudit> Audit { get; private init; } = [];

    /// <summary>How this process fared meanwhile; null in a scale test, whose driver's summary has it.</summary>
    public GeneratorHealthSummary? Health { get; private init; }

    /// <summary>The summary as a person reads it.</summary>
    public override string ToString()
    {
        const int Width = 100;
        var invariant = CultureInfo.InvariantCulture;
        var words = new StringBuilder();
        SummaryReport.Wrap(words, Width, $"{Verdict}: {Reason}.");
        words.AppendLine();
        SummaryReport.Wrap(words, Width, string.Create(invariant, $"{Resource}, run {RunId}: {SummaryReport.Some(Watchers, "watcher", "watchers")} for {Duration.TotalSeconds:0.0} s, {Events:N0} events, {SummaryReport.Some(Windows, "watch", "watches")} ended, {SummaryReport.Some(Lists, "list", "lists")}, {SummaryReport.Some(Errors, "error", "errors")} survived"));
        SummaryReport.Wrap(words, Width, string.Create(invariant, $"{Missed:N0} missed, {Duplicated:N0} duplicated, {OutOfOrder:N0} out of order, {Regressed:N0} regressed; {SummaryReport.Some(Gaps, "gap", "gaps")} with {EventsInGaps:N0} known events"));
        if (SummaryReport.ClockSet(Health) is { } set) SummaryReport.Wrap(words, Width, set);
        if (Health is not null) SummaryReport.Wrap(words, Width, SummaryReport.Health("This process", Health));
        return words.ToString().TrimEnd();
    }

    /// <summary>The public form of the engine's result.</summary>
    internal static WatchSummary From(WatchRun run, WatchRunResult result)
    {
        WatcherAudit[] audit = [.. result.Audit.Select(WatcherAudit.From)];
        var (verdict, reason) = AuditVerdict.Of(result.Audit);
        return new()
        {
            Verdict = verdict,
            Reason = reason,
            RunId = run.Info.RunId,
            Resource = run.Info.Resource,
            Watchers = run.Options.Watchers,
            Duration = result.Progress.Elapsed,
            Events = result.Progress.Events,
            Windows = result.Progress.Windows,
            Lists = result.Progress.Lists,
            Errors = result.Progress.Errors,
            Missed = audit.Sum(each => each.Missed),
            Duplicated = audit.Sum(each => each.Duplicated),
            OutOfOrder = audit.Sum(each => each.OutOfOrder),
            Regressed = audit.Sum(each => each.Regressed),
            Gaps = audit.Sum(each => each.Gaps),
            EventsInGaps = audit.Sum(each => each.EventsInGaps),
            Audit = audit,
            Health = GeneratorHealthSummary.Of(result.Health),
        };
    }
}
