using System.Management.Automation;
using System.Text.Json;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Metrics;

namespace K8sScaleTest;

/// <summary>The parameters that all cmdlets share which run for a while and can be looked at meanwhile: their metrics for Prometheus.</summary>
public abstract class RunCmdlet : TargetCmdlet
{
    private const int HighestPort = 65535;

    /// <summary>
    /// Serves metrics for Prometheus on this port under /metrics, and /healthz beside them, from before the load until the end; 0 picks a free port and says
    /// which. Off when it is not given. A port in use is an error before the load. Replaces the Go flag metricport.
    /// </summary>
    [Parameter]
    [Alias("MetricPort")]
    [ValidateRange(0, HighestPort)]
    public int MetricsPort { get; set; }

    /// <summary>
    /// The address that -MetricsPort is opened on: * (default) for all of this machine's interfaces, since Prometheus scrapes from elsewhere, localhost, or an
    /// IP address of this machine. The metrics hold names and numbers of the run, and no secrets; whoever reaches the port can read them.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string MetricsAddress { get; set; } = MetricsEndpoint.AllAddresses;

    /// <summary>
    /// How long the metrics stay at the end of a run that was not stopped, for a last scrape, as a duration (see -Duration); 0 by default. Ctrl+C ends it. The
    /// Go program waited 15s. Replaces the Go flag waitBeforeTerminate.
    /// </summary>
    [Parameter]
    [Alias("WaitBeforeTerminate")]
    [Duration]
    public TimeSpan MetricsLinger { get; set; }

    /// <summary>Opens the port when one was asked for; null otherwise.</summary>
    private protected MetricsPort? OpenMetrics()
    {
        if (!MyInvocation.BoundParameters.ContainsKey(nameof(MetricsPort)))
        {
            if (MyInvocation.BoundParameters.ContainsKey(nameof(MetricsAddress)) || MyInvocation.BoundParameters.ContainsKey(nameof(MetricsLinger)))
                throw Terminating("MetricsPortMissing", ErrorCategory.InvalidArgument, "-MetricsAddress and -MetricsLinger say how metrics are served; -MetricsPort, that they are: give it too.", null);
            return null;
        }

        if (MetricsLinger > TimeSpan.FromDays(1))
            throw Terminating("InvalidMetricsLinger", ErrorCategory.InvalidArgument, $"-MetricsLinger is {MetricsLinger.TotalDays:0.#} days: give at most 1.", MetricsLinger);
        MetricsPort port;
        try
        {
            port = new(MetricsAddress, MetricsPort);
        }
        catch (MetricsEndpointException e)
        {
            ThrowTerminatingError(Explain(e)!);
            throw;
        }

        if (MetricsPort == 0) WriteInformation(new HostInformationMessage { Message = $"Metrics: {port.Url}" }, ["PSHOST"]);
        else WriteVerbose($"Metrics: {port.Url}");
        return port;
    }

    /// <summary>
    /// Logs what runs, for a container, whose log must tell it on its own: one line of JSON beside the records of standard output. There is no secret in it.
    /// </summary>
    private protected void LogParameters(IReadOnlyDictionary<string, string> options, ApiResource resource, ApiTarget target, string? version)
    {
        var parameters = new Dictionary<string, string>(options)
        {
            ["Cmdlet"] = MyInvocation.MyCommand.Name,
            ["Resource"] = resource.QualifiedName,
            ["ApiVersion"] = resource.ApiVersion,
            ["Server"] = target.Url,
            ["Source"] = target.Source,
            ["Kubernetes"] = version ?? "",
        };
        WriteInformation(new HostInformationMessage { Message = JsonSerializer.Serialize(parameters) }, ["PSHOST"]);
    }

    /// <summary>Lets the metrics stay for a last scrape.</summary>
    private protected void Linger(MetricsPort? port)
    {
        if (port is null || MetricsLinger == TimeSpan.Zero || Stopping) return;
        var progress = new ProgressRecord(1, MyInvocation.MyCommand.Name, $"ended; the metrics stay at {port.Url} for {MetricsLinger.TotalSeconds:0.#} s");
        WriteProgress(progress);
        Run(cancellationToken => Task.Delay(MetricsLinger, cancellationToken));
        progress.RecordType = ProgressRecordType.Completed;
        WriteProgress(progress);
    }
}
