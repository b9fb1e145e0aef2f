using System.Diagnostics;
using System.Runtime.ExceptionServices;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Health;
using K8sScaleTest.Engine.Informers;
using K8sScaleTest.Engine.Metrics;
using K8sScaleTest.Engine.Observers.Auditing;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Observers.Watches;

/// <summary>Watchers on one collection, from the first check of the server to the audit of what they were delivered.</summary>
public sealed class WatchRun : IAsyncDisposable
{
    private readonly WatchOptions _options;
    private readonly ApiTarget _target;
    private readonly ApiResource _resource;
    private readonly WatchAudit _audit;
    private readonly bool _ownsAudit;
    private readonly bool _recordsHealth;
    private readonly WatchContext _context;
    private readonly RecordStream<WatchRow> _records;
    private readonly List<ApiConnection> _connections = [];
    private readonly List<AuditParticipant> _participants = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _end;
    private HealthRecorder? _health;
    private long _began;
    private bool _prepared;

    /// <summary>Prepares a run; nothing is sent yet.</summary>
    /// <param name="options">Its parameters.</param>
    /// <param name="target">The API server.</param>
    /// <param name="resource">What is watched.</param>
    /// <param name="consumer">Takes the records, on a thread of the run.</param>
    /// <param name="metrics">What counts events for Prometheus; null for nobody.</param>
    /// <param name="audit">An audit that others take part in, too, and that somebody else concludes; null for one of this run alone.</param>
    /// <param name="clock">The clock of a driver in this process, who records its health; null for one of its own, and health too.</param>
    /// <exception cref="ArgumentException">The parameters make no sense.</exception>
    public WatchRun(
        WatchOptions options, ApiTarget target, ApiResource resource, IRecordConsumer<WatchRow> consumer, RunMetrics? metrics = null, WatchAudit? audit = null, RunClock? clock = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(resource);
        options.ValidateFor(resource);
        _options = options;
        _target = target;
        _resource = resource;
        _ownsAudit = audit is null;
        _audit = audit ?? new();
        _recordsHealth = clock is null;
        Info = new(options.RunId, resource.QualifiedName, target.Server.Authority, clock ?? new());
        _records = new(metrics?.ForWatches(Info, consumer, () => Progress) ?? consumer);
        _context = new(options, Info, _records);
        _end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
    }

    /// <summary>What all records of the run share.</summary>
    public WatchInfo Info { get; }

    /// <summary>The parameters.</summary>
    public WatchOptions Options => _options;

    /// <summary>Whether <see cref="Stop"/> was called.</summary>
    public bool Stopped => _stop.IsCancellationRequested;

    /// <summary>Where the run stands.</summary>
    public WatchRunProgress Progress => new(
        _began == 0 ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_began),
        _context.Counts.Open,
        _context.Counts.Begun,
        _context.Counts.Events,
        _context.Counts.Windows,
        _context.Counts.Lists,
        _context.Counts.Errors,
        _records.Waiting);

    /// <summary>The process's health up to now; null before the run began, and beside a driver.</summary>
    public RunHealth? Health => _health is null ? null : Describe(_health);

    /// <summary>Ends the run, from any thread.</summary>
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
    }

    /// <summary>Finds out, with a list of one object and a watch that is closed as soon as it is open, what would fail every watcher.</summary>
    /// <exception cref="ApiException">The server could not be reached, or does not let this user list and watch.</exception>
    public async Task PrepareAsync()
    {
        await ObservationProof.RunAsync(_target, StreamOptions, _stop.Token);
        for (var i = 0; i < _options.ConnectionsInEffect; i++) _connections.Add(ApiConnection.ForReads(_target, i, _options.ReadRate is null ? null : ApiConnection.SmallReceiveBuffer));
        _prepared = true;
    }

    /// <summary>Runs until its duration is over, or <see cref="Stop"/>.</summary>
    /// <exception cref="ApiException">As from <see cref="PrepareAsync"/>.</exception>
    /// <exception cref="WatchFailedException">A list or a watch ended out of order, and the run was asked to end with it.</exception>
    public async Task<WatchRunResult> RunAsync()
    {
        if (!_prepared) await PrepareAsync();
        using var health = _health = _recordsHealth ? new(Info.Clock) : null;
        health?.Start();
        _began = RunClock.Now;
        _records.Start();
        if (_options.Duration is { } duration) _end.CancelAfter(duration);
        var watching = Task.WhenAll(Enumerable.Range(0, _options.Watchers).Select(number => NewWatcher(number).RunAsync(_end.Token)));
        var first = await Task.WhenAny(watching, _context.Failure.Task, _records.Completion);
        await _end.CancelAsync();
        await watching;
        health?.Stop();
        _records.Close();
        if (first.IsFaulted) ExceptionDispatchInfo.Throw(first.Exception!.InnerException!);
        await _records.Completion;
        return new(Stopped, Health, Progress, _ownsAudit ? _audit.Conclude() : []);
    }

    /// <summary>Closes the connections. A run under way must have ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _records.Dispose();
        foreach (var connection in _connections) connection.Dispose();
        _context.Lists.Dispose();
        _end.Dispose();
        _stop.Dispose();
    }

    private string UserAgent => $"{_options.Program} K8sScaleTest/{typeof(WatchRun).Assembly.GetName().Version!.ToString(3)}";

    private ListWatchOptions StreamOptions => new()
    {
        Resource = _resource,
        Namespace = _options.Namespace,
        LabelSelector = _options.LabelSelector,
        FieldSelector = _options.FieldSelector,
        UserAgent = UserAgent,
        HttpVersion = _options.HttpVersion,
        Annotations = WriterTime.Annotations,
        RequestTimeout = _options.RequestTimeout,
    };

    private RunHealth Describe(HealthRecorder health)
    {
        var progress = Progress;
        return new()
        {
            RunId = _options.RunId,
            Resource = Info.Resource,
            CpuQuota = health.CpuQuota,
            Parameters = _options.ToDictionary(),
            Counters = new Dictionary<string, double>
            {
                ["Events"] = progress.Events,
                ["Windows"] = progress.Windows,
                ["Lists"] = progress.Lists,
                ["Errors"] = progress.Errors,
            },
            Seconds = health.Snapshot(),
        };
    }

    private Watcher NewWatcher(int number)
    {
        var connection = _connections[number % _connections.Count];
        var participant = _audit.Join($"watcher {number}");
        _participants.Add(participant);
        return new(_context, new AuditedListWatch(new ListWatch(_target, connection, StreamOptions), participant), number, connection.Index);
    }
}
