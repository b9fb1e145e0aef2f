using System.Management.Automation;

namespace K8sScaleTest;

/// <summary>What the cmdlets share that speak to a local API server about its faults and its ledger.</summary>
public abstract class LocalApiControlCmdlet : PSCmdlet, IDisposable
{
    private readonly Pump _pump = new();

    /// <summary>
    /// The kubeconfig of the server, as Start-LocalApiServer and Get-LocalApiServer give it; it binds by property name, so that their output can be piped in. Without
    /// it, the one server that this session has started. A server that another process started has one too.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Kubeconfig { get; set; }

    /// <inheritdoc/>
    protected override void StopProcessing() => _pump.Stop();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of what it holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing) _pump.Dispose();
    }

    /// <summary>The kubeconfig to use, in full; an error of its own where there is none or more than one.</summary>
    private protected string Target()
    {
        if (Kubeconfig is not null) return SessionState.Path.GetUnresolvedProviderPathFromPSPath(Kubeconfig);
        var running = LocalApiServers.List();
        if (running.Count == 1) return running[0].Kubeconfig;
        var message = running.Count == 0
            ? "No local API server runs in this session: start one with Start-LocalApiServer, or name the -Kubeconfig of another's."
            : $"{running.Count} local API servers run in this session: pipe one in, or name its -Kubeconfig.";
        ThrowTerminatingError(new ErrorRecord(new PSInvalidOperationException(message), "LocalApiServerNotNamed", ErrorCategory.InvalidArgument, null));
        return "";
    }

    /// <summary>Does something with the endpoint on the thread pool, and what is posted on this thread; failures are terminating errors.</summary>
    private protected void WithControl(string kubeconfig, Func<LocalApiControlClient, Pump, CancellationToken, Task> work)
    {
        try
        {
            using var client = LocalApiControlClient.Open(kubeconfig);
            _pump.Run(cancellationToken => work(client, _pump, cancellationToken));
        }
        catch (InvalidOperationException failed)
        {
            ThrowTerminatingError(new ErrorRecord(failed, "LocalApiControlFailed", ErrorCategory.InvalidOperation, kubeconfig));
        }
    }
}
