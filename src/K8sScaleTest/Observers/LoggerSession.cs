using System.Collections.Concurrent;
using System.Globalization;
using System.Management.Automation;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Metrics;
using K8sScaleTest.Engine.Observers;
using K8sScaleTest.Engine.Observers.Auditing;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Files;

namespace K8sScaleTest;

/// <summary>A logger's run seen from the pipeline's thread.</summary>
internal sealed class LoggerSession(LoggerCmdlet cmdlet, LoggerOptions options) : RunSession<NotificationRow>(cmdlet, null, streams: cmdlet.OutFile is null || cmdlet.PassThru)
{
    private readonly ConcurrentQueue<string> _said = new();
    private readonly WatchAudit _audit = new();
    private LoggerRun? _run;
    private Task<LoggerResult>? _task;

    /// <inheritdoc/>
    protected override string Source => "the informer";

    public LoggerRun NewRun(ApiTarget target, RunMetrics? metrics)
    {
        var participant = _audit.Join("logger");
        var run = _run = new LoggerRun(options, target, Sink, _said.Enqueue, listWatch => new AuditedListWatch(listWatch, participant), metrics);
        Sink.Health = () => run.Health;
        return run;
    }

    /// <summary>Runs to the end; returns after the last record was written, whatever stopped the pipeline.</summary>
    public void Run()
    {
        _task = _run!.RunAsync();
        var result = Await(_task);
        WriteHealth(result.Health!);
        var summary = Summarize(result);
        if (cmdlet.OutFile is not null) WriteSummary(summary);
        if (summary.Verdict == "Failed") cmdlet.WriteWarning(summary.Reason);
        else cmdlet.WriteVerbose(summary.Reason);
        if (SummaryReport.ClockSet(summary.Health) is { } set) cmdlet.WriteWarning(set);
    }

    /// <inheritdoc/>
    protected override RecordFile<NotificationRow> Open(string path) => RecordFiles.OfNotifications(path, Format);

    /// <inheritdoc/>
    protected override RecordFile<NotificationRow> Open(Stream standardOutput) => RecordFiles.OfNotifications(standardOutput, Format);

    /// <inheritdoc/>
    protected override object RecordOf(in NotificationRow row) => NotificationRecord.From(row);

    /// <inheritdoc/>
    protected override void Stop() => _run!.Stop();

    /// <inheritdoc/>
    protected override void Turned()
    {
        while (_said.TryDequeue(out var text)) cmdlet.WriteWarning(text);
    }

    /// <inheritdoc/>
    protected override ProgressRecord Progress()
    {
        var progress = _run!.Progress;
        var counts = progress.Counts;
        var latency = counts.CreateLatency.P99Ms is { } p99 ? $", create latency p99 {p99.ToString("0.00", CultureInfo.InvariantCulture)} ms (across clocks)" : "";
        var status = string.Create(
            CultureInfo.InvariantCulture,
            $"{progress.State}; {progress.Objects:N0} objects, {counts.Events:N0} events ({counts.Events / Math.Max(0.001, progress.Elapsed.TotalSeconds):0.0}/s), waiting {progress.Backlog:N0} + {progress.QueueDepth:N0}, queue p99 {(counts.Queue.P99Ms is { } queue ? $"{queue:0.00} ms" : "-")}{latency}");
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
        var summary = Summarize(result);
        return Path is not null ? summary.ToString() : summary.Verdict == "Failed" ? summary.Reason : SummaryReport.ClockSet(summary.Health);
    }

    private NotificationSummary Summarize(LoggerResult result) =>
        NotificationSummary.From(_run!.Info, result, _run.Progress.Elapsed, _run.Progress.Objects, _audit.Conclude()[0]);
}
