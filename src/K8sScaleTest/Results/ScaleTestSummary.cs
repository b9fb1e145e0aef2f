using K8sScaleTest.Engine.Results;

namespace K8sScaleTest;

/// <summary>What one run measured of one resource, with the verdict on it first.</summary>
public sealed class ScaleTestSummary
{
    private const int NarrowestText = 40;
    private const int UnknownText = 79;
    private const int WidestText = 100;

    internal ScaleTestSummary(Summary summary)
    {
        Source = summary;
        Verdict = summary.Verdict.Kind.ToString();
        VerdictReason = summary.Verdict.Code.ToString();
        Reason = summary.Verdict.Reason;
        Advice = summary.Verdict.Advice;
        RunId = summary.RunId;
        Resource = summary.Resource;
        Mode = summary.Mode.ToString();
        Workers = summary.Workers;
        Start = summary.Start;
        Duration = summary.Duration;
        SteadyStart = summary.SteadyStart;
        SteadyEnd = summary.SteadyEnd;
        RequestedRate = summary.RequestedRate;
        AchievedRate = summary.AchievedRate;
        Throughput = summary.Throughput;
        Count = summary.Count;
        (Succeeded, Rejected, Unknown, NotSent) = (summary.Outcomes[0], summary.Outcomes[1], summary.Outcomes[2], summary.Outcomes[3]);
        PercentilesAreFindings = summary.PercentilesAreFindings;
        Steady = new OperationSummary(summary.Steady);
        // Arrays, whose Count and Length scripts see; of the compiler's own read-only list they would not.
        Operations = summary.Operations.Select(row => new OperationSummary(row)).ToArray();
        Failures = summary.Failures.Select(failure => new OperationFailure(failure)).ToArray();
        Health = summary.Health is { } health ? new GeneratorHealthSummary(health) : null;
        Parameters = summary.Parameters;
        Counters = summary.Counters;
    }

    /// <summary>Inconclusive, Invalid, Overloaded, Failed or Valid.</summary>
    public string Verdict { get; private init; }

    /// <summary>
    /// The reason in a word, for scripts: None, NoSteady, TooFewOperations, NoHealth, PacerDelay, CompletionLag, GcPause, CpuThrottled, ClockStep, BacklogGrew,
    /// ConnectionWait, EventFaults or HorizonOpen; of a scale test also ObjectiveMissed or ObjectiveUndetermined.
    /// </summary>
    public string VerdictReason { get; private init; }

    /// <summary>The reason in words: which window, how many, what was measured, and the limit.</summary>
    public string Reason { get; private init; }

    /// <summary>What to do about it.</summary>
    public string Advice { get; private init; }

    /// <summary>The run's ID.</summary>
    public string RunId { get; }

    /// <summary>The resource's plural name, with its group.</summary>
    public string Resource { get; }

    /// <summary>OpenLoop or FullSpeed.</summary>
    public string Mode { get; }

    /// <summary>Workers whose records these are.</summary>
    public int Workers { get; }

    /// <summary>When the first operation was due (UTC).</summary>
    public DateTime? Start { get; }

    /// <summary>From then until the last operation had finished.</summary>
    public TimeSpan Duration { get; }

    /// <summary>When the first operation of Steady was due (UTC); null without Steady.</summary>
    public DateTime? SteadyStart { get; }

    /// <summary>When the last one was (UTC).</summary>
    public DateTime? SteadyEnd { get; }

    /// <summary>Creates per second that were asked for; null where unknown or at full speed.</summary>
    public double? RequestedRate { get; }

    /// <summary>Creates per second that were due in Steady.</summary>
    public double? AchievedRate { get; }

    /// <summary>Operations of any kind per second that finished with success in Steady.</summary>
    public double? Throughput { get; }

    /// <summary>Operations of the whole run.</summary>
    public long Count { get; }

    /// <summary>Of them, those that happened.</summary>
    public long Succeeded { get; }

    /// <summary>Of them, those that the server refused.</summary>
    public long Rejected { get; }

    /// <summary>Of them, those that may have happened.</summary>
    public long Unknown { get; }

    /// <summary>Of them, those that never left the generator.</summary>
    public long NotSent { get; }

    /// <summary>Whether percentiles are findings: not of a run that the generator disturbed, that overloaded the server, or that went at full speed.</summary>
    public bool PercentilesAreFindings { get; }

    /// <summary>All kinds of operation in Steady together.</summary>
    public OperationSummary Steady { get; }

    /// <summary>One row per kind of operation and phase.</summary>
    public IReadOnlyList<OperationSummary> Operations { get; }

    /// <summary>Failures of the whole run by reason, the most frequent first.</summary>
    public IReadOnlyList<OperationFailure> Failures { get; }

    /// <summary>The generator's health; null where none was recorded.</summary>
    public GeneratorHealthSummary? Health { get; }

    /// <summary>The run's parameters, where its health was recorded.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; }

    /// <summary>What the driver counted, where its health was recorded.</summary>
    public IReadOnlyDictionary<string, double> Counters { get; }

    /// <summary>What objectives are held against.</summary>
    internal Summary Source { get; }

    /// <summary>The whole as a person reads it, in lines of at most 100 characters.</summary>
    public override string ToString() => ToString(WidestText);

    /// <summary>The whole as a person reads it: what the default view shows.</summary>
    /// <param name="width">Columns that there are: paragraphs fit into them, from 40 to 100 (79 where a host knows none, as PowerShell takes it); the table is 78 wide.</param>
    public string ToString(int width) => SummaryReport.Of(this, width < 1 ? UnknownText : Math.Clamp(width, NarrowestText, WidestText));

    /// <summary>The same with the verdict on the scale test that the driver was part of: it knows what became of the events.</summary>
    internal ScaleTestSummary Judged(ScaleTestResult by) =>
        new(Source) { Verdict = by.Verdict, VerdictReason = by.VerdictReason, Reason = by.Reason, Advice = by.Advice };

    /// <summary>The summary of an engine's.</summary>
    internal static ScaleTestSummary From(Summary summary) => new(summary);
}
