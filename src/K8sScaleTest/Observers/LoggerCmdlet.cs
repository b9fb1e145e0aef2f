using System.Management.Automation;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Informers;
using K8sScaleTest.Engine.Metrics;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Observers;
using K8sScaleTest.Engine.Results.Files;

namespace K8sScaleTest;

/// <summary>The parameters that all loggers share, and the run from the pipeline's side.</summary>
public abstract class LoggerCmdlet : RecordingCmdlet
{
    private LoggerRun? _run;
    private bool _ran;
    private volatile bool _stopped;

    /// <summary>The namespace whose objects are logged; all namespaces by default, as in the Go programs. Tab completes it with the namespaces of the server.</summary>
    [Parameter]
    [NamespaceName]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string? Namespace { get; set; }

    /// <summary>Logs only objects with these labels, as kubectl takes them: purpose=scaletest, 'app in (a,b)', '!canary'. The server selects.</summary>
    [Parameter]
    [Alias("Selector")]
    [ValidateNotNullOrEmpty]
    public string? LabelSelector { get; set; }

    /// <summary>Logs only objects with these fields, as kubectl takes them, such as metadata.name=leader. The server selects.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? FieldSelector { get; set; }

    /// <summary>How many workers take keys from the work queue at once; 1 by default. They wait without a thread of their own.</summary>
    [Parameter]
    public int Threads { get; set; } = 1;

    /// <summary>
    /// Compares each object with what the dequeue before found, by a hash of its content, and says in Duplicate whether nothing had changed. Replaces the Go flag
    /// no-compare, which switched it off.
    /// </summary>
    [Parameter]
    public SwitchParameter Compare { get; set; }

    /// <summary>Writes one record for each event of the informer, also for those that one dequeue stands for together.</summary>
    [Parameter]
    public SwitchParameter PerEvent { get; set; }

    /// <summary>How long to log: 90 (seconds), 90s, 500ms, 5m, 1h30m, 00:01:30 or a timespan. Without it until Ctrl+C.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Duration { get; set; }

    /// <summary>Starts with pages of a list, and not with the stream (WatchList) that newer servers offer and client-go prefers.</summary>
    [Parameter]
    public SwitchParameter NoWatchList { get; set; }

    /// <summary>The logger's run ID, in every record: lower-case letters, digits, '-' and '.', at most 63; made as MMDD.hhmm.NNNN when it is not given.</summary>
    [Parameter]
    public string? RunId { get; set; }

    /// <summary>2 (default), or 1.1.</summary>
    [Parameter]
    [ValidateSet("2", "1.1")]
    public string HttpVersion { get; set; } = "2";

    /// <summary>How long the server may take to begin its answer to a list or a watch; 65s by default, past its own 60 s.</summary>
    [Parameter]
    [Duration]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(65);

    /// <summary>The Go program that the logger stands in for, which begins its User-Agent.</summary>
    private protected abstract string Program { get; }

    /// <summary>Finds out what to log, on the server where need be.</summary>
    private protected abstract Task<ApiResource> FindResourceAsync(ApiClient client, CancellationToken cancellationToken);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (_ran && OutFile is not null)
            throw Terminating("OutFileTaken", ErrorCategory.InvalidArgument, $"More than one API server came through the pipeline, and each logger would write to '{OutFile}'. Give -OutFile for one server at a time.", OutFile);
        _ran = true;
        CheckOptions(ApiResource.ConfigMaps with { Plural = "objects" });
        using var signal = new SignalGuard(StopProcessing); // outermost: it ends the process, when all else is written and closed
        using var metrics = OpenMetrics();
        Log(metrics?.Metrics);
        Linger(metrics);
    }

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        _stopped = true;
        base.StopProcessing();
        _run?.Stop();
    }

    private void Log(RunMetrics? metrics)
    {
        var target = ResolveTarget();
        try
        {
            var (resource, version) = Run(async cancellationToken =>
            {
                using var client = new ApiClient(target, Version, ModuleVersion.UserAgent(Program), RequestTimeout);
                return (await FindResourceAsync(client, cancellationToken), OutFile == "-" ? await ApiDiscovery.ServerVersionAsync(client, cancellationToken) : null);
            });
            var options = CheckOptions(resource);
            using var session = new LoggerSession(this, options);
            var run = _run = session.NewRun(target, metrics);
            try
            {
                if (_stopped) throw new PipelineStoppedException();
                Run(async cancellationToken =>
                {
                    await using var stop = cancellationToken.Register(run.Stop);
                    await run.PrepareAsync();
                });
                if (OutFile == "-") LogParameters(options.ToDictionary(), resource, target, version);
                WriteVerbose($"Run {options.RunId}: logging {resource.Plural} as {resource.ApiVersion} in {options.Namespace ?? "all namespaces"} at {target.Url}, HTTP/{options.HttpVersion}, {options.Threads} workers.");
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

    private Version Version => HttpVersion == "2" ? System.Net.HttpVersion.Version20 : System.Net.HttpVersion.Version11;

    /// <summary>Reads the parameters; what makes no sense is an error before any request.</summary>
    private LoggerOptions CheckOptions(ApiResource resource)
    {
        RunId ??= RunIdentity.NewRunId(DateTimeOffset.Now, Random.Shared);
        var options = new LoggerOptions
        {
            RunId = RunId,
            Resource = resource,
            Namespace = Namespace,
            LabelSelector = LabelSelector,
            FieldSelector = FieldSelector,
            Threads = Threads,
            Compare = Compare,
            PerEvent = PerEvent,
            Duration = IsBound(nameof(Duration)) ? Duration : null,
            Program = Program,
            HttpVersion = Version,
            RequestTimeout = RequestTimeout,
            Informer = new InformerOptions { WatchList = !NoWatchList },
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
