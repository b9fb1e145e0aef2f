using System.Management.Automation;

namespace K8sScaleTest;

/// <summary>Shows the faults of a local API server and how often each has happened, and ends.</summary>
/// <remarks>
/// <para>
/// Lists what Set-LocalApiFault has ordered, oldest first: those that are active, and those that are spent because their count or their time is over. Matched counts the requests
/// or events that a fault was about, Applied those to which it happened. Clear-LocalApiFault takes them back.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// Get-LocalApiFault
/// </code>
/// The faults of the one server that this session has started.
/// </example>
/// <example>
/// <code>
/// $server | Get-LocalApiFault | Where-Object State -EQ Active | Format-List
/// </code>
/// All that is known of the faults that can still happen.
/// </example>
/// <seealso cref="SetLocalApiFaultCommand"/>
/// <seealso cref="ClearLocalApiFaultCommand"/>
/// <seealso cref="GetLocalApiLedgerCommand"/>
[Cmdlet(VerbsCommon.Get, "LocalApiFault")]
[OutputType(typeof(LocalApiFault))]
public sealed class GetLocalApiFaultCommand : LocalApiControlCmdlet
{
    /// <summary>The numbers of the faults; all by default. One that does not exist is an error.</summary>
    [Parameter(Position = 0)]
    [ValidateRange(1, ushort.MaxValue)]
    public int[]? FaultId { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var target = Target();
        var faults = new List<LocalApiFault>();
        WithControl(target, async (client, _, cancellationToken) =>
        {
            foreach (var report in (await client.SendAsync(HttpMethod.Get, "/faults", null, cancellationToken)).EnumerateArray()) faults.Add(new LocalApiFault(report, target));
        });
        foreach (var fault in faults.Where(f => FaultId is null || FaultId.Contains(f.Id))) WriteObject(fault);
        foreach (var id in (FaultId ?? []).Where(i => faults.All(f => f.Id != i)))
        {
            WriteError(new ErrorRecord(new ItemNotFoundException($"The server has no fault {id}."), "LocalApiFaultNotFound", ErrorCategory.ObjectNotFound, id));
        }
    }
}
