using System.Management.Automation;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Metrics;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Results.Files;

namespace K8sScaleTest;

/// <summary>The parameters that all loggers and watches share, which observe a collection and write nothing to it, and their run from the pipeline's side.</summary>
public abstract class ObserverCmdlet : RecordingCmdlet
{
    private Action? _stop;
    private volatile bool _stopped;

    /// <summary>The namespace to observe; all namespaces by default, as in the Go programs. Tab completes it with the namespaces of the server.</summary>
    [Parameter]
    [NamespaceName]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string? Namespace { get; set; }

    /// <summary>Observes only objects with these labels, as kubectl's -l takes them: purpose=scaletest, 'app in (a,b)', '!canary'. The server selects.</summary>
    [Parameter]
    [Alias("Selector")]
    [ValidateNotNullOrEmpty]
    public string? LabelSelector { get; set; }

    /// <summary>Observes only objects with these fields, as kubectl takes them, such as metadata.name=leader. The server selects.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? FieldSelector { get; set; }

    /// <summary>How long it observes: 90 (seconds), 90s, 500ms, 5m, 1h30m, 00:01:30 or a timespan; until Ctrl+C by default.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Duration { get; set; }

    /// <summary>This run's ID, in every record: lower-case letters, digits, '-' and '.', at most 63; made as MMDD.hhmm.NNNN when it is not given.</summary>
    [Parameter]
    public string? RunId { get; set; }

    /// <summary>2 (default), or 1.1.</summary>
    [Parameter]
    [ValidateSet("2", "1.1")]
    public string HttpVersion { get; set; } = "2";

    /// <summary>How long the server may take to begin its answer to a list or a watch, as a duration (see -Duration); 65s by default, past its own 60 s.</summary>
    [Parameter]
    [Duration]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(65);

    /// <summary>The program that the User-Agent begins with, as in the Go programs.</summary>
    private protected abstract string Program { get; }

    /// <summary>The version of HTTP in effect.</summary>
    private protected virtual Version HttpVersionInEffect => HttpVersion == "2" ? System.Net.HttpVersion.Version20 : System.Net.HttpVersion.Version11;

    /// <summary>Finds out what to observe, on the server where need be.</summary>
    private protected abstract Task<ApiResource> FindResourceAsync(ApiClient client, CancellationToken cancellationToken);

    /// <summary>Ends the cmdlet when the parameters make no sense, before any request.</summary>
    private protected abstract void CheckParameters();

    /// <summary>Runs to the end.</summary>
    private protected abstract void Observe(ApiTarget target, ApiResource resource, string? serverVersion, RunMetrics? metrics);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        // Of each server that comes through the pipeline, where none was given.
        if (!MyInvocation.BoundParameters.ContainsKey(nameof(RunId))) RunId = RunIdentity.NewRunId(DateTimeOffset.Now, Random.Shared);
        CheckParameters();
        TakeOutFile();
        using var signal = new SignalGuard(StopProcessing); // outermost: it ends the process, when all else is written and closed
        using var metrics = OpenMetrics();
        Observe(metrics?.Metrics);
        Linger(metrics);
    }

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        _stopped = true;
        base.StopProcessing();
        _stop?.Invoke();
    }

    /// <summary>Prepares a run, which a stop ends from now on.</summary>
    private protected void Prepare(Func<Task> prepare, Action stop)
    {
        _stop = stop;
        if (_stopped) throw new PipelineStoppedException();
        Run(async cancellationToken =>
        {
            await using var registration = cancellationToken.Register(stop);
            await prepare();
        });
    }

    private void Observe(RunMetrics? metrics)
    {
        var target = ResolveTarget();
        try
        {
            var (resource, version) = Run(async cancellationToken =>
            {
                using var client = new ApiClient(target, HttpVersionInEffect, ModuleVersion.UserAgent(Program), RequestTimeout);
                return (await FindResourceAsync(client, cancellationToken), OutFile == "-" ? await ApiDiscovery.ServerVersionAsync(client, cancellationToken) : null);
            });
            Observe(target, resource, version, metrics);
        }
        catch (RecordFileException e)
        {
            ThrowTerminatingError(Explain(e)!);
        }
        finally
        {
            Release(target);
        }
    }
}
