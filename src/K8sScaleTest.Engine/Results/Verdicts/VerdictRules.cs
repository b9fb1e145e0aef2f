using System.Globalization;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Files;

namespace K8sScaleTest.Engine.Results.Verdicts;

/// <summary>The verdict on a run: a pure function of its evidence, the first rule that applies from the top.</summary>
/// <remarks>
/// <para>
/// Why windows: a generator that stands still for 3 s of a ten-minute run disturbs 0.5 % of all operations and a third of a window. Why 10 s or 1,000
/// operations: with 1,000, "more than 1 %" is a statement on the p99 with the ten observations behind it that every percentile here must have; with
/// fewer operations than that the ten stand alone. At 20/s single windows of 10 s exceed the limit on healthy machines by the luck of three operations.
/// </para>
/// <para>
/// Why 1 % and max(2 ms, 10 % of the median service time): with at most 1 % of the operations delayed, every percentile up to p99 is
/// the server's or within a tenth of it. Below 2 ms an ordinary scheduler on two busy cores is seen, and no generator can promise less.
/// </para>
/// <para>
/// Garbage collections, the CPU quota and the clock are not disturbances in themselves, but explain disturbances that the pacer and the probe met by luck
/// alone; each must be able to touch more than 1 % of a window: collections longer than the limit or throttling for more than 1 % of the
/// time, or 95 % of the process's own CPUs used throughout (at such a load work waits twenty times its length for a CPU; a busy machine with CPU to
/// spare in the quota stays below), or a wall clock set by more than the limit, after which its timestamps agree with no server's log.
/// </para>
/// </remarks>
public static class VerdictRules
{
    /// <summary>Operations of Steady below which there is nothing to judge.</summary>
    public const int NeededOperations = 100;

    /// <summary>The share of a window that may lie beyond its limit.</summary>
    public const double TolerableShare = 0.01;

    /// <summary>The number that may in any case: fewer are chance.</summary>
    public const int TolerableCount = 9;

    /// <summary>The share of its own CPUs above which a process is taken to have run out of them.</summary>
    public const double CpuExhaustedShare = 0.95;

    /// <summary>A full-speed run whose workers waited longer than this for a server that gave no answer is told so.</summary>
    public static readonly TimeSpan WaitWorthAWord = TimeSpan.FromMilliseconds(50);

    /// <summary>The share of a window for which each worker's health must be known: a killed run lacks its last seconds.</summary>
    public const double NeededCoverage = 0.5;

    /// <summary>The verdict.</summary>
    public static Verdict Decide(VerdictEvidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        if (TooLittle(evidence) is { } inconclusive) return inconclusive;
        if (evidence.Mode == RunMode.FullSpeed) return EventsFailed(evidence) ?? HorizonOpen(evidence) ?? FullSpeed(evidence);
        return Disturbed(evidence) ?? Overloaded(evidence) ?? ConnectionsShort(evidence) ?? EventsFailed(evidence) ?? HorizonOpen(evidence)
            ?? new Verdict(VerdictKind.Valid, VerdictReason.None, Sound(evidence), Failures(evidence));
    }

    private static Verdict? TooLittle(VerdictEvidence evidence)
    {
        if (evidence.SteadyOperations == 0)
        {
            return new Verdict(
                VerdictKind.Inconclusive,
                VerdictReason.NoSteady,
                "the run has no Steady phase: its arrivals ended before the first object had lived its lifetime",
                "Let it run longer (-Count, -Duration) than the lifetime, which is -MaxPopulation / -Rate, or make that smaller.");
        }

        if (evidence.SteadyOperations < NeededOperations)
        {
            return new Verdict(
                VerdictKind.Inconclusive,
                VerdictReason.TooFewOperations,
                Text($"Steady holds {evidence.SteadyOperations} operations, and at least {NeededOperations} are needed"),
                "Let it run longer (-Count, -Duration) or faster (-Rate).");
        }

        if (evidence.WorkersWithoutHealth.Count > 0)
        {
            return new Verdict(
                VerdictKind.Inconclusive,
                VerdictReason.NoHealth,
                $"the generator's health was not recorded for worker {string.Join(", ", evidence.WorkersWithoutHealth)}",
                $"Measure the records in the process that made them, or keep <OutFile>{RunHealthFile.Suffix} beside the record file.");
        }

        return evidence.Windows.FirstOrDefault(window => window.HealthCoverage < NeededCoverage) is { } unknown
            ? new Verdict(
                VerdictKind.Inconclusive,
                VerdictReason.NoHealth,
                Text($"the generator's health is known for {Math.Max(0, unknown.HealthCoverage):P0} of {Breach.Span(unknown)}"),
                "The run was killed, or its health file is of an earlier state: run it again to its end.")
            : null;
    }

    private static Verdict? Disturbed(VerdictEvidence evidence) =>
        Late(evidence) ?? Lagging(evidence) ?? Paused(evidence) ?? Throttled(evidence) ?? Exhausted(evidence) ?? Stepped(evidence);

    private static Verdict? Late(VerdictEvidence evidence)
    {
        if (Breach.Worst(evidence.Windows, window => Beyond(window.PacerBeyond, window.Operations)) is not { } breach) return null;
        var window = breach.Window;
        return Invalid(
            VerdictReason.PacerDelay,
            Text($"{Part(window.PacerBeyond, window.Operations)} operations were launched more than {window.LimitMs:0.##} ms late by the generator's pacer ")
                + Text($"{breach.Where}; at most 1 % may be{Explained(window)}"),
            "Give the generator more CPU or quieter neighbours, lower -Rate, or spread the run over -Workers.");
    }

    private static Verdict? Lagging(VerdictEvidence evidence)
    {
        if (Breach.Worst(evidence.Windows, window => Beyond(window.ProbeBeyond, window.ProbeSamples)) is not { } breach) return null;
        var window = breach.Window;
        return Invalid(
            VerdictReason.CompletionLag,
            Text($"{Part(window.ProbeBeyond, window.ProbeSamples)} probes of the generator's thread pool ran more than {window.LimitMs:0.##} ms late ")
                + Text($"{breach.Where}; at most 1 % may: completions were timed late{Explained(window)}"),
            "Give the generator more CPU or quieter neighbours, lower -Rate, spread the run over -Workers, and keep blocking work out of this process.");
    }

    private static Verdict? Paused(VerdictEvidence evidence)
    {
        if (Breach.Worst(evidence.Windows, window => Above(window.GcPauseShare, TolerableShare)) is not { } breach) return null;
        var window = breach.Window;
        return Invalid(
            VerdictReason.GcPause,
            Text($"garbage collections of more than {window.LimitMs:0.##} ms stopped the generator for {window.GcPauseShare:P1} of the time ")
                + Text($"{breach.Where}; at most 1 % is tolerable"),
            "Use -OutFile instead of collecting records in a variable, and run other work in another process.");
    }

    private static Verdict? Throttled(VerdictEvidence evidence) =>
        Breach.Worst(evidence.Windows, window => Above(window.ThrottledShare ?? 0, TolerableShare)) is not { } breach
            ? null
            : Invalid(
                VerdictReason.CpuThrottled,
                Text($"the CPU quota held the generator back for {breach.Window.ThrottledShare:P1} of the time {breach.Where}; at most 1 % is tolerable"),
                "Raise the CPU limit of the container, or remove it.");

    private static Verdict? Exhausted(VerdictEvidence evidence) =>
        Breach.Worst(evidence.Windows, window => Above(window.CpuShare ?? 0, CpuExhaustedShare)) is not { } breach
            ? null
            : Invalid(
                VerdictReason.CpuThrottled,
                Text($"the generator used {breach.Window.CpuShare:P0} of the CPUs that it may use {breach.Where}; ")
                    + Text($"from {CpuExhaustedShare:P0} its own queue for a CPU is in every time"),
                "Give the generator more CPU, lower -Rate, or spread the run over -Workers.");

    private static Verdict? Stepped(VerdictEvidence evidence)
    {
        if (Breach.Worst(evidence.Windows, window => Above(window.ClockStepMs, window.LimitMs)) is not { } breach) return null;
        var window = breach.Window;
        return Invalid(
            VerdictReason.ClockStep,
            Text($"the wall clock was set by {window.ClockStepMs:N1} ms {breach.Where}; at most {window.LimitMs:0.##} ms is tolerable: ")
                + "its timestamps agree with no other log",
            "Let the clock be slewed, not stepped (chronyd: makestep only at the start), and run again.");
    }

    private static Verdict? Overloaded(VerdictEvidence evidence)
    {
        if (evidence.Backlog is not { Grew: true, Slowed: true } backlog) return null;
        var slower = double.IsPositiveInfinity(backlog.LastServiceMs)
            ? "its creates end in time-outs"
            : Text($"its last creates took {backlog.LastServiceMs:N1} ms where the first of the run took {backlog.FirstServiceMs:N1} ms");
        return new Verdict(
            VerdictKind.Overloaded,
            VerdictReason.BacklogGrew,
            Text($"the server did not keep up: the backlog grew through Steady from {backlog.FirstThird:N0} to {backlog.LastThird:N0} operations, ")
                + $"and {slower}{Done(evidence)}",
            "Percentiles depend on how long such a run is: take its throughput as the ceiling, and measure latencies below it (lower -Rate).");
    }

    private static Verdict? ConnectionsShort(VerdictEvidence evidence)
    {
        if (Breach.Worst(evidence.Windows, window => Beyond(window.ConnectionWaitBeyond, window.Operations)) is not { } breach) return null;
        var window = breach.Window;
        return Invalid(
            VerdictReason.ConnectionWait,
            Text($"{Part(window.ConnectionWaitBeyond, window.Operations)} operations waited more than {window.LimitMs:0.##} ms for a connection or a stream ")
                + Text($"{breach.Where}; at most 1 % may: the generator's connections were the limit, or the CPUs that serve them"),
            "Raise -Connections, or lower -Rate. Where those operations had few streams beside them (StreamsInFlight), give the generator more CPU or quieter neighbours.");
    }

    private static Verdict? EventsFailed(VerdictEvidence evidence)
    {
        if (evidence.EventFaults is not { Count: > 0 } faults) return null;
        return new Verdict(
            VerdictKind.Failed,
            VerdictReason.EventFaults,
            Text($"the server broke its word on events to {faults.Observers:N0} observers: of {faults.Events:N0} delivered, {faults.Missed:N0} more were missed, ")
                + Text($"{faults.Duplicated:N0} duplicated, {faults.OutOfOrder:N0} out of order, {faults.Regressed:N0} regressed"),
            "The audit names them one by one, with the proof: look for their resourceVersions in the server's own logs.");
    }

    private static Verdict? HorizonOpen(VerdictEvidence evidence) => evidence.HorizonFault is not { } open
        ? null
        : new Verdict(
            VerdictKind.Inconclusive,
            VerdictReason.HorizonOpen,
            $"the audit has no end: {open.TrimEnd('.')}",
            "What came last may be missing, or late. A run that was stopped has no last write: let it go on to its own end. Otherwise give the observers more time (-SentinelTimeout), or see what ended their watches.");

    private static Verdict FullSpeed(VerdictEvidence evidence)
    {
        var busiest = evidence.Windows.Max(window => window.CpuShare);
        var own = busiest >= CpuExhaustedShare ? Text($"; the generator used up to {busiest:P0} of its CPUs, so that the ceiling may be its own") : "";
        return new Verdict(
            VerdictKind.Valid,
            VerdictReason.None,
            Text($"at full speed throughput alone is a finding{Done(evidence)}{own}{Waited(evidence)}"),
            Failures(evidence));
    }

    private static Verdict Invalid(VerdictReason code, string reason, string advice) => new(VerdictKind.Invalid, code, reason, advice);

    private static string Sound(VerdictEvidence evidence)
    {
        var windows = evidence.Windows.Count == 1 ? "did not disturb the one window" : Text($"disturbed none of {evidence.Windows.Count:N0} windows");
        return Text($"the generator {windows} of Steady ({evidence.SteadyOperations:N0} operations)");
    }

    private static string Waited(VerdictEvidence evidence) => evidence.Waited < WaitWorthAWord
        ? ""
        : Text($"; for {evidence.Waited.TotalSeconds:0.0} s the server gave no answer, and those are in that figure");

    private static string Failures(VerdictEvidence evidence) => evidence.SteadyFailures == 0
        ? ""
        : Text($"{evidence.SteadyFailures:N0} of {evidence.SteadyOperations:N0} operations of Steady failed: ")
            + "see the failures, and set objectives for them with Test-ScaleTest.";

    private static string Done(VerdictEvidence evidence) => evidence.Throughput is { } rate ? Text($"; it finished {rate:N1} operations/s") : "";

    /// <summary>The share that lies beyond a limit where that is more than 1 % and at least ten; else 0.</summary>
    private static double Beyond(long beyond, long all) => beyond > TolerableCount && beyond > TolerableShare * all ? (double)beyond / Math.Max(1, all) : 0;

    private static double Above(double share, double limit) => share > limit ? share : 0;

    private static string Part(long part, long all) => Text($"{part:N0} ({(double)part / Math.Max(1, all):P1}) of {all:N0}");

    /// <summary>What the process went through in a window, as far as it can be a cause.</summary>
    private static string Explained(MeasurementWindow window)
    {
        var causes = new List<string>();
        if (window.GcPauseShare > TolerableShare) causes.Add(Text($"garbage collections stopped the process for {window.GcPauseShare:P1}"));
        if (window.ThrottledShare > TolerableShare) causes.Add(Text($"its CPU quota held it back for {window.ThrottledShare:P1}"));
        if (window.CpuShare > CpuExhaustedShare) causes.Add(Text($"it used {window.CpuShare:P0} of its CPUs"));
        return causes.Count == 0 ? "" : $" ({string.Join(", ", causes)})";
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
