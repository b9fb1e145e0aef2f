using System.Globalization;
using System.Management.Automation;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Metrics;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Observers.Auditing;
using K8sScaleTest.Engine.Observers.Paths;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results;
using K8sScaleTest.Engine.Results.Files;
using K8sScaleTest.Engine.ScaleTests;

namespace K8sScaleTest;

/// <summary>A scale test seen from the pipeline's thread: the driver's session, with the files of its observers beside its own.</summary>
internal sealed class ScaleTestSession : RunSession<OperationRow>
{
    private readonly InvokeScaleTestCommand _cmdlet;
    private readonly ScaleTestOptions _options;
    private readonly ScaleTestSummarizer _summarizer;
    private readonly RunSink<NotificationRow>[] _notifications;
    private readonly RunSink<WatchRow> _watches = new(null, null, null);
    private readonly RunSink<PathRow> _paths = new(null, null, null);
    private readonly Dictionary<string, string> _files = [];
    private readonly Queue<string> _said = new();
    private ScaleTestRun? _run;
    private Task<ScaleTestOutcome>? _task;

    public ScaleTestSession(InvokeScaleTestCommand cmdlet, ScaleTestOptions options)
        : this(cmdlet, options, new())
    {
    }

    private ScaleTestSession(InvokeScaleTestCommand cmdlet, ScaleTestOptions options, ScaleTestSummarizer summarizer)
        : base(cmdlet, (in OperationRow row) => summarizer.Add(row), streams: cmdlet.PassThru)
    {
        _cmdlet = cmdlet;
        _options = options;
        _summarizer = summarizer;
        _notifications = [.. Enumerable.Range(0, options.Loggers).Select(_ => new RunSink<NotificationRow>(null, null, null))];
    }

    /// <inheritdoc/>
    protected override bool IsMeasurable => Format != OutputFormat.Original;

    /// <inheritdoc/>
    protected override string Source => "the load";

    public ScaleTestRun NewRun(ApiTarget target, ObjectTemplate template, ObjectIdentity identity, RunMetrics? metrics)
    {
        var run = _run = new(_options, target, template, identity, Sink, number => _notifications[number], _watches, _paths, Say, metrics);
        Sink.Health = () => run.Driver.Health;
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
    protected override IReadOnlyList<RecordFileException?> CloseFiles() => [.. base.CloseFiles(), .. _notifications.Select(sink => sink.Close()), _watches.Close(), _paths.Close()];

    /// <inheritdoc/>
    protected override RecordFile<OperationRow> Open(string path) => RecordFiles.OfOperations(path, Format);

    /// <inheritdoc/>
    protected override RecordFile<OperationRow> Open(Stream standardOutput) => RecordFiles.OfOperations(standardOutput, Format);

    /// <inheritdoc/>
    protected override void FileOpened(string path)
    {
        _files["Operations"] = path;
        for (var i = 0; i < _notifications.Length; i++)
        {
            var what = _notifications.Length == 1 ? "Notifications" : string.Create(CultureInfo.InvariantCulture, $"Notifications-{i}");
            _notifications[i].File = RecordFiles.OfNotifications(Beside(path, what), Format);
        }

        // The Go programs wrote their parameters, and no such files.
        if (Format == OutputFormat.Original)
        {
            DriverSession.WriteOriginalParameters(path, _options.Driver, _cmdlet.Kubeconfig);
            return;
        }

        if (_options.Watchers > 0) _watches.File = RecordFiles.OfWatches(Beside(path, "Watches"), Format);
        if (_options.Loggers > 0) _paths.File = RecordFiles.OfPaths(Beside(path, "Paths"), Format);
    }

    /// <inheritdoc/>
    protected override object RecordOf(in OperationRow row) => OperationRecord.From(row);

    /// <inheritdoc/>
    protected override void Stop() => _run!.Stop();

    /// <inheritdoc/>
    protected override void Turned()
    {
        while (Said() is { } text) _cmdlet.WriteWarning(text);
    }

    /// <inheritdoc/>
    protected override string? Stopping() => _run!.Driver.Progress.Population is > 0 and var population && !_options.Driver.NoCleanup
        ? $"Stopping: {population:N0} objects of run {_options.Driver.RunId} are being deleted ({_options.Driver.DrainTimeout.TotalSeconds:0.#} s at most)."
        : null;

    /// <inheritdoc/>
    protected override string? Stopped()
    {
        var outcome = _task!.GetAwaiter().GetResult();
        WriteHealth(outcome.Driver.Health);
        return Lines(Faults(outcome.Audit.Sum()) is { } faults ? [.. Left(), faults] : Left());
    }

    /// <inheritdoc/>
    protected override string? Failed() => Lines(Left());

    /// <inheritdoc/>
    protected override void Complete()
    {
        // Writes of which nobody knows whether they took effect are decided now, and have their rows: unless the file of those was what ended the run.
        if (_paths.File?.Fault is null) _run!.Paths.Complete();
    }

    /// <inheritdoc/>
    protected override ProgressRecord Progress()
    {
        var progress = _run!.Progress;
        var driver = progress.Driver;
        var elapsed = Math.Max(0.001, driver.Elapsed.TotalSeconds);
        var backlog = progress.Loggers.Sum(logger => logger.Backlog + logger.QueueDepth);
        var status = progress.Stage switch
        {
            ScaleTestStage.Preparing => "checking the server, opening connections",
            ScaleTestStage.Syncing => string.Create(CultureInfo.InvariantCulture, $"the observers list what is there: {progress.Watches?.Begun ?? 0:N0} of {_options.Watchers:N0} watchers have begun"),
            ScaleTestStage.Closing => "the observers await the last write",
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $"{driver.Creates / elapsed:0.0} creates/s, population {driver.Population:N0}, failed {driver.Failed:N0}, p99 {Ms(driver.ResponseP99Ms)}, to event p99 {Ms(CreateToEvent())}, observers' backlog {backlog:N0}"),
        };
        var record = new ProgressRecord(1, $"{_cmdlet.MyInvocation.MyCommand.Name} {_options.Driver.RunId}", status);
        if (_options.Driver.Count is { } count) record.PercentComplete = (int)Math.Min(100, driver.Creates * 100 / Math.Max(1, count));
        else if (_options.Driver.Duration is { } duration) record.PercentComplete = (int)Math.Min(100, driver.Elapsed / duration * 100);
        if (progress.Stage == ScaleTestStage.Ended) record.RecordType = ProgressRecordType.Completed;
        return record;
    }

    private static string? Faults(EventFaults faults) => faults.Count == 0
        ? null
        : $"The audit of {faults.Observers:N0} observers found faults up to the stop: {faults.Missed:N0} events missed, {faults.Duplicated:N0} doubled, {faults.OutOfOrder:N0} out of order, {faults.Regressed:N0} that went back.";

    private static string Ms(double? value) => value is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known:0.00} ms") : "-";

    private double? CreateToEvent() => _run!.Paths.Summarize().FirstOrDefault(path => path.Operation == OperationKind.Create)?.LaunchedToReceived.P99Ms;

    private static string? Lines(IEnumerable<string> said) => string.Join(Environment.NewLine, said) is { Length: > 0 } text ? text : null;

    /// <summary>What to say of the run's objects that are left, or may be.</summary>
    private IEnumerable<string> Left()
    {
        if (_run!.Driver.Result is { } driver && DriverSession.LeftBehind(_options.Driver, driver) is { } objects) yield return objects;
        if (_run.SentinelLeft is { } left)
            yield return $"The object of the last write may be left: {left} Remove-ScaleTestObject -RunId {_options.Driver.RunId} -Namespace {_options.Driver.Namespace} deletes it.";
    }

    private string Beside(string path, string what)
    {
        var name = $"{System.IO.Path.GetFileNameWithoutExtension(path)}.{what.ToLowerInvariant()}{System.IO.Path.GetExtension(path)}";
        return _files[what] = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(path)!, name);
    }

    /// <summary>From any thread of the run; the pipeline's writes it.</summary>
    private void Say(string text)
    {
        lock (_said) _said.Enqueue(text);
    }

    private string? Said()
    {
        lock (_said) return _said.TryDequeue(out var text) ? text : null;
    }

    private void Finish(ScaleTestRun run, Task<ScaleTestOutcome> task)
    {
        ScaleTestOutcome outcome;
        try
        {
            outcome = task.GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (run.Stopped)
        {
            return;
        }
        catch (Exception e) when (_cmdlet.Explain(e) is { } error)
        {
            foreach (var text in Left()) _cmdlet.WriteWarning(text);
            _cmdlet.ThrowTerminatingError(error);
            return;
        }

        WriteHealth(outcome.Driver.Health);
        foreach (var text in Left()) _cmdlet.WriteWarning(text);
        _summarizer.AddHealth(outcome.Driver.Health);
        var driver = ScaleTestSummary.From(_summarizer.Complete());
        WriteSummary(new ScaleTestResult(
            driver,
            [.. run.Loggers.Zip(outcome.Loggers, outcome.Audit).Select(each => NotificationSummary.From(each.First.Info, each.Second, each.First.Progress.Elapsed, each.First.Progress.Objects, each.Third))],
            outcome.Watches is { } watches ? WatchSummary.From(run.Watches!, watches) : null,
            [.. outcome.Audit.Select(WatcherAudit.From)],
            run.Paths.Complete().Statistics,
            ObjectiveCheck.Of(driver, _cmdlet.Objective),
            outcome.SentinelFault,
            _files));
        if (outcome.Driver.Lost is { } lost) _cmdlet.WriteError(_cmdlet.Explain(lost));
    }
}
