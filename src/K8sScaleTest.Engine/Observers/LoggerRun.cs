using System.Diagnostics;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Health;
using K8sScaleTest.Engine.Informers;
using K8sScaleTest.Engine.Metrics;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Observers;

/// <summary>One logger from its first request to its last record: proves that it may list, watches until it is stopped or its time is over, and lets its workers finish.</summary>
public sealed class LoggerRun : IAsyncDisposable
{
    private readonly LoggerOptions _options;
    private readonly ApiTarget _target;
    private readonly LoggerStatistics _statistics;
    private readonly RecordStream<NotificationRow> _records;
    private readonly ReflectorMonitor _monitor;
    private readonly RunMetrics? _metrics;
    private readonly Func<IListWatch, IListWatch>? _audit;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly bool _recordsHealth;
    private ApiConnection? _connection;
    private NotificationLogger? _logger;
    private Informer? _informer;
    private HealthRecorder? _health;
    private long _began;

    /// <summary>Prepares a logger; nothing is sent yet.</summary>
    /// <param name="options">Its parameters.</param>
    /// <param name="target">The API server.</param>
    /// <param name="consumer">Takes the records, on a thread of the run.</param>
    /// <param name="say">Takes what a user should know, from any thread.</param>
    /// <param name="audit">Puts an audit between the informer and its lists and watches; null for none.</param>
    /// <param name="metrics">Counts for Prometheus; null for none.</param>
    /// <param name="clock">The clock of a driver in this process, who records its health; null for one of its own, and health too.</param>
    /// <exception cref="ArgumentException">The parameters make no sense.</exception>
    public LoggerRun(
        LoggerOptions options,
        ApiTarget target,
        IRecordConsumer<NotificationRow> consumer,
        Action<string> say,
        Func<IListWatch, IListWatch>? audit = null,
        RunMetrics? metrics = null,
        RunClock? clock = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _target = target;
        _metrics = metrics;
        _audit = audit;
        _recordsHealth = clock is null;
        Info = new(options.RunId, 0, options.Resource.QualifiedName, options.Namespace ?? "", clock ?? new());
        _statistics = new(consumer, options.PerEvent, metrics?.ForLogger(options.Resource));
        _records = new(_statistics);
        _monitor = new(say);
    }

    /// <summary>What all records share.</summary>
    public RunInfo Info { get; }

    /// <summary>Where it stands.</summary>
    public LoggerProgress Progress => new(
        _monitor.Counts.State,
        _began == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_began),
        _informer?.Count ?? 0,
        _informer?.Backlog ?? 0,
        _logger?.Queue.Depth ?? 0,
        _records.Waiting,
        _statistics.Snapshot());

    /// <summary>The process's health up to now; null before the logger began, and beside a driver.</summary>
    public RunHealth? Health => _health is null ? null : Describe(_health);

    /// <summary>What its lists and watches have gone through.</summary>
    public ReflectorCounts Watch => _monitor.Counts;

    /// <summary>Completes when all that was there at the start has been handled; never when the run ends before.</summary>
    public Task Synced => _synced.Task;

    /// <summary>Ends it, from any thread; also when it has ended long since, as when Ctrl+C comes while metrics linger.</summary>
    public void Stop()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended.
        }
    }

    /// <summary>Finds out, with a list of one object and a watch that is closed as soon as it is open, what would fail every list or watch.</summary>
    /// <exception cref="ApiException">The server could not be reached, does not serve the resource, or does not let this user list and watch it.</exception>
    public async Task PrepareAsync()
    {
        await ObservationProof.RunAsync(_target, StreamOptions, _stop.Token);
        _connection = ApiConnection.ForReads(_target, 0);
    }

    /// <summary>Logs until it is stopped, or its time is over. All records have been handed over when it returns.</summary>
    /// <exception cref="ApiException">As from <see cref="PrepareAsync"/>, which it does where that has not been done.</exception>
    public async Task<LoggerResult> RunAsync()
    {
        if (_connection is null) await PrepareAsync();
        var queueMetrics = _metrics is null ? null : new QueueObserver();
        using var logger = _logger = new NotificationLogger(Info, _options.Threads, _options.Compare, row => _records.Add(row), queueMetrics);
        if (_metrics is not null) queueMetrics!.Metrics = _metrics.ForWorkQueue(_options.Resource.Plural, () => (logger.Queue.Depth, logger.Queue.WorkInProgress.Unfinished, logger.Queue.WorkInProgress.Longest));
        var listWatch = new ListWatch(_target, _connection!, StreamOptions);
        _informer = new(_audit?.Invoke(listWatch) ?? listWatch, _options.Informer, [logger], _monitor);
        _ = _informer.Synced.ContinueWith(_ => _synced.TrySetResult(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        using var health = _health = _recordsHealth ? new(Info.Clock) : null;
        health?.Start();
        _records.Start();
        _began = RunClock.Now;
        using var time = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        if (_options.Duration is { } duration) time.CancelAfter(duration);
        try
        {
            await RunInformerAsync(_informer, logger, time);
        }
        finally
        {
            health?.Stop();
            _records.Close();
        }

        await _records.Completion;
        return new(Health, _statistics.Snapshot(), _monitor.Counts, _stop.IsCancellationRequested);
    }

    /// <summary>Closes the connection. A run under way must have ended.</summary>
    public ValueTask DisposeAsync()
    {
        _records.Dispose();
        _connection?.Dispose();
        _stop.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Whichever ends first ends the others: the time, a consumer that cannot take more (a full disk), a fault of ours.</summary>
    private async Task RunInformerAsync(Informer informer, NotificationLogger logger, CancellationTokenSource time)
    {
        var running = informer.RunAsync(time.Token);
        var first = await Task.WhenAny(running, _records.Completion, logger.Completion);
        await time.CancelAsync();
        await running;
        await logger.DrainAsync();
        await first;
    }

    private ListWatchOptions StreamOptions => new()
    {
        Resource = _options.Resource,
        Namespace = _options.Namespace,
        LabelSelector = _options.LabelSelector,
        FieldSelector = _options.FieldSelector,
        UserAgent = _options.UserAgent,
        HttpVersion = _options.HttpVersion,
        Annotations = WriterTime.Annotations,
        HashContent = _options.Compare,
        RequestTimeout = _options.RequestTimeout,
    };

    private RunHealth Describe(HealthRecorder health)
    {
        var counts = _statistics.Snapshot();
        var watch = _monitor.Counts;
        return new()
        {
            RunId = _options.RunId,
            Resource = Info.Resource,
            CpuQuota = health.CpuQuota,
            Parameters = _options.ToDictionary(),
            Counters = new Dictionary<string, double>
            {
                ["Events"] = counts.Events,
                ["Dequeues"] = counts.Dequeues,
                ["Coalesced"] = counts.Coalesced,
                ["Lists"] = watch.Lists,
                ["Watches"] = watch.Watches,
                ["Disruptions"] = watch.Disruptions,
            },
            Seconds = health.Snapshot(),
        };
    }

    private sealed class QueueObserver : IWorkQueueObserver
    {
        public WorkQueueMetrics? Metrics { get; set; }

        public void OnAdded(int depth) => Metrics?.Added();

        public void OnTaken(int depth, double queueSeconds) => Metrics?.Taken(queueSeconds);

        public void OnDone(double workSeconds) => Metrics?.Done(workSeconds);

        public void OnRetried() => Metrics?.Retried();
    }
}
