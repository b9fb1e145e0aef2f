using System.Management.Automation;

namespace K8sScaleTest;

/// <summary>Takes back faults of a local API server, those given or all, and ends.</summary>
/// <remarks>
/// <para>
/// A fault that is taken back happens to nothing that comes later; requests that are waiting because of it wait to the end of their latency, stalled watches go on at once, and a
/// server that refuses connections listens again. What a fault has done stays done: lost events stay lost, forgotten history forgotten, and all of it in the ledger.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// Clear-LocalApiFault
/// </code>
/// Takes back all faults of the one server that this session has started.
/// </example>
/// <example>
/// <code>
/// $slow = $server | Set-LocalApiFault -Verb create -Latency 200ms
/// $server | Start-ConfigMapDriver -Rate 50 -Count 500 -OutFile slow.csv
/// $slow | Clear-LocalApiFault
/// </code>
/// Takes back the one, others stay.
/// </example>
/// <seealso cref="SetLocalApiFaultCommand"/>
/// <seealso cref="GetLocalApiFaultCommand"/>
[Cmdlet(VerbsCommon.Clear, "LocalApiFault", SupportsShouldProcess = true, DefaultParameterSetName = AllSet)]
public sealed class ClearLocalApiFaultCommand : LocalApiControlCmdlet
{
    private const string AllSet = "All";
    private const string IdSet = "Id";
    private const string ObjectSet = "InputObject";

    /// <summary>What Set-LocalApiFault or Get-LocalApiFault returned.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ObjectSet)]
    [ValidateNotNull]
    public LocalApiFault[] InputObject { get; set; } = [];

    /// <summary>The numbers of the faults. One that does not exist is an error.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = IdSet)]
    [ValidateRange(1, ushort.MaxValue)]
    public int[] FaultId { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        switch (ParameterSetName)
        {
            case ObjectSet:
                foreach (var fault in InputObject) Clear(fault.Kubeconfig, $"fault {fault.Id} ({fault.Action})", $"/faults/{fault.Id}");
                break;
            case IdSet:
                foreach (var id in FaultId) Clear(Target(), $"fault {id}", $"/faults/{id}");
                break;
            default:
                Clear(Target(), "all faults", "/faults");
                break;
        }
    }

    private void Clear(string target, string what, string path)
    {
        if (!ShouldProcess(what, "Take back")) return;
        WithControl(target, (client, _, cancellationToken) => client.SendAsync(HttpMethod.Delete, path, null, cancellationToken));
    }
}
