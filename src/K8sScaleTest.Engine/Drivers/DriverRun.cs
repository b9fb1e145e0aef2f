using System.Diagnostics;
using System.Runtime;
using System.Runtime.ExceptionServices;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Health;
using K8sScaleTest.Engine.Metrics;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Pacing;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Drivers;

/// <summary>
/// One run of a driver, from the first check of the server to the last delete: prepares, drives, drains, looks for what was left, and
/// keeps the generator's health all the while.
/// </summary>
public sealed class DriverRun : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    // Before a set start: for the collection of garbage and the start of the pacer.
    private static readonly TimeSpan Headway = TimeSpan.FromMilliseconds(300);

    // What a stopped run may take beyond its drain time-out, to find out what is left.
    private static readonly TimeSpan LastLook = TimeSpan.FromSeconds(5);
    private readonly DriverOptions _options;
    private readonly ApiTarget _target;
    private readonly ObjectTemplate _template;
    private readonly RunStatistics _statistics;
    private readonly PacerWait? _wait;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _stopRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ApiClient? _setUp;
    private ConnectionPool? _connections;
    private OperationSender? _sender;
    private RecordStream<OperationRow>? _records;
    private HealthRecorder? _health;
    private IDriver? _driver;
    private long _began;
    private volatile DriverStage _stage = DriverStage.Preparing;

    /// <summary>Prepares a run; nothing is sent yet.</summary>
    /// <param name="options">Its parameters.</param>
    /// <param name="target">The API server.</param>
    /// <param name="template">What is written.</param>
    /// <param name="identity">What names and labels are made of.</param>
    /// <param name="consumer">Takes the records, on a thread of the run.</param>
    /// <param name="wait">How the pacer waits; null for the platform's best.</param>
    /// <param name="metrics">What counts operations for Prometheus; null for nobody.</param>
    /// <exception cref="ArgumentException">The parameters make no sense.</exception>
    public DriverRun(DriverOptions options, ApiTarget target, ObjectTemplate template, ObjectIdentity identity, IRecordConsumer<OperationRow> consumer, PacerWait? wait = null, RunMetrics? metrics = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(identity);
        options.Validate();
        _options = options;
        _target = target;
        _template = template;
        Identity = identity;
        _wait = wait;
        Info = new(options.RunId, options.Worker, template.Resource.QualifiedName, options.Namespace, new());
        _statistics = new(consumer, metrics?.ForDriver(Info, () => Progress));
    }

    /// <summary>What all records of the run share.</summary>
    public RunInfo Info { get; }

    /// <summary>What names and labels are made of.</summary>
    public ObjectIdentity Identity { get; }

    /// <summary>The parameters.</summary>
    public DriverOptions Options => _options;

    /// <summary>Connections that are open once the run is prepared.</summary>
    public int ConnectionCount => _connections?.Connections.Count ?? 0;

    /// <summary>Whether <see cref="Stop"/> was called.</summary>
    public bool Stopped => _stop.IsCancellationRequested;

    /// <summary>Operations that succeeded; warm-up is none.</summary>
    public long Succeeded => _statistics.Succeeded;

    /// <summary>Where the run stands.</summary>
    public DriverProgress Progress => new(
        _stage,
        _began == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_began),
        _driver?.CreatesLaunched ?? 0,
        _statistics.Operations,
        _statistics.Failed,
        _sender?.InFlight ?? 0,
        _statistics.Population,
        _statistics.ResponseP99Ms,
        _records?.Waiting ?? 0);

    /// <summary>The generator's health up to now, or null before the load began.</summary>
    public RunHealth? Health => _health is null ? null : Describe(_health, null);

    /// <summary>
    /// Ends the run early, from any thread: nothing more is created, requests under way are awaited, what lives is deleted within the
    /// drain time-out.
    /// </summary>
    public void Stop()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run had ended: a second Ctrl+C, or one while its metrics linger.
        }

        _stopRequested.TrySetResult();
    }

    /// <summary>
    /// Checks what would fail every operation, and opens the connections with a create that changes nothing: the last step before
    /// the load. <see cref="RunAsync"/> does it where it has not been done.
    /// </summary>
    /// <exception cref="ApiException">The server could not be reached, or will not let this run happen.</exception>
    /// <exception cref="RunIdTakenException">Objects of this run ID and worker exist.</exception>
    public async Task PrepareAsync()
    {
        _setUp = new(_target, _options.HttpVersion, UserAgent, _options.RequestTimeout);
        await NamespaceCheck.EnsureAsync(_setUp, _options.Namespace, _options.CreateNamespace, _stop.Token);
        if (await FirstBeforeAsync(_setUp, _stop.Token) is { } name) await MakeRoomAsync(_setUp, name);
        _connections = new(_target, _options.HttpVersion, _options.Connections);
        var context = new OperationContext(Info, _target, _connections, _template, UserAgent);
        _records = new(_statistics);
        _sender = new(context, _records, _options.RequestTimeout, _options.InFlightLimit);
        await new WarmUp(_sender, context, Identity).RunAsync(_stop.Token);
    }

    /// <summary>What an earlier start of this run and worker had left and was deleted; null when there was nothing.</summary>
    public RemovalResult? Removed { get; private set; }

    /// <summary>Why nobody knows whether objects of this run and worker were there before it: this user may not list them. Null where it was looked.</summary>
    public string? RunIdFault { get; private set; }

    /// <summary>How it ended, also where <see cref="RunAsync"/> threw after the load had begun; null before.</summary>
    public DriverResult? Result { get; private set; }

    /// <summary>The server's version, such as v1.36.0, or null where it does not say; once the run is prepared.</summary>
    public Task<string?> ServerVersionAsync() => ApiDiscovery.ServerVersionAsync(_setUp!, _stop.Token);

    /// <summary>Runs to the end, or until <see cref="Stop"/>.</summary>
    /// <returns>How it ended. The records have all been handed over by then.</returns>
    /// <exception cref="ApiException">As from <see cref="PrepareAsync"/>; no load was started.</exception>
    /// <exception cref="RunIdTakenException">Another run with this ID and worker made objects meanwhile.</exception>
    public async Task<DriverResult> RunAsync()
    {
        var latency = GCSettings.LatencyMode;
        try
        {
            if (_sender is null) await PrepareAsync();
            var origin = await AwaitStartAsync();
            GC.Collect();
            GCSettings.LatencyMode = GCLatencyMode.SustainedLowLatency;
            using var health = _health = new HealthRecorder(Info.Clock);
            health.Start();
            _records!.Start();
            _began = RunClock.Now;
            var (left, fault) = await DriveAsync(_sender!, _records, origin);
            health.Stop();
            Result = await ConcludeAsync(_setUp!, health, left, _records);
            if (fault is ApiException { Reason: ApiReasons.ServerLost } lost) return Result = Result with { Lost = lost };
            if (fault is not null) ExceptionDispatchInfo.Throw(fault);
            return Result;
        }
        finally
        {
            GCSettings.LatencyMode = latency;
            _stage = DriverStage.Ended;
        }
    }

    /// <summary>Closes the connections. A run under way must have ended.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_sender is not null) await _sender.DisposeAsync();
        _records?.Dispose();
        _connections?.Dispose();
        _setUp?.Dispose();
        _health?.Dispose();
        _stop.Dispose();
    }

    /// <summary>Deletes what an earlier start of this run and worker left, or refuses, as told.</summary>
    private async Task MakeRoomAsync(ApiClient setUp, string name)
    {
        if (!_options.DeleteExisting) throw new RunIdTakenException(_options.RunId, _options.Worker, _options.Namespace, name);
        Removed = await new ObjectRemover(setUp).RemoveAsync(_template.Resource, _options.Namespace, Identity.Selector, null, _stop.Token);
        if (Removed.Remaining > 0)
            throw new ApiException(ApiReasons.ForeignObject, $"{Removed.Remaining:N0} objects of run {_options.RunId}, worker {_options.Worker}, are left from an earlier start and could not be deleted ({name} was among them). No load was started.");
    }

    /// <summary>Waits until shortly before the moment at which the schedule begins, and returns that moment in ticks; null where none is set.</summary>
    private async Task<long?> AwaitStartAsync()
    {
        if (_options.StartAt is not { } start) return null;
        var startNanoseconds = (start.UtcDateTime - DateTime.UnixEpoch).Ticks * 100;
        var clock = new RunClock(); // the wall clock may have been set since the run's own was anchored
        var origin = clock.AnchorTicks + RunClock.FromNanoseconds(startNanoseconds - clock.AnchorUnixNanoseconds);
        var left = Stopwatch.GetElapsedTime(RunClock.Now, origin);
        if (left <= TimeSpan.Zero)
            throw new ApiException(ApiReasons.StartMissed, $"The run was to start at {start:u}, and was ready only {-left.TotalSeconds:0.0} s later: set the start further ahead. No load was started.");
        // At full speed there is no schedule that could wait.
        var headway = _options.Mode == RunMode.OpenLoop ? Headway : TimeSpan.Zero;
        if (left > headway) await Task.Delay(left - headway, _stop.Token);
        return origin;
    }

    private string UserAgent => $"{_template.Program} K8sScaleTest/{typeof(DriverRun).Assembly.GetName().Version!.ToString(3)}";

    private async Task<(IReadOnlyCollection<LiveObject> Left, Exception? Fault)> DriveAsync(OperationSender sender, RecordStream<OperationRow> records, long? origin)
    {
        _stage = DriverStage.Driving;
        using var openLoop = _options.Mode == RunMode.OpenLoop ? new OpenLoopDriver(_options, sender, Identity, _wait) { Origin = origin } : null;
        var driver = _driver = (IDriver?)openLoop ?? new FullSpeedDriver(_options, sender, Identity);
        _statistics.Steady = () => driver.Steady;
        Exception? fault = null;
        driver.Start();
        var first = await Task.WhenAny(driver.Completion, sender.Fault, records.Completion, _stopRequested.Task);
        if (first.IsFaulted) fault = first.Exception!.InnerException!;

        // However it ended: nothing more is launched, and what is under way may end.
        if (first != driver.Completion || fault is not null) _stage = DriverStage.Draining;
        driver.Stop();
        using var timeout = new CancellationTokenSource();
        if (_stage == DriverStage.Draining) timeout.CancelAfter(_options.DrainTimeout);

        // What waits for no answer is deleted as soon as that is so: a request that hangs must not use up the time of all the others.
        IReadOnlyCollection<LiveObject> left = [];
        while (true)
        {
            var underWay = sender.InFlight;
            left = await DeleteAsync(sender, [.. left, .. driver.Survivors()], timeout);
            if (underWay == 0) return (left, fault);
            if (timeout.IsCancellationRequested) sender.Abort();
            await Task.Delay(Poll, CancellationToken.None);
        }
    }

    private async Task<IReadOnlyCollection<LiveObject>> DeleteAsync(OperationSender sender, IReadOnlyCollection<LiveObject> objects, CancellationTokenSource timeout)
    {
        if (objects.Count == 0 || (_options.NoCleanup && Stopped) || sender.Aborted) return objects;
        if (_stage != DriverStage.Draining) timeout.CancelAfter(_options.DrainTimeout);
        _stage = DriverStage.Draining;
        return await new Drain(sender).DeleteAsync(objects, timeout.Token);
    }

    /// <summary>
    /// Looks on the server for what was left. Creates of unknown outcome may have taken effect after their delete found nothing: what
    /// is found is deleted, unless the run was stopped and asked to leave everything.
    /// </summary>
    private async Task<DriverResult> ConcludeAsync(ApiClient setUp, HealthRecorder health, IReadOnlyCollection<LiveObject> left, RecordStream<OperationRow> records)
    {
        long leftBehind = left.Count;
        string? unknown = null;
        var patience = Stopped && _options.DrainTimeout > LastLook ? LastLook : _options.DrainTimeout;
        using var timeout = new CancellationTokenSource(patience > Poll ? patience : TimeSpan.FromSeconds(1));
        try
        {
            if (!(_options.NoCleanup && Stopped) && (left.Count > 0 || _statistics.UnknownCreates > 0))
            {
                var removed = await new ObjectRemover(setUp).RemoveAsync(_template.Resource, _options.Namespace, Identity.Selector, null, timeout.Token);
                leftBehind = removed.Remaining;
            }
            else if (left.Count == 0)
            {
                leftBehind = await FirstOfRunAsync(setUp, timeout.Token) is null ? 0 : 1;
            }
        }
        catch (Exception e) when (e is ApiException or OperationCanceledException)
        {
            unknown = e is ApiException ? e.Message : "The server did not list them in time.";
        }

        records.Close();
        if (!records.Completion.IsFaulted) await records.Completion;
        var result = Describe(health, unknown is null || leftBehind > 0 ? leftBehind : null);
        RunHealthLog.Put(result);
        return new(result, Stopped, leftBehind, unknown);
    }

    /// <summary>The name of an object that was there before the run, or null. A user who may not list can drive all the same: it is told.</summary>
    private async Task<string?> FirstBeforeAsync(ApiClient client, CancellationToken cancellationToken)
    {
        try
        {
            return await FirstOfRunAsync(client, cancellationToken);
        }
        catch (ApiException e) when (e.StatusCode == 403)
        {
            RunIdFault = e.Message;
            return null;
        }
    }

    /// <summary>The name of one object of this run and worker, or null.</summary>
    /// <exception cref="ApiException">The server does not say.</exception>
    private async Task<string?> FirstOfRunAsync(ApiClient client, CancellationToken cancellationToken)
    {
        var path = $"{_template.Resource.CollectionPath(_options.Namespace)}?limit=1&labelSelector={Uri.EscapeDataString(Identity.Selector)}";
        using var list = await client.GetAsync(path, cancellationToken);
        var items = list.RootElement.GetProperty("items");
        return items.GetArrayLength() == 0 ? null : items[0].GetProperty("metadata").GetProperty("name").GetString();
    }

    private RunHealth Describe(HealthRecorder health, long? leftBehind)
    {
        var counters = new Dictionary<string, double>
        {
            ["RequestedPopulation"] = _options.RequestedPopulation / _options.Workers,
            ["PeakPopulation"] = _statistics.PeakPopulation,
        };
        if (!double.IsNaN(_statistics.MeanPopulation)) counters["MeanPopulation"] = _statistics.MeanPopulation;
        if (_driver?.Waited is { } waited) counters[RunHealth.WaitedSeconds] = waited.TotalSeconds;
        if (leftBehind is { } left) counters["LeftBehind"] = left;
        return new()
        {
            RunId = _options.RunId,
            Worker = _options.Worker,
            Resource = Info.Resource,
            Mode = _options.Mode,
            CpuQuota = health.CpuQuota,
            Parameters = _options.ToDictionary(),
            Counters = counters,
            Seconds = health.Snapshot(),
        };
    }
}
