using System.Runtime.ExceptionServices;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Metrics;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Observers;
using K8sScaleTest.Engine.Observers.Auditing;
using K8sScaleTest.Engine.Observers.Paths;
using K8sScaleTest.Engine.Observers.Watches;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.ScaleTests;

/// <summary>
/// A driver with loggers and watchers of what it does, in one process and on one clock: the observers are in sync before the load begins, each write is joined
/// to its events, and a last write closes the horizon of the audit.
/// </summary>
public sealed class ScaleTestRun : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);
    private readonly ScaleTestOptions _options;
    private readonly ObjectTemplate _template;
    private readonly ObjectIdentity _identity;
    private readonly WatchAudit _audit = new(driven: true);
    private readonly DriverRun _driver;
    private readonly LoggerRun[] _loggers;
    private readonly WatchRun? _watches;
    private readonly ApiClient _client;
    private readonly CancellationTokenSource _stop = new();
    private volatile ScaleTestStage _stage = ScaleTestStage.Preparing;

    /// <summary>Prepares a scale test; nothing is sent yet.</summary>
    /// <param name="options">Its parameters.</param>
    /// <param name="target">The API server.</param>
    /// <param name="template">What is written, and observed.</param>
    /// <param name="identity">What names and labels are made of.</param>
    /// <param name="operations">Takes the driver's records, on a thread of the run.</param>
    /// <param name="notifications">Makes what takes a logger's records, on a thread of that logger; gets the logger's number.</param>
    /// <param name="watches">Takes the watchers' records, on a thread of theirs.</param>
    /// <param name="paths">Takes the joined writes and events, one at a time, on threads of the driver and of the first logger.</param>
    /// <param name="say">Takes what a user should know, from any thread.</param>
    /// <param name="metrics">Counts for Prometheus; null for none.</param>
    /// <exception cref="ArgumentException">The parameters make no sense.</exception>
    public ScaleTestRun(
        ScaleTestOptions options,
        ApiTarget target,
        ObjectTemplate template,
        ObjectIdentity identity,
        IRecordConsumer<OperationRow> operations,
        Func<int, IRecordConsumer<NotificationRow>> notifications,
        IRecordConsumer<WatchRow> watches,
        IRecordConsumer<PathRow> paths,
        Action<string> say,
        RunMetrics? metrics = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(notifications);
        options.Validate();
        _options = options;
        _template = template;
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(identity);
        _identity = identity;
        Paths = new(new(identity.RunId, identity.Worker, template.Resource.QualifiedName, identity.Namespace, new()), row => paths.Take(row));
        _driver = new(options.Driver, target, template, identity, new OperationTee(_audit, options.Loggers == 0 ? null : Paths, paths, operations), metrics: metrics);
        _loggers = [.. Enumerable.Range(0, options.Loggers).Select(number => NewLogger(number, target, notifications(number), say, metrics))];
        _watches = options.Watchers == 0 ? null : new(options.Watch with { Program = _template.Program.Replace("driver", "watch", StringComparison.Ordinal) }, target, template.Resource, watches, metrics, _audit, _driver.Info.Clock);
        _client = new(target, options.Driver.HttpVersion, $"{template.Program} K8sScaleTest/{typeof(ScaleTestRun).Assembly.GetName().Version!.ToString(3)}", options.Driver.RequestTimeout);
    }

    /// <summary>What joins writes to their events; of no writes without a logger.</summary>
    public PathJoin Paths { get; }

    /// <summary>The driver's run.</summary>
    public DriverRun Driver => _driver;

    /// <summary>The loggers' runs.</summary>
    public IReadOnlyList<LoggerRun> Loggers => _loggers;

    /// <summary>The watchers' run; null without any.</summary>
    public WatchRun? Watches => _watches;

    /// <summary>Once the run has ended, well or not: why the object of the last write may be left on the server, in words; null when it is not.</summary>
    public string? SentinelLeft { get; private set; }

    /// <summary>Where it stands.</summary>
    public ScaleTestProgress Progress => new(_stage, _driver.Progress, [.. _loggers.Select(logger => logger.Progress)], _watches?.Progress);

    /// <summary>Whether <see cref="Stop"/> was called.</summary>
    public bool Stopped => _stop.IsCancellationRequested;

    /// <summary>Ends it early, from any thread: nothing more is created, what lives is deleted, the observers see the end.</summary>
    public void Stop()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended: a second Ctrl+C, or one while its metrics linger.
        }

        _driver.Stop();
    }

    /// <summary>Checks what would fail the driver or the observers, and opens the driver's connections: the last step before anything is written down.</summary>
    /// <exception cref="ApiException">The server could not be reached, or will not let this run happen.</exception>
    /// <exception cref="RunIdTakenException">Objects of this run ID exist.</exception>
    public async Task PrepareAsync()
    {
        await _driver.PrepareAsync();
        foreach (var logger in _loggers) await logger.PrepareAsync();
        if (_watches is not null) await _watches.PrepareAsync();
    }

    /// <summary>Runs to the end, or until <see cref="Stop"/>. All records have been handed over when it returns.</summary>
    /// <exception cref="ApiException">As from <see cref="PrepareAsync"/>.</exception>
    /// <exception cref="ScaleTestException">The observers did not come into sync; no load was started.</exception>
    public async Task<ScaleTestOutcome> RunAsync()
    {
        _stage = ScaleTestStage.Syncing;
        var loggers = _loggers.Select(logger => logger.RunAsync()).ToArray();
        var watches = _watches?.RunAsync();
        Task[] observers = watches is null ? loggers : [.. loggers, watches];

        // None ends before it is told to: the first that does is the end of the run, and why it ended the reason.
        var firstToEnd = Task.WhenAny(observers).Unwrap();
        DriverResult? driven = null;
        string? sentinelFault = null;
        var sentinel = new Sentinel(_client, _template, _identity, _driver.Info.Clock);
        ExceptionDispatchInfo? fault = null;
        try
        {
            await SyncAsync(firstToEnd);
            _stage = ScaleTestStage.Driving;
            driven = await DriveAsync(firstToEnd);
            _stage = ScaleTestStage.Closing;
            sentinelFault = await CloseHorizonAsync(sentinel, firstToEnd);
        }
        catch (Exception e)
        {
            fault = ExceptionDispatchInfo.Capture(e);
        }

        // Whatever happened: the observers end in order, so that nothing recorded is lost.
        foreach (var logger in _loggers) logger.Stop();
        _watches?.Stop();
        var allEnded = Task.WhenAll(observers);
        await allEnded.ContinueWith(static _ => { }, TaskScheduler.Default);
        SentinelLeft = await sentinel.DeleteAsync(_stop.Token);
        _stage = ScaleTestStage.Ended;
        fault?.Throw();
        await firstToEnd;
        await allEnded;
        var audit = _audit.Conclude();

        // Beside the records, too: whoever measures them later is told what was lost.
        driven = driven! with { Health = driven.Health with { EventFaults = audit.Sum(), HorizonFault = sentinelFault } };
        RunHealthLog.Put(driven.Health);
        return new(driven, [.. loggers.Select(logger => logger.Result)], watches?.Result, audit, sentinelFault);
    }

    /// <summary>Closes the connections. A run under way must have ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _driver.DisposeAsync();
        foreach (var logger in _loggers) await logger.DisposeAsync();
        if (_watches is not null) await _watches.DisposeAsync();
        _client.Dispose();
        _stop.Dispose();
    }

    private LoggerRun NewLogger(int number, ApiTarget target, IRecordConsumer<NotificationRow> consumer, Action<string> say, RunMetrics? metrics)
    {
        var options = new LoggerOptions
        {
            RunId = _options.Driver.RunId,
            Resource = _template.Resource,
            Namespace = _options.Driver.Namespace,
            Threads = _options.LoggerThreads,
            Compare = _options.Compare,
            Program = _template.Program.Replace("driver", "logger", StringComparison.Ordinal),
            HttpVersion = _options.Driver.HttpVersion,
            RequestTimeout = _options.Driver.RequestTimeout,
            PerEvent = true,
        };
        var participant = _audit.Join($"logger {number}");

        // One logger speaks for all in the metrics and in the joining: they are told the same.
        return new(
            options,
            target,
            new NotificationTee(number == 0 ? Paths : null, $"{_identity.Namespace}/{_identity.Name(0)}", _options.PerEvent, consumer),
            text => say($"Logger {number}: {text}"),
            listWatch => new AuditedListWatch(listWatch, participant),
            number == 0 ? metrics : null,
            _driver.Info.Clock);
    }

    private async Task SyncAsync(Task firstToEnd)
    {
        var synced = Task.WhenAll(_loggers.Select(logger => logger.Synced));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        limit.CancelAfter(_options.SyncTimeout);

        // Of watches that end every second some are always between two of them: each is audited from its first, and gaps are known.
        while (!synced.IsCompleted || (_watches is not null && _watches.Progress.Begun < _options.Watchers))
        {
            if (firstToEnd.IsCompleted) await firstToEnd;
            _stop.Token.ThrowIfCancellationRequested();
            if (limit.IsCancellationRequested)
                throw new ScaleTestException(
                    $"The observers were not in sync after {_options.SyncTimeout.TotalSeconds:0.#} s ({_loggers.Count(logger => logger.Synced.IsCompleted)} of {_loggers.Length} loggers, "
                    + $"{_watches?.Progress.Begun ?? 0} of {_options.Watchers} watches). No load was started. What they met is in their warnings and records; a large namespace needs more time (-SyncTimeout).");
            await Task.Delay(Poll, CancellationToken.None);
        }

        await synced;
    }

    /// <summary>Drives. Any observer that ends meanwhile (its file's disk is full) ends the driver in order.</summary>
    private async Task<DriverResult> DriveAsync(Task firstToEnd)
    {
        var driving = _driver.RunAsync();
        if (await Task.WhenAny(driving, firstToEnd) == firstToEnd) _driver.Stop();
        var result = await driving;
        if (firstToEnd.IsFaulted) await firstToEnd;
        return result;
    }

    /// <summary>Closes the horizon, unless a stop or the end of an observer comes before: nobody waits for it then.</summary>
    private async Task<string?> CloseHorizonAsync(Sentinel sentinel, Task firstToEnd)
    {
        if (Stopped) return "The run was stopped before its last write.";
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var closing = CloseHorizonAsync(sentinel, end.Token);
        if (await Task.WhenAny(closing, firstToEnd) == firstToEnd) await end.CancelAsync();
        var fault = await closing;
        if (firstToEnd.IsFaulted) await firstToEnd;
        return fault;
    }

    private async Task<string?> CloseHorizonAsync(Sentinel sentinel, CancellationToken cancellationToken)
    {
        if (await sentinel.WriteAsync(_audit, _options.SentinelTimeout, cancellationToken) is { } fault) return fault;
        if (await sentinel.ArrivedAsync(_audit, _options.SentinelTimeout, cancellationToken)) return null;
        return cancellationToken.IsCancellationRequested
            ? "The run ended before every observer was delivered the last write."
            : $"Not every observer was delivered the last write within {_options.SentinelTimeout.TotalSeconds:0.#} s.";
    }
}
