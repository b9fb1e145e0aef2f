using System.Management.Automation;

namespace K8sScaleTest;

/// <summary>Lists the local API servers of this session that run, and ends.</summary>
/// <remarks>
/// <para>
/// Gives the servers that Start-LocalApiServer started in this session and that still run: process ID, URL, kubeconfig, version, and the settings with which they were
/// started. The output binds to the drivers' -Kubeconfig, as that of Start-LocalApiServer does.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// Get-LocalApiServer
/// </code>
/// Shows the servers of this session.
/// </example>
/// <example>
/// <code>
/// Get-LocalApiServer | Start-FlunderDriver -Rate 100 -Count 1000 | Measure-ScaleTest
/// </code>
/// Drives the server that runs already.
/// </example>
/// <example>
/// <code>
/// kubectl --kubeconfig (Get-LocalApiServer)[0].Kubeconfig get configmaps -A
/// </code>
/// Looks at the first server with kubectl.
/// </example>
/// <seealso cref="StartLocalApiServerCommand"/>
/// <seealso cref="StopLocalApiServerCommand"/>
/// <seealso href="about_K8sScaleTest"/>
[Cmdlet(VerbsCommon.Get, "LocalApiServer")]
[OutputType(typeof(LocalApiServer))]
public sealed class GetLocalApiServerCommand : PSCmdlet
{
    /// <summary>The process IDs of the servers; all by default. One that names no running server is an error.</summary>
    [Parameter(Position = 0)]
    public int[]? Id { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var running = LocalApiServers.List();
        foreach (var server in running.Where(s => Id is null || Id.Contains(s.Id))) WriteObject(server);
        foreach (var id in (Id ?? []).Where(i => running.All(s => s.Id != i)))
        {
            WriteError(new ErrorRecord(new ItemNotFoundException($"No local API server with ID {id} runs in this session."), "LocalApiServerNotFound", ErrorCategory.ObjectNotFound, id));
        }
    }
}
