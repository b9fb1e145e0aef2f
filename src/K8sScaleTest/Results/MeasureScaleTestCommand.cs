using System.Management.Automation;

namespace K8sScaleTest;

/// <summary>Sums up the records of a run with a verdict on it; ends when its input does, or at Ctrl+C.</summary>
/// <remarks>
/// <para>
/// Reads records in one pass, from the pipeline or from files, and gives one summary for each run and resource: per operation and phase the count, outcomes
/// and reasons, the achieved rate, and p50, p90, p99, p99.9 and maximum of service time, response time, pacer delay and connection wait.
/// </para>
/// <para>
/// Rates, percentiles and verdict speak of Steady, the part of the run in which the population was what was asked for. Times of operations that succeeded and
/// of those that failed are never mixed; a time-out counts as longer than all others. Percentiles come from HdrHistograms with three significant digits, are
/// never averaged, and are missing where fewer than ten samples lie beyond them (a p99 needs 1000).
/// </para>
/// <para>The first line of a summary is the verdict with its reason and what to do about it:</para>
/// <code>
/// Valid         the figures can be believed
/// Invalid       the generator, or its connections, disturbed the measurement
/// Overloaded    the backlog grew: percentiles depend on how long the run was, only throughput is a finding
/// Inconclusive  no Steady, fewer than 100 operations in it, or the generator's health is not known
/// </code>
/// <para>
/// The generator's health (GC pauses, CPU, quota and throttling, the completion-lag probe, the clock) is known of runs of this session, and of files with
/// their &lt;OutFile&gt;.run.json beside them.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// Start-ConfigMapDriver -Rate 100 -Count 5000 | Measure-ScaleTest
/// </code>
/// The summary comes when the run has ended.
/// </example>
/// <example>
/// <code>
/// Measure-ScaleTest run.csv
/// </code>
/// With run.csv.run.json beside it the verdict is there too.
/// </example>
/// <example>
/// <code>
/// (Measure-ScaleTest run.csv).Operations | Format-Table Operation, Phase, Count, Rate, ServiceP50Ms, ServiceP99Ms, ResponseP99Ms
/// </code>
/// Each row is one kind of operation in one phase.
/// </example>
/// <example>
/// <code>
/// Import-Csv run.csv | Where-Object Connection -EQ 0 | Measure-ScaleTest
/// </code>
/// Records can be filtered before they are measured. What was filtered out is not in the verdict either.
/// </example>
/// <example>
/// <code>
/// Measure-ScaleTest worker-*.csv
/// </code>
/// Their histograms are merged: one summary for the run.
/// </example>
/// <seealso cref="TestScaleTestCommand"/>
/// <seealso cref="StartConfigMapDriverCommand"/>
/// <seealso cref="StartFlunderDriverCommand"/>
/// <seealso href="about_K8sScaleTest"/>
[Cmdlet(VerbsDiagnostic.Measure, "ScaleTest", DefaultParameterSetName = ObjectSet)]
[OutputType(typeof(ScaleTestSummary))]
public sealed class MeasureScaleTestCommand : ScaleTestInputCommand
{
    /// <inheritdoc/>
    private protected override void Complete(IReadOnlyList<ScaleTestSummary> summaries)
    {
        if (summaries.Count == 0) WriteWarning("No record came: there is nothing to measure.");
        WriteObject(summaries, enumerateCollection: true);
    }
}
