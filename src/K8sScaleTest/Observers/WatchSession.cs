using System.Globalization;
using System.Management.Automation;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Metrics;
using K8sScaleTest.Engine.Observers.Watches;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Files;

namespace K8sScaleTest;

/// <summary>A run of watches seen from the pipeline's thread.</summary>
internal sealed class WatchSession(WatchCmdlet cmdlet, WatchOptions options) : RunSession<WatchRow>(cmdlet, null, streams: cmdlet.OutFile is null || cmdlet.PassThru)
{
    private WatchRun? _run;
    private Task<WatchRunResult>? _task;

    /// <inheritdoc/>
    protected override string Source => "the watch";

    public WatchRun NewRun(ApiTarget target, ApiResource resource, RunMetrics? metrics)
    {
        var run = _run = new(options, target, resource, Sink, metrics);
        Sink.Health = () => run.Health;
        return run;
    }

    /// <summary>Runs to the end; returns after the last record was written, whatever stopped the pipeline.</summary>
    public void Run()
    {
        _task = _run!.RunAsync();
        var result = Await(_task);
        WriteHealth(result.Health!);
        var summary = WatchSummary.From(_run, result);
        if (cmdlet.OutFile is not null) cmdlet.WriteObject(summary); // its view is a list in any case
        if (summary.Verdict == "Failed") cmdlet.WriteWarning(summary.Reason);
        else cmdlet.WriteVerbose(summary.Reason);
        if (SummaryReport.ClockSet(summary.Health) is { } set) cmdlet.WriteWarning(set);
    }

    /// <inheritdoc/>
    protected override RecordFile<WatchRow> Open(string path) => RecordFiles.OfWatches(path, Format);

    /// <inheritdoc/>
    protected override RecordFile<WatchRow> Open(Stream standardOutput) => RecordFiles.OfWatches(standardOutput, Format);

    /// <inheritdoc/>
    protected override object RecordOf(in WatchRow row) => WatchRecord.From(row);

    /// <inheritdoc/>
    protected override void Stop() => _run!.Stop();

    /// <inheritdoc/>
    protected override ProgressRecord Progress()
    {
        var progress = _run!.Progress;
        var status = string.Create(
            CultureInfo.InvariantCulture,
            $"{progress.Open:N0} watches open, {progress.Events:N0} events ({progress.Events / Math.Max(0.001, progress.Elapsed.TotalSeconds):0.0}/s), {progress.Windows:N0} ended, {progress.Lists:N0} lists, {progress.Errors:N0} errors");
        var record = new ProgressRecord(1, $"{cmdlet.MyInvocation.MyCommand.Name} {options.RunId}", status);
        if (options.Duration is { } duration) record.PercentComplete = (int)Math.Min(100, progress.Elapsed / duration * 100);
        return record;
    }

    /// <inheritdoc/>
    protected override string? Stopping() => null;

    /// <inheritdoc/>
    protected override string? Stopped()
    {
        var result = _task!.GetAwaiter().GetResult();
        WriteHealth(result.Health!);

        // Whoever takes a few records from the pipeline has what was wanted; whoever writes a file gets its summary in words.
        var summary = WatchSummary.From(_run!, result);
        return Path is not null ? summary.ToString() : summary.Verdict == "Failed" ? summary.Reason : SummaryReport.ClockSet(summary.Health);
    }
}
