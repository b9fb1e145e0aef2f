using System.Management.Automation;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Metrics;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Results.Files;
using K8sScaleTest.Engine.ScaleTests;

namespace K8sScaleTest;

/// <summary>
/// Drives objects at a rate while loggers and watchers observe them, all in one process and on one clock, and emits one ScaleTestResult; ends at -Count, -Duration or Ctrl+C.
/// </summary>
/// <remarks>
/// <para>
/// Sets up (namespace, connections, rights), lets the loggers and watchers come into sync with what is there, drives as Start-ConfigMapDriver and Start-FlunderDriver
/// do, deletes what it made, and closes the horizon with one last write. Each write is joined to the event that it made: launched, sent, acknowledged, received by the
/// informer, handled, dequeued by a worker, on one monotonic clock. An event that arrives before the response is real, and its time stays negative.
/// </para>
/// <para>
/// The audit holds what each observer was delivered against the driver's acknowledged writes and against the other observers: events that a watch covered without a break
/// and did not deliver, delivered again, out of order, or that went back, make the verdict Failed. What falls between two watches is a gap, legal, and counted.
/// </para>
/// <para>
/// The verdict is the driver's where that is not Valid: the observers load this process too, and the same probe of its thread pool tells when that disturbed the driver.
/// </para>
/// <para>
/// A plan file (-Plan, YAML) holds the same settings under the names in docs/plans.md; what is given on the command line wins. -WhatIf says what will run, and sends no request.
/// With -OutFile run.csv the operations are written to run.csv, and beside it run.notifications.csv, run.watches.csv and run.paths.csv.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// Invoke-ScaleTest -Local -Rate 100 -Count 2000
/// </code>
/// Everything on a local API server of its own: a first look that needs no cluster.
/// </example>
/// <example>
/// <code>
/// Invoke-ScaleTest -Rate 50 -Duration 5m -Updates 1 -Watchers 10 -OutFile run.csv -Objective 'create.response.p99 &lt;= 1s', 'failed == 0'
/// </code>
/// 150 writes a second for five minutes, a logger and ten watchers; the result's verdict is Failed when an objective was missed or an event was lost.
/// </example>
/// <example>
/// <code>
/// Invoke-ScaleTest -Resource Flunder -Plan nightly.yaml -WhatIf
/// </code>
/// Says what the plan amounts to on this server. No request is sent.
/// </example>
/// <example>
/// <code>
/// $result = Invoke-ScaleTest -Plan nightly.yaml -OutFile run.csv
/// $result.Paths | Format-Table Operation, Joined, Writes, LaunchedToReceivedP99Ms, HandledToDequeuedP99Ms
/// $result.Audit | Where-Object Missed
/// </code>
/// What the result holds besides what is shown.
/// </example>
/// <seealso cref="StartConfigMapDriverCommand"/>
/// <seealso cref="StartConfigMapLoggerCommand"/>
/// <seealso cref="InvokeConfigMapWatchCommand"/>
/// <seealso cref="StartLocalApiServerCommand"/>
/// <seealso href="about_K8sScaleTest"/>
[Cmdlet(VerbsLifecycle.Invoke, "ScaleTest", SupportsShouldProcess = true)]
[OutputType(typeof(ScaleTestResult), typeof(OperationRecord))]
public sealed class InvokeScaleTestCommand : DriverCmdlet
{
    private const int ConfigMapDataLength = 2000;
    private IReadOnlyList<string> _targetOfPlan = [];
    private ScaleTestRun? _run;

    /// <summary>What is driven and observed: ConfigMap (default) or Flunder.</summary>
    [Parameter]
    [ValidateSet("ConfigMap", "Flunder")]
    public string Resource { get; set; } = "ConfigMap";

    /// <summary>Of Flunders, the version to write and observe, such as v1alpha1; the one that the server prefers by default.</summary>
    [Parameter]
    public string? ApiVersion { get; set; }

    /// <summary>Bytes of data in each object, up to 1048476 in a ConfigMap and 1048576 in a Flunder; by default 2000 and 0, as the Go programs.</summary>
    [Parameter]
    [Alias("Datalen")]
    public int DataLength { get; set; }

    /// <summary>A YAML file of settings (docs/plans.md); what is given on the command line wins.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Plan { get; set; }

    /// <summary>Starts a local API server of its own, runs everything on it, and stops it.</summary>
    [Parameter]
    public SwitchParameter Local { get; set; }

    /// <summary>Loggers, each with an informer and a work queue; 1 by default. The first is joined to the driver's writes.</summary>
    [Parameter]
    public int Loggers { get; set; } = 1;

    /// <summary>Workers of each logger's queue; 1 by default.</summary>
    [Parameter]
    public int LoggerThreads { get; set; } = 1;

    /// <summary>Has loggers compare each object with what the dequeue before found, by a hash of its content.</summary>
    [Parameter]
    public SwitchParameter Compare { get; set; }

    /// <summary>Writes a notification for each event, also for those that share a dequeue.</summary>
    [Parameter]
    public SwitchParameter PerEvent { get; set; }

    /// <summary>Watchers; 1 by default.</summary>
    [Parameter]
    public int Watchers { get; set; } = 1;

    /// <summary>Connections that the watchers share; by default one for every 100. Neither the driver nor a logger uses them.</summary>
    [Parameter]
    public int WatchConnections { get; set; }

    /// <summary>Seconds after which a watcher's watch ends, drawn at random from a range; 300..599 by default, as the Go program.</summary>
    [Parameter]
    [SecondsRange]
    public int[] TimeoutSeconds { get; set; } = [300, 599];

    /// <summary>When a watcher's watch has ended, goes on from the last resourceVersion instead of listing everything again.</summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <summary>Makes each watcher a slow reader, of so many events a second at most.</summary>
    [Parameter]
    public double ReadRate { get; set; }

    /// <summary>Objectives, as Test-ScaleTest takes them; one that is missed makes the verdict Failed, one that cannot be told Inconclusive.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ValidateObjective]
    public string[] Objective { get; set; } = [];

    /// <summary>How long the observers may take until they know all that is there, before the load; 60s by default.</summary>
    [Parameter]
    [Duration]
    public TimeSpan SyncTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the observers may take to be delivered the last write; 30s by default.</summary>
    [Parameter]
    [Duration]
    public TimeSpan SentinelTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    protected override string ObjectsName => Resource + "s";

    private protected override int DataLengthInEffect => IsBound(nameof(DataLength)) ? DataLength : IsFlunder ? 0 : ConfigMapDataLength;

    // Also without -Updates: the run's last write is updated until an observer is delivered it.
    private protected override int UpdateDataLength => IsFlunder ? 0 : ObjectTemplate.ConfigMapUpdateLength;

    private bool IsFlunder => Resource.Equals("Flunder", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (Plan is not null)
        {
            try
            {
                _targetOfPlan = PlanSettings.Apply(this, ResolvePath(Plan));
            }
            catch (PlanFileException e)
            {
                ThrowTerminatingError(new(e, "PlanInvalid", ErrorCategory.InvalidData, Plan));
            }
        }

        if (OutFile == "-")
            throw Terminating("OutFileIsStandardOutput", ErrorCategory.InvalidArgument, "A scale test writes several files: give -OutFile a path. The drivers and loggers of their own write to standard output.", OutFile);
        base.BeginProcessing();
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        // Here, since a kubeconfig may come from the pipeline. It wins over the plan as one on the command line does.
        if (IsBound(nameof(Kubeconfig))) PlanSettings.GiveWay(this, _targetOfPlan);
        if (Local && (IsBound(nameof(Kubeconfig)) || IsBound(nameof(Context)) || IsBound(nameof(Server))))
            throw Terminating("LocalAndTarget", ErrorCategory.InvalidArgument, "-Local runs on a local API server of its own: leave -Kubeconfig, -Context and -Server out.", null);
        CheckObjectives();
        var options = ReadScaleTestOptions();
        if (!Local)
        {
            Invoke(options);
            return;
        }

        if (!ShouldProcess("a local API server of its own", Describe(options))) return;
        using var signal = new SignalGuard(StopProcessing); // outermost: it ends the process, when all else is written and closed
        using var metrics = OpenMetrics();
        DriveLocal(options, metrics?.Metrics);
        Linger(metrics);
    }

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        base.StopProcessing();
        _run?.Stop();
    }

    internal override ErrorRecord? Explain(Exception exception) => exception is ScaleTestException failed
        ? new(failed, "ObserversNotInSync", ErrorCategory.OperationTimeout, null)
        : base.Explain(exception);

    private protected override async Task<ObjectTemplate> BuildTemplateAsync(ApiTarget target, DriverOptions options, ObjectIdentity identity, CancellationToken cancellationToken)
    {
        if (!IsFlunder) return ObjectTemplate.ConfigMap(identity, options.DataLength);
        using var client = new ApiClient(target, options.HttpVersion, "flunder-driver", options.RequestTimeout);
        return ObjectTemplate.Flunder(await ApiDiscovery.FindAsync(client, "flunders", ApiDiscovery.FlunderGroups, ApiVersion, cancellationToken), identity, options.DataLength);
    }

    /// <summary>An objective of another resource would be held against nothing, and the test be Valid without it.</summary>
    private void CheckObjectives()
    {
        var driven = IsFlunder ? "flunders" : "configmaps";
        foreach (var objective in Objective.Select(Engine.Results.Objectives.Objective.Parse))
        {
            if (objective.AppliesTo(driven)) continue;
            throw Terminating("InvalidObjective", ErrorCategory.InvalidArgument, $"Objective '{objective.Text}' is of {objective.Resource}, and this test drives {driven}: begin it with '{driven}.', or with the operation.", objective.Text);
        }
    }

    private static string Observers(ScaleTestOptions options) =>
        $"{Some(options.Loggers, "logger")} with {Some(options.LoggerThreads, "worker")} each, and {Some(options.Watchers, "watcher")} with time-outs of {options.MinTimeoutSeconds} to {options.MaxTimeoutSeconds} s";

    private static string Some(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";

    private string Describe(ScaleTestOptions options)
    {
        var objectives = Objective.Length == 0 ? "" : $"; objectives: {string.Join("; ", Objective)}";
        return $"{DriverPlan.Of(options.Driver).Describe(ObjectsName)}; observed by {Observers(options)}{objectives}";
    }

    private void Invoke(ScaleTestOptions options)
    {
        var target = DescribeTarget();
        if (!ShouldProcess($"namespace '{options.Driver.Namespace}' of {target.Url} ({target.Source})", Describe(options))) return;
        TakeOutFile();
        using var signal = new SignalGuard(StopProcessing); // outermost: it ends the process, when all else is written and closed
        using var metrics = OpenMetrics();
        Drive(options, metrics?.Metrics);
        Linger(metrics);
    }

    private void DriveLocal(ScaleTestOptions options, RunMetrics? metrics)
    {
        LocalApiChild? server = null;
        try
        {
            Run(async cancellationToken => server = await LocalApiChild.StartAsync(new(), cancellationToken));
            Kubeconfig = server!.Server.Kubeconfig;
            Drive(options, metrics);
        }
        catch (FileNotFoundException missing)
        {
            ThrowTerminatingError(new(missing, "LocalApiRuntimeMissing", ErrorCategory.NotInstalled, null));
        }
        finally
        {
            // Not through the pump: a stopped pipeline still has to stop the server.
            server?.StopAsync(CancellationToken.None).GetAwaiter().GetResult();
            server?.Dispose();
            Kubeconfig = null;
        }
    }

    private void Drive(ScaleTestOptions options, RunMetrics? metrics)
    {
        using var session = new ScaleTestSession(this, options);
        var target = ResolveTarget();
        try
        {
            var driver = options.Driver;
            var identity = new ObjectIdentity(driver.RunId, driver.Worker, driver.Namespace, driver.NameDigits);
            var template = Run(cancellationToken => BuildTemplateAsync(target, driver, identity, cancellationToken));
            var run = _run = NewRun(session, target, template, identity, metrics);
            try
            {
                if (Stopping) throw new PipelineStoppedException();
                Run(async cancellationToken =>
                {
                    await using var stop = cancellationToken.Register(run.Stop);
                    await run.PrepareAsync();
                });
                WarnOfEarlierStart(run.Driver);
                WriteVerbose($"Run {driver.RunId}, seed {driver.Seed}: {ObjectsName} as {template.Resource.ApiVersion} at {target.Url}; {Observers(options)}.");
                session.OpenFile();
                session.Run();
            }
            catch (RecordFileException e)
            {
                ThrowTerminatingError(Explain(e)!);
            }
            finally
            {
                Release(run);
            }
        }
        finally
        {
            Release(target);
        }
    }

    private ScaleTestRun NewRun(ScaleTestSession session, ApiTarget target, ObjectTemplate template, ObjectIdentity identity, RunMetrics? metrics)
    {
        try
        {
            return session.NewRun(target, template, identity, metrics);
        }
        catch (ArgumentException e)
        {
            throw Invalid(e);
        }
    }

    private ScaleTestOptions ReadScaleTestOptions()
    {
        var options = new ScaleTestOptions
        {
            Driver = ReadOptions(),
            Loggers = Loggers,
            LoggerThreads = LoggerThreads,
            Compare = Compare,
            PerEvent = PerEvent,
            Watchers = Watchers,
            WatchConnections = IsBound(nameof(WatchConnections)) ? WatchConnections : null,
            MinTimeoutSeconds = TimeoutSeconds[0],
            MaxTimeoutSeconds = TimeoutSeconds[1],
            Resume = Resume,
            ReadRate = IsBound(nameof(ReadRate)) ? ReadRate : null,
            SyncTimeout = SyncTimeout,
            SentinelTimeout = SentinelTimeout,
        };
        try
        {
            options.Validate();
        }
        catch (ArgumentException e)
        {
            throw Invalid(e);
        }

        return options;
    }
}
