using System.Management.Automation;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest;

/// <summary>Lists objects of any resource and watches them in time-limited watches, and emits one WatchRecord per event, list and watch; ends at -Duration or Ctrl+C.</summary>
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
/// <para>Resources without namespaces are watched as a whole; -Namespace is an error for them.</para>
/// </remarks>
/// <example>
/// <code>
/// Invoke-ObjectWatch -Resource deployments.apps -Namespace default -Duration 5m
/// </code>
/// The plural name, with its group where that is not the core group.
/// </example>
/// <example>
/// <code>
/// Invoke-ObjectWatch events -Watchers 50 -Resume -OutFile events.jsonl -Format JsonLines -Duration 1h
/// </code>
/// Fifty watchers of all events of a cluster, for an hour.
/// </example>
/// <seealso cref="StartConfigMapDriverCommand"/>
/// <seealso cref="StartLocalApiServerCommand"/>
/// <seealso href="about_K8sScaleTest"/>
[Cmdlet(VerbsLifecycle.Invoke, "ObjectWatch")]
[OutputType(typeof(WatchRecord), typeof(WatchSummary))]
public sealed class InvokeObjectWatchCommand : WatchCmdlet
{
    /// <summary>The plural name of what to watch, with its group where that is not the core group: pods, deployments.apps. Tab completes common ones.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ObservedResourceCompleter))]
    public string Resource { get; set; } = "";

    /// <summary>The version to watch, such as v1 or apps/v1; the one that the server prefers by default.</summary>
    [Parameter]
    public string? ApiVersion { get; set; }

    private protected override string Program => "object-watch";

    private protected override Task<ApiResource> FindResourceAsync(ApiClient client, CancellationToken cancellationToken) =>
        ApiDiscovery.FindByNameAsync(client, Resource, ApiVersion, cancellationToken);
}
