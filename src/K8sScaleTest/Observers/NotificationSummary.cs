using System.Globalization;
using System.Text;
using K8sScaleTest.Engine.Observers;
using K8sScaleTest.Engine.Observers.Auditing;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest;

/// <summary>
/// What a logger counted and timed. Percentiles are of every event, also of those that one dequeue stands for together; none is given with fewer than ten
/// events beyond it. The latencies of creates and updates are across two clocks: negative ones stay negative.
/// </summary>
public sealed class NotificationSummary
{
    private const int NarrowestText = 79;
    private const int WidestText = 100;

    private NotificationSummary()
    {
    }

    /// <summary>
    /// Valid; Failed, when the server lost, doubled or reordered events, or went back; Inconclusive, when no event was delivered. It is about the logger's events
    /// alone: in a scale test the result's verdict is about the whole.
    /// </summary>
    public string Verdict { get; private init; } = "";

    /// <summary>Why, in words.</summary>
    public string Reason { get; private init; } = "";

    /// <summary>The logger's run.</summary>
    public string RunId { get; private init; } = "";

    /// <summary>The resource's plural name, with its group.</summary>
    public string Resource { get; private init; } = "";

    /// <summary>How long it logged, in seconds.</summary>
    public double Seconds { get; private init; }

    /// <summary>Objects known at the end.</summary>
    public long Objects { get; private init; }

    /// <summary>Objects that were there before.</summary>
    public long ExistedBefore { get; private init; }

    /// <summary>Events that the informer told.</summary>
    public long Events { get; private init; }

    /// <summary>Dequeues that they led to.</summary>
    public long Dequeues { get; private init; }

    /// <summary>Dequeues that found a new object.</summary>
    public long Creates { get; private init; }

    /// <summary>Dequeues that found an object changed.</summary>
    public long Updates { get; private init; }

    /// <summary>Dequeues that found an object gone.</summary>
    public long Deletes { get; private init; }

    /// <summary>Objects created and deleted between two dequeues.</summary>
    public long CreateDeletes { get; private init; }

    /// <summary>Dequeues that found another object of the same name.</summary>
    public long Recreates { get; private init; }

    /// <summary>Events that shared a dequeue with a later one.</summary>
    public long Coalesced { get; private init; }

    /// <summary>Dequeues that found nothing new; 0 without -Compare.</summary>
    public long Duplicates { get; private init; }

    /// <summary>Events that a list told, those of the start included.</summary>
    public long FromList { get; private init; }

    /// <summary>Times that everything was listed, or streamed as a WatchList.</summary>
    public long Lists { get; private init; }

    /// <summary>Watches opened.</summary>
    public long Watches { get; private init; }

    /// <summary>Watches that ended otherwise than in order.</summary>
    public long Disruptions { get; private init; }

    /// <summary>The resourceVersion last seen.</summary>
    public string LastResourceVersion { get; private init; } = "";

    /// <summary>From received to handled, median, ms.</summary>
    public double? DispatchP50Ms { get; private init; }

    /// <summary>From received to handled, p99, ms.</summary>
    public double? DispatchP99Ms { get; private init; }

    /// <summary>In the work queue, median, ms.</summary>
    public double? QueueP50Ms { get; private init; }

    /// <summary>In the work queue, p99, ms.</summary>
    public double? QueueP99Ms { get; private init; }

    /// <summary>In the work queue, the longest, ms.</summary>
    public double? QueueMaxMs { get; private init; }

    /// <summary>Creates whose latency is known.</summary>
    public long CreateLatencyCount { get; private init; }

    /// <summary>From the create's launch by the writer's clock to the event's arrival, median, ms.</summary>
    public double? CreateLatencyP50Ms { get; private init; }

    /// <summary>The same, p99.</summary>
    public double? CreateLatencyP99Ms { get; private init; }

    /// <summary>From the create's launch by the writer's clock to the informer's handler, median, ms.</summary>
    public double? CreateHandledLatencyP50Ms { get; private init; }

    /// <summary>The same, p99.</summary>
    public double? CreateHandledLatencyP99Ms { get; private init; }

    /// <summary>Updates whose latency is known.</summary>
    public long UpdateLatencyCount { get; private init; }

    /// <summary>From the update's launch by the writer's clock to the event's arrival, median, ms.</summary>
    public double? UpdateLatencyP50Ms { get; private init; }

    /// <summary>The same, p99.</summary>
    public double? UpdateLatencyP99Ms { get; private init; }

    /// <summary>From the update's launch by the writer's clock to the informer's handler, median, ms.</summary>
    public double? UpdateHandledLatencyP50Ms { get; private init; }

    /// <summary>The same, p99.</summary>
    public double? UpdateHandledLatencyP99Ms { get; private init; }

    /// <summary>The shortest latency; a negative one says that the clocks disagree by more than the way takes.</summary>
    public double? ShortestLatencyMs { get; private init; }

    /// <summary>What the audit found: whether every event came once, and in order.</summary>
    public WatcherAudit? Audit { get; private init; }

    /// <summary>How this process fared meanwhile; null in a scale test, whose driver's summary has it.</summary>
    public GeneratorHealthSummary? Health { get; private init; }

    /// <summary>The summary as text, in lines of 100 columns at most.</summary>
    public override string ToString() => ToString(WidestText);

    /// <summary>The same: what the default view shows.</summary>
    /// <param name="width">Columns that there are: paragraphs fit into them, from 79 to 100.</param>
    public string ToString(int width)
    {
        width = Math.Clamp(width, NarrowestText, WidestText);
        var invariant = CultureInfo.InvariantCulture;
        string Ms(double? value) => value is { } known ? known.ToString("0.000", invariant) : "-";
        var words = new StringBuilder();
        SummaryReport.Wrap(words, width, $"{Verdict}: {Reason}.");
        words.AppendLine();
        SummaryReport.Wrap(words, width, string.Create(invariant, $"{Resource}, logger {RunId}: {Seconds:0.0} s, {Objects:N0} objects at the end, {ExistedBefore:N0} at the start"));
        SummaryReport.Wrap(words, width, string.Create(invariant, $"{Events:N0} events in {Dequeues:N0} dequeues: {Creates:N0} creates, {Updates:N0} updates, {Deletes:N0} deletes, {CreateDeletes:N0} created and deleted unseen, {Recreates:N0} recreated; {Coalesced:N0} coalesced, {Duplicates:N0} duplicates"));
        SummaryReport.Wrap(words, width, string.Create(invariant, $"{SummaryReport.Some(Lists, "list", "lists")}, {SummaryReport.Some(Watches, "watch", "watches")}, {Disruptions:N0} disrupted; last resourceVersion {LastResourceVersion}"));
        List<string> lines =
        [
            words.ToString().TrimEnd(),
            "ms                         p50       p99",
            $"  received to handled {Ms(DispatchP50Ms),8}  {Ms(DispatchP99Ms),8}",
            $"  in the work queue   {Ms(QueueP50Ms),8}  {Ms(QueueP99Ms),8}   longest {Ms(QueueMaxMs)}",
        ];
        if (CreateLatencyCount > 0)
        {
            lines.Add($"  create to received  {Ms(CreateLatencyP50Ms),8}  {Ms(CreateLatencyP99Ms),8}   of {CreateLatencyCount.ToString("N0", invariant)}, across two clocks");
            lines.Add($"         to handled   {Ms(CreateHandledLatencyP50Ms),8}  {Ms(CreateHandledLatencyP99Ms),8}");
        }

        if (UpdateLatencyCount > 0)
        {
            lines.Add($"  update to received  {Ms(UpdateLatencyP50Ms),8}  {Ms(UpdateLatencyP99Ms),8}   of {UpdateLatencyCount.ToString("N0", invariant)}, likewise");
            lines.Add($"         to handled   {Ms(UpdateHandledLatencyP50Ms),8}  {Ms(UpdateHandledLatencyP99Ms),8}");
        }

        words.Clear();
        if (ShortestLatencyMs < 0) SummaryReport.Wrap(words, width, $"The shortest latency is {Ms(ShortestLatencyMs)} ms: the clocks disagree by at least as much, and all latencies are wrong by that.");
        if (CreateLatencyCount + UpdateLatencyCount > 0 && SummaryReport.ClockSet(Health) is { } set) SummaryReport.Wrap(words, width, set);
        if (Health is not null) SummaryReport.Wrap(words, width, SummaryReport.Health("This process", Health));
        if (words.Length > 0) lines.Add(words.ToString().TrimEnd());
        return string.Join('\n', lines);
    }

    internal static NotificationSummary From(RunInfo info, LoggerResult result, TimeSpan elapsed, long objects, AuditResult audit)
    {
        var counts = result.Counts;
        long Of(NotificationKind kind) => counts.ByKind.First(each => each.Kind == kind).Count;
        var (verdict, reason) = AuditVerdict.Of([audit]);
        return new NotificationSummary
        {
            Verdict = verdict,
            Reason = reason,
            Audit = WatcherAudit.From(audit),
            Health = GeneratorHealthSummary.Of(result.Health),
            RunId = info.RunId,
            Resource = info.Resource,
            Seconds = Math.Round(elapsed.TotalSeconds, 3),
            Objects = objects,
            ExistedBefore = counts.ExistedBefore,
            Events = counts.Events,
            Dequeues = counts.Dequeues,
            Creates = Of(NotificationKind.Create),
            Updates = Of(NotificationKind.Update),
            Deletes = Of(NotificationKind.Delete),
            CreateDeletes = Of(NotificationKind.CreateDelete),
            Recreates = Of(NotificationKind.Recreate),
            Coalesced = counts.Coalesced,
            Duplicates = counts.Duplicates,
            FromList = counts.FromList,
            Lists = result.Watch.Lists,
            Watches = result.Watch.Watches,
            Disruptions = result.Watch.Disruptions,
            LastResourceVersion = result.Watch.LastResourceVersion.ToString(CultureInfo.InvariantCulture),
            DispatchP50Ms = counts.Dispatch.P50Ms,
            DispatchP99Ms = counts.Dispatch.P99Ms,
            QueueP50Ms = counts.Queue.P50Ms,
            QueueP99Ms = counts.Queue.P99Ms,
            QueueMaxMs = counts.Queue.MaxMs,
            CreateLatencyCount = counts.CreateLatency.Count,
            CreateLatencyP50Ms = counts.CreateLatency.P50Ms,
            CreateLatencyP99Ms = counts.CreateLatency.P99Ms,
            CreateHandledLatencyP50Ms = counts.CreateHandledLatency.P50Ms,
            CreateHandledLatencyP99Ms = counts.CreateHandledLatency.P99Ms,
            UpdateLatencyCount = counts.UpdateLatency.Count,
            UpdateLatencyP50Ms = counts.UpdateLatency.P50Ms,
            UpdateLatencyP99Ms = counts.UpdateLatency.P99Ms,
            UpdateHandledLatencyP50Ms = counts.UpdateHandledLatency.P50Ms,
            UpdateHandledLatencyP99Ms = counts.UpdateHandledLatency.P99Ms,
            ShortestLatencyMs = counts.ShortestLatencyMs,
        };
    }
}
