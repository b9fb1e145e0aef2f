using System.Management.Automation;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest;

/// <summary>Lists Flunders and watches them in time-limited watches, and emits one WatchRecord per event, list and watch; ends at -Duration or Ctrl+C.</summary>
/// <remarks>
/// <para>
/// Each of -Watchers lists the collection, watches it until a time-out that it draws, and lists again, for as long as the run lasts. With -Resume it goes on from
/// the last resourceVersion instead, as informers do. There is a record for every event, bookmarks included, for every list, and for every watch: when it was
/// asked for, opened, and gave its first event, and how it ended.
/// </para>
/// <para>
/// Whatever goes wrong (a connection cut, a 410, a 429) is in the record, and the watcher backs off and goes on; with -ErrorAction Stop the first such thing ends
/// the run. Only what would fail every watcher is an error at once: no server, no right to list or watch.
/// </para>
/// <para>
/// What was delivered is audited: an event is missed when a watch covered its resourceVersion without a break and did not deliver it; what falls between the end
/// of one watch and the list before the next is a gap, and legal. Watchers of one run bear witness against each other, and so do lists and the history of each
/// object. Faults are a warning, and stand in the summary that -OutFile gives.
/// </para>
/// <para>Replaces the Go program flunder-watch, which ended at the first transient error.</para>
/// </remarks>
/// <example>
/// <code>
/// Start-LocalApiServer | Invoke-FlunderWatch -Duration 1m
/// </code>
/// Watches the Flunders of a local API server for a minute.
/// </example>
/// <example>
/// <code>
/// Invoke-FlunderWatch -Server https://10.0.0.7:443 -InsecureSkipTlsVerify -Watchers 20 -Duration 10m -OutFile straight.csv
/// </code>
/// Straight to an aggregated server, without the aggregator between.
/// </example>
/// <example>
/// <code>
/// Invoke-FlunderWatch -LabelSelector scaletest/run=1124.0930.0042 -Duration 5m | Where-Object Type -EQ Added | Measure-Object WriterLatencyMs -Average -Maximum
/// </code>
/// How long after a driver's launch its creations arrived here, by two clocks.
/// </example>
/// <seealso cref="StartConfigMapDriverCommand"/>
/// <seealso cref="StartLocalApiServerCommand"/>
/// <seealso href="about_K8sScaleTest"/>
[Cmdlet(VerbsLifecycle.Invoke, "FlunderWatch")]
[OutputType(typeof(WatchRecord), typeof(WatchSummary))]
public sealed class InvokeFlunderWatchCommand : WatchCmdlet
{
    /// <summary>The version to watch, such as v1alpha1 or wardle.example.com/v1beta1; the one that the server prefers by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ApiVersion { get; set; }

    private protected override string Program => "flunder-watch";

    private protected override Task<ApiResource> FindResourceAsync(ApiClient client, CancellationToken cancellationToken) =>
        ApiDiscovery.FindAsync(client, "flunders", ApiDiscovery.FlunderGroups, ApiVersion, cancellationToken);
}
