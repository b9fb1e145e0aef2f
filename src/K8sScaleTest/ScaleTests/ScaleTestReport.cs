using System.Globalization;
using System.Text;

namespace K8sScaleTest;

/// <summary>A scale test's result as a person reads it: the verdict, what the driver measured, the way of the writes to their observers, the audit.</summary>
internal static class ScaleTestReport
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static string Of(ScaleTestResult result, int width)
    {
        var text = new StringBuilder();
        var verdict = $"{result.Verdict}: {result.Reason}.";
        SummaryReport.Wrap(text, width, result.Advice.Length == 0 ? verdict : $"{verdict} {result.Advice}");
        text.AppendLine().AppendLine(SummaryReport.WithoutVerdict(result.Driver, width)).AppendLine();
        if (result.Paths.Count > 0) Paths(text, width, result);
        foreach (var logger in result.Loggers)
        {
            SummaryReport.Wrap(text, width, Text($"Logger: {logger.Events:N0} events in {logger.Dequeues:N0} dequeues; {logger.Coalesced:N0} coalesced; {SummaryReport.Some(logger.Lists, "list", "lists")}, {SummaryReport.Some(logger.Watches, "watch", "watches")}, {logger.Disruptions:N0} disrupted"));
        }

        if (result.Watches is { } watches)
            SummaryReport.Wrap(text, width, Text($"Watchers: {watches.Watchers:N0}, delivered {watches.Events:N0} events; {SummaryReport.Some(watches.Lists, "list", "lists")}, {SummaryReport.Some(watches.Windows, "watch", "watches")} ended, {watches.Errors:N0} of them out of order"));
        SummaryReport.Wrap(text, width, Audit(result));
        foreach (var objective in result.Objectives.Where(objective => objective.Unit is not null))
        {
            var state = objective.Passed switch { true => "met", false => "missed", _ => "undecided" };
            SummaryReport.Wrap(text, width, Text($"Objective {objective.Objective}: {state}{(objective.Actual is { } actual ? $" ({actual})" : "")}{(objective.Passed is null ? $", {objective.Reason}" : "")}"));
        }

        return text.ToString().TrimEnd();
    }

    private static void Paths(StringBuilder text, int width, ScaleTestResult result)
    {
        text.AppendLine(Text($"{"Write to event, ms",-28}{"joined",16}{"p50",10}{"p99",10}{"max",10}"));
        foreach (var path in result.Paths)
        {
            var joined = Text($"{path.Joined:N0} of {path.Writes:N0}");
            if (!result.Driver.PercentilesAreFindings)
            {
                text.AppendLine(Text($"{path.Operation,-28}{joined,16}"));
                continue;
            }

            Row(text, path.Operation, "launched to received", joined, path.LaunchedToReceivedP50Ms, path.LaunchedToReceivedP99Ms, path.LaunchedToReceivedMaxMs);
            Row(text, "", "response to received", "", path.FinishedToReceivedP50Ms, path.FinishedToReceivedP99Ms, path.FinishedToReceivedMaxMs);
            Row(text, "", "received to handled", "", path.ReceivedToHandledP50Ms, path.ReceivedToHandledP99Ms, path.ReceivedToHandledMaxMs);
            Row(text, "", "handled to dequeued", "", path.HandledToDequeuedP50Ms, path.HandledToDequeuedP99Ms, path.HandledToDequeuedMaxMs);
            if (path.Unknown > 0) SummaryReport.Wrap(text, width, Text($"       {path.UnknownJoined:N0} of {path.Unknown:N0} of unknown outcome did happen"));
        }

        text.AppendLine();
    }

    private static void Row(StringBuilder text, string operation, string name, string joined, double? p50, double? p99, double? max) =>
        text.AppendLine(Text($"{operation,-7}{name,-21}{joined,16}{SummaryReport.Short(p50),10}{SummaryReport.Short(p99),10}{SummaryReport.Short(max),10}"));

    private static string Audit(ScaleTestResult result)
    {
        var audit = result.Audit;
        var horizon = result.HorizonFault is null ? "to the last write" : "without an end";
        return Text($"Audit of {SummaryReport.Some(audit.Count, "observer", "observers")} {horizon}: {audit.Sum(each => each.Missed):N0} missed, {audit.Sum(each => each.Duplicated):N0} duplicated, {audit.Sum(each => each.OutOfOrder):N0} out of order, ")
            + Text($"{audit.Sum(each => each.Regressed):N0} regressed; {audit.Sum(each => each.Gaps):N0} gaps with {audit.Sum(each => each.EventsInGaps):N0} events, {audit.Sum(each => each.Undecided):N0} deletes undecided");
    }

    private static string Text(FormattableString text) => text.ToString(Invariant);
}
