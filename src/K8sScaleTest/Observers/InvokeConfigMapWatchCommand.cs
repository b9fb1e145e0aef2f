using System.Management.Automation;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest;

/// <summary>Lists ConfigMaps and watches them in time-limited watches, and emits one WatchRecord per event, list and watch; ends at -Duration or Ctrl+C.</summary>
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
/// <para>It is what flunder-watch of the Go programs is to Flunders.</para>
/// </remarks>
/// <example>
/// <code>
/// Start-LocalApiServer | Invoke-ConfigMapWatch -Duration 1m -Namespace scaletest
/// </code>
/// Watches the ConfigMaps of one namespace of a local API server for a minute. Run a driver beside it in another session.
/// </example>
/// <example>
/// <code>
/// Invoke-ConfigMapWatch -Watchers 1000 -Resume -Duration 10m -OutFile watch.csv
/// </code>
/// A thousand watchers in one process on ten connections; ends with a summary, in which the audit is.
/// </example>
/// <example>
/// <code>
/// Invoke-ConfigMapWatch -ReadRate 5 -TimeoutSeconds 30..60 | Where-Object Type -EQ Window
/// </code>
/// A reader that takes five events a second and makes the server wait, and how each of its watches ended.
/// </example>
/// <seealso cref="StartConfigMapDriverCommand"/>
/// <seealso cref="StartLocalApiServerCommand"/>
/// <seealso href="about_K8sScaleTest"/>
[Cmdlet(VerbsLifecycle.Invoke, "ConfigMapWatch")]
[OutputType(typeof(WatchRecord), typeof(WatchSummary))]
public sealed class InvokeConfigMapWatchCommand : WatchCmdlet
{
    private protected override string Program => "cm-watch";

    private protected override Task<ApiResource> FindResourceAsync(ApiClient client, CancellationToken cancellationToken) => Task.FromResult(ApiResource.ConfigMaps);
}
