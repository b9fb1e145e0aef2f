using System.Management.Automation;

namespace K8sScaleTest;

/// <summary>Stops local API servers of this session, those given or all; ends when they have ended.</summary>
/// <remarks>
/// <para>
/// Ends the servers that Start-LocalApiServer started, with all that is in them, and deletes their kubeconfigs. Open watches are cut off, not waited for; a server that does
/// not end within 5 seconds is killed. A server that has ended already is no error; an -Id that names none is one.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// Stop-LocalApiServer
/// </code>
/// Stops all servers of this session.
/// </example>
/// <example>
/// <code>
/// $server = Start-LocalApiServer
/// try { $server | Start-ConfigMapDriver -Rate 100 -Count 1000 -OutFile run.csv }
/// finally { $server | Stop-LocalApiServer }
/// </code>
/// Stops the one server whatever becomes of the run.
/// </example>
/// <example>
/// <code>
/// Get-LocalApiServer | Where-Object Latency -GT 0 | Stop-LocalApiServer
/// </code>
/// Stops those that add a latency.
/// </example>
/// <seealso cref="StartLocalApiServerCommand"/>
/// <seealso cref="GetLocalApiServerCommand"/>
/// <seealso href="about_K8sScaleTest"/>
[Cmdlet(VerbsLifecycle.Stop, "LocalApiServer", SupportsShouldProcess = true, DefaultParameterSetName = AllSet)]
public sealed class StopLocalApiServerCommand : PSCmdlet, IDisposable
{
    private const string AllSet = "All";
    private const string IdSet = "Id";
    private const string ObjectSet = "InputObject";
    private readonly Pump _pump = new();

    /// <summary>What Start-LocalApiServer or Get-LocalApiServer returned. Without it, and without -Id, all servers of this session are stopped.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ObjectSet)]
    [ValidateNotNull]
    public LocalApiServer[] InputObject { get; set; } = [];

    /// <summary>The process IDs of the servers, as Get-LocalApiServer shows them.</summary>
    [Parameter(Mandatory = true, ParameterSetName = IdSet)]
    [ValidateNotNullOrEmpty]
    public int[] Id { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var running = LocalApiServers.List();
        switch (ParameterSetName)
        {
            case ObjectSet:
                foreach (var server in InputObject) Stop(running, server.Id, isError: false);
                break;
            case IdSet:
                foreach (var id in Id) Stop(running, id, isError: true);
                break;
            default:
                foreach (var server in running) Stop(running, server.Id, isError: false);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _pump.Stop();

    /// <inheritdoc/>
    public void Dispose() => _pump.Dispose();

    private void Stop(IReadOnlyList<LocalApiServer> running, int id, bool isError)
    {
        if (running.FirstOrDefault(s => s.Id == id) is not { } server)
        {
            // An object may outlive its server; a number that names none is a mistake.
            if (isError) WriteError(new ErrorRecord(new ItemNotFoundException($"No local API server with ID {id} runs in this session. Get-LocalApiServer lists those that do."), "LocalApiServerNotFound", ErrorCategory.ObjectNotFound, id));
            return;
        }
        if (!ShouldProcess(server.Url, "Stop the local API server") || LocalApiServers.Take(id) is not { } child) return;
        using (child) _pump.Run(child.StopAsync);
    }
}
