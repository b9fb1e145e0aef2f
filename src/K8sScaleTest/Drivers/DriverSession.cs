using System.Collections.Concurrent;
using System.Diagnostics;
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

/// <summary>
/// One run seen from the pipeline's thread: opens the file before any load, hands records on while the run goes, shows progress, and
/// whatever happens downstream, lets the run end in order before it returns.
/// </summary>
internal sealed class DriverSession : IDisposable
{
    private const int BacklogWorthAWarning = 100_000;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(250);
    private readonly DriverCmdlet _cmdlet;
    private readonly DriverOptions _options;
    private readonly string? _path;
    private readonly OutputFormat _format;
    private readonly Stream? _standardOutput;
    private readonly ScaleTestSummarizer? _summarizer;
    private readonly ConcurrentQueue<OperationRow>? _pipeline;
    private readonly RunSink _sink;
    private RecordFile<OperationRow>? _file;
    private long _progressShown;
    private bool _warnedOfBacklog;
    private long _succeeded;
    private long _ended;

    public DriverSession(DriverCmdlet cmdlet, DriverOptions options, string? outFile, Stream? standardOutput, string format, bool passThru)
    {
        _cmdlet = cmdlet;
        _options = options;
        _format = Enum.Parse<OutputFormat>(format, ignoreCase: true);
        _standardOutput = standardOutput;
        _path = outFile is null || standardOutput is not null ? null : cmdlet.ResolvePath(outFile);
        _summarizer = outFile is null ? null : new();
        _pipeline = outFile is null || passThru ? new() : null;
        _sink = new(_path, _summarizer, _pipeline);
    }

    public DriverRun NewRun(ApiTarget target, ObjectTemplate template, ObjectIdentity identity, RunMetrics? metrics)
    {
        var run = new DriverRun(_options, target, template, identity, _sink, metrics: metrics);
        _sink.Health = () => run.Health;
        return run;
    }

    /// <summary>Opens the file. Only now that the server is known to take the run: a file of an earlier run is written over.</summary>
    public void OpenFile()
    {
        if (_standardOutput is not null) _sink.File = _file = RecordFiles.OfOperations(_standardOutput, _format);
        if (_path is null) return;
        _sink.File = _file = RecordFiles.OfOperations(_path, _format);

        // The Go programs wrote their parameters beside the data: <runid>-driver.parms.
        if (_format == OutputFormat.Original)
            ParametersFile.Write(Path.Combine(Path.GetDirectoryName(_path)!, $"{_options.RunId}-driver.parms"), OriginalParameters());
    }

    /// <summary>Runs to the end; returns after the last record was written, whatever stopped the pipeline.</summary>
    public void Run(DriverRun run)
    {
        var task = run.RunAsync();
        var handedOver = false;
        try
        {
            while (!task.IsCompleted)
            {
                if (_cmdlet.Stopping) throw new PipelineStoppedException();
                HandOver();
                ShowProgress(run, record => _cmdlet.WriteProgress(record));
                ((IAsyncResult)task).AsyncWaitHandle.WaitOne(Turn);
            }

            HandOver();
            handedOver = true;
        }
        finally
        {
            // Here too when WriteObject threw: the pipeline is stopped, but the run must end in order.
            if (!task.IsCompleted) run.Stop();
            if (!handedOver) AwaitQuietly(run, task);
        }

        Finish(run, task);
    }

    public void Dispose() => _file?.Dispose();

    private void HandOver()
    {
        if (_pipeline is null) return;
        if (!_warnedOfBacklog && _pipeline.Count > BacklogWorthAWarning)
        {
            _warnedOfBacklog = true;
            _cmdlet.WriteWarning($"The pipeline is slower than the load: {_pipeline.Count:N0} records wait in memory. The load is not held up. -OutFile writes them as they come.");
        }

        // Bounded, so that progress is shown and a stop is seen while records keep coming.
        for (var budget = BacklogWorthAWarning; budget > 0 && _pipeline.TryDequeue(out var row); budget--)
        {
            Tally(row);
            _cmdlet.WriteObject(OperationRecord.From(row));
        }
    }

    private void Tally(in OperationRow row)
    {
        if (row.Phase == Phase.WarmUp) return;
        _ended++;
        if (row.Outcome == Outcome.Succeeded) _succeeded++;
    }

    private void ShowProgress(DriverRun run, Action<ProgressRecord> show)
    {
        if (Stopwatch.GetElapsedTime(_progressShown) < ProgressInterval) return;
        _progressShown = Stopwatch.GetTimestamp();
        show(Describe(run.Progress));
    }

    private ProgressRecord Describe(in DriverProgress progress)
    {
        var total = _options.Count is { } count ? Math.Max(1, count / _options.Workers) : 0;
        var status = progress.Stage switch
        {
            DriverStage.Preparing => "checking the server, opening connections",
            DriverStage.Draining => $"stopped: deleting what lives ({progress.Population:N0}), {_options.DrainTimeout.TotalSeconds:0.#} s at most",
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"{progress.Creates / Math.Max(0.001, progress.Elapsed.TotalSeconds):0.0} creates/s, population {progress.Population:N0}, in flight {progress.InFlight:N0}, failed {progress.Failed:N0}, response p99 {(progress.ResponseP99Ms is { } p99 ? $"{p99:0.00} ms" : "-")}"),
        };
        var record = new ProgressRecord(1, $"{_cmdlet.MyInvocation.MyCommand.Name} {_options.RunId}", status);
        if (total > 0) record.PercentComplete = (int)Math.Min(100, progress.Creates * 100 / total);
        else if (_options.Duration is { } duration) record.PercentComplete = (int)Math.Min(100, progress.Elapsed / duration * 100);
        if (progress.Stage == DriverStage.Ended) record.RecordType = ProgressRecordType.Completed;
        return record;
    }

    /// <summary>Lets a run whose pipeline is gone end, and says through the host what the pipeline could not take: the cmdlet's own streams throw by now.</summary>
    private void AwaitQuietly(DriverRun run, Task<DriverResult> task)
    {
        var host = _cmdlet.Host.UI;
        var population = run.Progress.Population;
        if (population > 0 && !_options.NoCleanup)
            host.WriteWarningLine($"Stopping: {population:N0} objects of run {_options.RunId} are being deleted ({_options.DrainTimeout.TotalSeconds:0.#} s at most).");
        while (!task.IsCompleted)
        {
            ShowProgress(run, record => host.WriteProgress(0, record));
            ((IAsyncResult)task).AsyncWaitHandle.WaitOne(Turn);
        }

        host.WriteProgress(0, new(1, "run", "ended") { RecordType = ProgressRecordType.Completed });
        if (task.IsCompletedSuccessfully) WriteHealth(task);
        if (task.IsFaulted && task.Exception!.InnerException is { } fault and not OperationCanceledException) host.WriteErrorLine(fault.Message);
        if (_path is not null && task.IsCompletedSuccessfully) host.WriteWarningLine($"The run was stopped. Its {_file!.Rows:N0} records are whole in '{_path}'; Measure-ScaleTest sums them up.");
        if (_pipeline is { IsEmpty: false })
            host.WriteWarningLine($"{_pipeline.Count:N0} records came after the pipeline had stopped {(_file is null ? "and are lost; with -OutFile they would be in the file" : "; they are in the file")}.");
        if (task.IsCompletedSuccessfully && LeftBehind(task.GetAwaiter().GetResult()) is { } text) host.WriteWarningLine(text);
    }

    private void Finish(DriverRun run, Task<DriverResult> task)
    {
        _cmdlet.WriteProgress(new(1, "run", "ended") { RecordType = ProgressRecordType.Completed });
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
            _cmdlet.ThrowTerminatingError(error);
            return;
        }

        WriteHealth(task);
        if (LeftBehind(result) is { } text) _cmdlet.WriteWarning(text);
        if (_summarizer is not null)
        {
            _summarizer.AddHealth(result.Health);
            foreach (var summary in _summarizer.CompleteAll()) _cmdlet.WriteObject(ScaleTestSummary.From(summary));
        }
        else if (_ended > 0 && _succeeded == 0)
        {
            _cmdlet.WriteError(new(
                new InvalidOperationException($"None of the {_ended:N0} operations of run {_options.RunId} succeeded; their records say why."),
                "AllOperationsFailed",
                ErrorCategory.InvalidResult,
                _options.RunId));
        }
    }

    private void WriteHealth(Task<DriverResult> task)
    {
        if (_path is not null) RunHealthFile.Write(_path, task.GetAwaiter().GetResult().Health);
    }

    private string? LeftBehind(DriverResult result) => (result.LeftBehind, result.LeftBehindKnown) switch
    {
        ( > 0, _) => $"At least {result.LeftBehind:N0} objects of run {_options.RunId} are left in namespace '{_options.Namespace}'. Delete them with: Remove-ScaleTestObject -RunId {_options.RunId} -Namespace {_options.Namespace}",
        (_, false) => $"Whether objects of run {_options.RunId} are left could not be found out (the server did not list them). Remove-ScaleTestObject -RunId {_options.RunId} deletes what there is.",
        _ => null,
    };

    private List<KeyValuePair<string, string>> OriginalParameters()
    {
        var invariant = CultureInfo.InvariantCulture;
        return
        [
            new("KUBECONFIG", _cmdlet.Kubeconfig ?? ""),
            new("LAMBDA", _options.Mode == RunMode.FullSpeed ? "Max" : _options.Rate.ToString("R", invariant)),
            new("N", _options.Count?.ToString(invariant) ?? ""),
            new("MAXPOP", _options.MaxPopulation?.ToString(invariant) ?? ""),
            new("DATALEN", _options.DataLength.ToString(invariant)),
            new("DATEFILENAME", _path ?? "-"),
            new("RUNID", _options.RunId),
            new("SEED", _options.Seed.ToString(invariant)),
        ];
    }
}
