using System.Globalization;
using System.Management.Automation;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Metrics;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results;
using K8sScaleTest.Engine.Results.Files;

namespace K8sScaleTest;

/// <summary>A driver's run seen from the pipeline's thread.</summary>
internal sealed class DriverSession : RunSession<OperationRow>
{
    private readonly DriverCmdlet _cmdlet;
    private readonly DriverOptions _options;
    private readonly ScaleTestSummarizer? _summarizer;
    private DriverRun? _run;
    private Task<DriverResult>? _task;

    public DriverSession(DriverCmdlet cmdlet, DriverOptions options)
        : this(cmdlet, options, cmdlet.OutFile is null ? null : new())
    {
    }

    private DriverSession(DriverCmdlet cmdlet, DriverOptions options, ScaleTestSummarizer? summarizer)
        : base(cmdlet, summarizer is null ? null : (in OperationRow row) => summarizer.Add(row), streams: summarizer is null || cmdlet.PassThru)
    {
        _cmdlet = cmdlet;
        _options = options;
        _summarizer = summarizer;
    }

    /// <inheritdoc/>
    protected override bool IsMeasurable => Format != OutputFormat.Original;

    /// <inheritdoc/>
    protected override string Source => "the load";

    public DriverRun NewRun(ApiTarget target, ObjectTemplate template, ObjectIdentity identity, RunMetrics? metrics)
    {
        var run = _run = new DriverRun(_options, target, template, identity, Sink, metrics: metrics);
        Sink.Health = () => run.Health;
        return run;
    }

    /// <summary>Runs to the end; returns after the last record was written, whatever stopped the pipeline.</summary>
    public void Run()
    {
        _task = _run!.RunAsync();
        Await(_task);
        Finish(_run, _task);
    }

    /// <inheritdoc/>
    protected override RecordFile<OperationRow> Open(string path) => RecordFiles.OfOperations(path, Format);

    /// <inheritdoc/>
    protected override RecordFile<OperationRow> Open(Stream standardOutput) => RecordFiles.OfOperations(standardOutput, Format);

    /// <inheritdoc/>
    protected override void FileOpened(string path)
    {
        if (Format == OutputFormat.Original) WriteOriginalParameters(path, _options, _cmdlet.Kubeconfig);
    }

    /// <inheritdoc/>
    protected override object RecordOf(in OperationRow row) => OperationRecord.From(row);

    /// <inheritdoc/>
    protected override void Stop() => _run!.Stop();

    /// <inheritdoc/>
    protected override string? Stopping() => _run!.Progress.Population is > 0 and var population && !_options.NoCleanup
        ? $"Stopping: {population:N0} objects of run {_options.RunId} are being deleted ({_options.DrainTimeout.TotalSeconds:0.#} s at most)."
        : null;

    /// <inheritdoc/>
    protected override string? Stopped()
    {
        var result = _task!.GetAwaiter().GetResult();
        WriteHealth(result.Health);
        return LeftBehind(_options, result);
    }

    /// <inheritdoc/>
    protected override string? Failed() => _run!.Result is { } ended ? LeftBehind(_options, ended) : null;

    /// <inheritdoc/>
    protected override ProgressRecord Progress()
    {
        var progress = _run!.Progress;
        var total = _options.Count is { } count ? Math.Max(1, count / _options.Workers) : 0;
        var status = progress.Stage switch
        {
            DriverStage.Preparing => "checking the server, opening connections",
            DriverStage.Draining => $"stopped: deleting what lives ({progress.Population:N0}), {_options.DrainTimeout.TotalSeconds:0.#} s at most",
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"{progress.Creates / Math.Max(0.001, progress.Elapsed.TotalSeconds):0.0} creates/s, population {progress.Population:N0}, failed {progress.Failed:N0}, p99 {(progress.ResponseP99Ms is { } p99 ? $"{p99:0.00} ms" : "-")}, in flight {progress.InFlight:N0}"),
        };
        var record = new ProgressRecord(1, $"{_cmdlet.MyInvocation.MyCommand.Name} {_options.RunId}", status);
        if (total > 0) record.PercentComplete = (int)Math.Min(100, progress.Creates * 100 / total);
        else if (_options.Duration is { } duration) record.PercentComplete = (int)Math.Min(100, progress.Elapsed / duration * 100);
        if (progress.Stage == DriverStage.Ended) record.RecordType = ProgressRecordType.Completed;
        return record;
    }

    private void Finish(DriverRun run, Task<DriverResult> task)
    {
        DriverResult result;
        try
        {
            result = task.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (run.Stopped)
        {
            return;
        }
        catch (Exception e) when (_cmdlet.Explain(e) is { } error)
        {
            if (Failed() is { } remains) _cmdlet.WriteWarning(remains);
            _cmdlet.ThrowTerminatingError(error);
            return;
        }

        WriteHealth(result.Health);
        if (result.Stopped) _cmdlet.WriteWarning($"Run {_options.RunId} was stopped before its end.");
        if (LeftBehind(_options, result) is { } text) _cmdlet.WriteWarning(text);
        if (_summarizer is not null)
        {
            _summarizer.AddHealth(result.Health);
            foreach (var summary in _summarizer.CompleteAll()) WriteSummary(ScaleTestSummary.From(summary));
        }

        if (result.Lost is { } lost)
        {
            _cmdlet.WriteError(_cmdlet.Explain(lost));
        }
        else if (run.Succeeded == 0 && run.Progress.Operations is > 0 and var operations)
        {
            _cmdlet.WriteError(new(
                new InvalidOperationException($"None of the {operations:N0} operations of run {_options.RunId} succeeded; their records say why."),
                "AllOperationsFailed",
                ErrorCategory.InvalidResult,
                _options.RunId));
        }
    }

    /// <summary>What to say of a run's objects that are left; null for nothing.</summary>
    public static string? LeftBehind(DriverOptions options, DriverResult result) => (result.LeftBehind, result.LeftBehindFault) switch
    {
        ( > 0, _) => $"At least {result.LeftBehind:N0} objects of run {options.RunId} are left in namespace '{options.Namespace}'. Delete them with: Remove-ScaleTestObject -RunId {options.RunId} -Namespace {options.Namespace}",
        (_, { } fault) => $"Whether objects of run {options.RunId} are left is not known: {fault} Remove-ScaleTestObject -RunId {options.RunId} -Namespace {options.Namespace} deletes what there is.",
        _ => null,
    };

    /// <summary>The Go programs wrote their parameters beside the data: &lt;runid&gt;-driver.parms.</summary>
    public static void WriteOriginalParameters(string path, DriverOptions options, string? kubeconfig)
    {
        var invariant = CultureInfo.InvariantCulture;
        ParametersFile.Write(
            System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path)!, $"{options.RunId}-driver.parms"),
            [
                new("KUBECONFIG", kubeconfig ?? ""),
                new("LAMBDA", options.Mode == RunMode.FullSpeed ? "Max" : options.Rate.ToString("R", invariant)),
                new("N", options.Count?.ToString(invariant) ?? ""),
                new("MAXPOP", options.MaxPopulation?.ToString(invariant) ?? ""),
                new("DATALEN", options.DataLength.ToString(invariant)),
                new("DATEFILENAME", path),
                new("RUNID", options.RunId),
                new("SEED", options.Seed.ToString(invariant)),
            ]);
    }
}
