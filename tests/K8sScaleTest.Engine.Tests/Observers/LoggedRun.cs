using System.Collections.Concurrent;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Observers;
using K8sScaleTest.Engine.Observers.Paths;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Tests.Api;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Engine.Tests.Observers;

/// <summary>A driver and a logger in one process, whose records are joined.</summary>
internal sealed class LoggedRun : IRecordConsumer<OperationRow>, IRecordConsumer<NotificationRow>, IAsyncDisposable
{
    private readonly ApiTarget _target;
    private readonly LoggerRun _logger;
    private readonly DriverOptions _options;
    private readonly PathJoin _join;
    private readonly Task<LoggerResult> _logging;

    private LoggedRun(ApiTarget target, DriverOptions options, LoggerOptions logger)
    {
        _target = target;
        _options = options;
        _join = new(new(options.RunId, 0, "configmaps", options.Namespace, new()), Paths.Enqueue);
        _logger = new(logger, target, this, Said.Enqueue);
        _logging = _logger.RunAsync();
    }

    public ConcurrentQueue<PathRow> Paths { get; } = new();

    public ConcurrentQueue<string> Said { get; } = new();

    public ConcurrentQueue<NotificationRow> Notifications { get; } = new();

    public LoggerRun Logger => _logger;

    /// <summary>Starts the logger, and waits until it watches.</summary>
    public static async Task<LoggedRun> StartAsync(LocalApiProcess server, DriverOptions options, bool watchList = true)
    {
        var target = await ApiTarget.ResolveAsync(new() { Kubeconfig = server.Kubeconfig }, TestContext.Current.CancellationToken);
        var run = new LoggedRun(target, options, new()
        {
            RunId = "logger",
            Resource = ApiResource.ConfigMaps,
            Namespace = options.Namespace,
            Program = "logger",
            PerEvent = true,
            Informer = new() { WatchList = watchList },
        });
        await Wait.UntilAsync(() => run._logger.Watch.Watches == 1, "the logger's watch");
        return run;
    }

    /// <summary>Drives, to the driver's end.</summary>
    public async Task DriveAsync()
    {
        var identity = new ObjectIdentity(_options.RunId, 0, _options.Namespace, _options.NameDigits);
        await using var driver = new DriverRun(_options, _target, ObjectTemplate.ConfigMap(identity, _options.DataLength), identity, (IRecordConsumer<OperationRow>)this);
        await driver.RunAsync();
    }

    /// <summary>Waits until the logger knows that nothing is left, and ends it.</summary>
    public async Task<(LoggerResult Logger, PathResult Paths)> EndAsync(Func<bool>? until = null)
    {
        await Wait.UntilAsync(until ?? (() => _logger.Progress.Objects == 0), "the end of what is logged");
        _logger.Stop();
        var result = await _logging;
        return (result, _join.Complete());
    }

    public void Take(in OperationRow row) => _join.Add(row);

    public void Take(in NotificationRow row)
    {
        Notifications.Enqueue(row);
        _join.Add(row);
    }

    public void Pause()
    {
    }

    public async ValueTask DisposeAsync()
    {
        _logger.Stop();
        await _logging.ContinueWith(static _ => { }, TaskScheduler.Default);
        await _logger.DisposeAsync();
        await _target.DisposeAsync();
    }
}
