using System.Globalization;
using System.Text;

namespace K8sScaleTest;

/// <summary>A summary as a person reads it: the verdict, rates, times, failures, health. Paragraphs are wrapped; the table is 78 columns wide.</summary>
internal static class SummaryReport
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static string Of(ScaleTestSummary summary, int width)
    {
        var text = new StringBuilder();
        var verdict = $"{summary.Verdict}: {summary.Reason}.";
        Wrap(text, width, summary.Advice.Length == 0 ? verdict : $"{verdict} {summary.Advice}");
        return text.AppendLine().Append(WithoutVerdict(summary, width)).ToString();
    }

    /// <summary>The same without the verdict, where a larger whole has one of its own.</summary>
    public static string WithoutVerdict(ScaleTestSummary summary, int width)
    {
        var text = new StringBuilder();
        Wrap(text, width, Run(summary));
        Wrap(text, width, Rates(summary));
        text.AppendLine();
        Times(text, width, summary);
        foreach (var failure in summary.Failures)
        {
            var status = failure.StatusCode is { } code ? Text($" ({code})") : "";
            text.AppendLine(Text($"  {failure.Count,10:N0} x {failure.Operation} {failure.Outcome}: {failure.Reason}{status}"));
        }

        if (summary.Failures.Count > 0) text.AppendLine();
        Wrap(text, width, summary.Health is { } health ? Health("Generator", health) : "Generator: its health was not recorded.");
        return text.ToString().TrimEnd();
    }

    private static string Run(ScaleTestSummary summary)
    {
        var workers = summary.Workers == 1 ? "" : Text($", {summary.Workers} workers");
        var steady = summary is { SteadyStart: { } start, SteadyEnd: { } end }
            ? Text($", Steady {(end - start).TotalSeconds:N1} s from {start:yyyy-MM-dd HH:mm:ss}Z")
            : ", no Steady";
        return Text($"{summary.Resource}, run {summary.RunId}: {summary.Duration.TotalSeconds:N1} s{steady}{workers}; {summary.Count:N0} operations: ")
            + Text($"{summary.Succeeded:N0} succeeded, {summary.Rejected:N0} rejected, {summary.Unknown:N0} unknown, {summary.NotSent:N0} not sent");
    }

    private static string Rates(ScaleTestSummary summary)
    {
        var asked = summary.RequestedRate is { } requested ? Text($"{requested:N1} asked for, ") : summary.Mode == "FullSpeed" ? "full speed asked for, " : "";
        var made = summary.AchievedRate is { } achieved ? Text($"{achieved:N1} due in Steady") : "unknown";
        var done = summary.Throughput is { } throughput ? Text($"; operations/s finished with success: {throughput:N1}") : "";
        var population = summary.Counters.TryGetValue("MeanPopulation", out var mean) && summary.Counters.TryGetValue("RequestedPopulation", out var wanted)
            ? Text($"; population: {wanted:N1} asked for, {mean:N1} on average in Steady")
            : "";
        return $"Creates/s: {asked}{made}{done}{population}";
    }

    private static void Times(StringBuilder text, int width, ScaleTestSummary summary)
    {
        if (!summary.PercentilesAreFindings)
        {
            Wrap(text, width, "Percentiles are no findings of such a run; as data they are in .Operations.");
            text.AppendLine();
            return;
        }

        text.AppendLine(Text($"{"Steady, ms",-16}{"count",9}{"/s",8}{"p50",9}{"p90",9}{"p99",9}{"p99.9",9}{"max",9}"));
        foreach (var row in summary.Operations.Where(row => row.Phase == "Steady"))
        {
            text.Append(Text($"{row.Operation,-7}{"response",-9}{row.Succeeded,9:N0}{Short(row.Throughput),8}"))
                .AppendLine(Row(row.ResponseP50Ms, row.ResponseP90Ms, row.ResponseP99Ms, row.ResponseP999Ms, row.ResponseMaxMs));
            text.Append(Text($"{"",-7}{"service",-9}{"",9}{"",8}"))
                .AppendLine(Row(row.ServiceP50Ms, row.ServiceP90Ms, row.ServiceP99Ms, row.ServiceP999Ms, row.ServiceMaxMs));
            if (row.Timeouts > 0) text.AppendLine(Text($"{"",-7}{row.Timeouts:N0} timed out: they count as longer than all of these"));
        }

        text.AppendLine("- fewer than ten operations lie beyond it, or it falls among time-outs").AppendLine();
    }

    private static string Row(params double?[] times) => string.Concat(times.Select(time => Text($"{Short(time),9}")));

    /// <summary>Three significant digits: the histogram has no more.</summary>
    public static string Short(double? value) => value switch
    {
        null => "-",
        >= 100 => Text($"{value:N0}"),
        >= 10 => Text($"{value:N1}"),
        >= 1 => Text($"{value:N2}"),
        _ => Text($"{value:N3}"),
    };

    /// <summary>How a process fared, in a line.</summary>
    public static string Health(string process, GeneratorHealthSummary health)
    {
        var quota = health.CpuQuota > 0 ? Text($" of {100 * health.CpuQuota:N0} %") : "";
        var throttled = health.ThrottledMs is { } ms ? Text($", throttled {ms:N0} ms") : "";
        var p99 = health.ProbeP99Ms switch { null => "", <= 1 => "p99 < 1 ms, ", { } known => Text($"p99 {known:N1} ms, ") };
        var step = health.ClockStepMs > 0 ? Text($", stepped by {health.ClockStepMs:N1} ms") : "";
        return Text($"{process}: CPU {health.CpuPercent:N0} %{quota}{throttled}; garbage collections {health.GcPauseMs:N0} ms ")
            + Text($"(at most {health.GcPauseMaxMs:N0} ms in a second); completion lag {p99}max {health.ProbeMaxMs:N1} ms; ")
            + Text($"clock drift {health.ClockDriftMs:N2} ms{step}");
    }

    /// <summary>What to say of an observer's times when the machine's clock was set while it ran; null when it was not.</summary>
    public static string? ClockSet(GeneratorHealthSummary? health) => health is { ClockStepMs: > 0 and var step }
        ? Text($"This machine's clock was set by {step:N1} ms during the run: latencies across two clocks may be wrong by that.")
        : null;

    /// <summary>A number of things, in words.</summary>
    public static string Some(long count, string one, string many) => count == 1 ? $"1 {one}" : Text($"{count:N0} {many}");

    public static void Wrap(StringBuilder text, int width, string paragraph)
    {
        var column = 0;
        foreach (var word in paragraph.Split(' '))
        {
            if (column > 0 && column + 1 + word.Length > width)
            {
                text.AppendLine().Append("  ");
                column = 2;
            }
            else if (column > 0)
            {
                text.Append(' ');
                column++;
            }

            text.Append(word);
            column += word.Length;
        }

        text.AppendLine();
    }

    private static string Text(FormattableString text) => text.ToString(Invariant);
}
