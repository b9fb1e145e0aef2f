using System.Management.Automation;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest;

/// <summary>Watches any resource through an informer and a work queue and streams one NotificationRecord per dequeue; ends at -Duration or Ctrl+C.</summary>
/// <remarks>
/// <para>
/// A controller that does nothing but note when it was told of what: an informer on the resource that -Resource names, a work queue, and workers.
/// </para>
/// <para>
/// The informer behaves as those of client-go, so that what it meets is what a controller meets: a WatchList, or pages of a list where the server does not know that, then one watch after
/// the other. Its stages are timed apart: when an event's bytes came (Received), when the handler was told (Handled), when its key was put into the work queue (FirstEnqueued, LastEnqueued),
/// when a worker got it (Dequeued). Events that come while a key waits share its dequeue.
/// </para>
/// <para>
/// Latencies count from the launch of the write, as its annotation has it (scaletest/launchedUnixMicros and scaletest/updatedUnixMicros of this module's drivers, scaletest/createTimestamp and
/// scaletest/updateTimestamp of the Go programs): they are across two clocks. Objects that were there before the logger, deletions, and updates that left the annotation as it was have none.
/// </para>
/// <para>
/// A watch that ends, breaks or expires is opened again, or everything is listed again, as client-go does it; warnings and the summary say so. It reads JSON, while the informers of
/// Kubernetes' own components read protobuf; large lists come compressed for both.
/// </para>
/// <para>
/// It ends at -Duration, or at Ctrl+C; with -OutFile the file then holds every record whole. It writes nothing to the server, and needs the rights to list and watch.
/// </para>
/// <para>Start-ConfigMapLogger and Start-FlunderLogger are the same for ConfigMaps and Flunders.</para>
/// </remarks>
/// <example>
/// <code>
/// Start-ObjectLogger leases.coordination.k8s.io -Namespace kube-node-lease -Duration 1m | Group-Object Name
/// </code>
/// How often each node renews its lease.
/// </example>
/// <example>
/// <code>
/// Start-ObjectLogger deployments.apps -LabelSelector app=web -PerEvent | Export-Csv rollout.csv
/// </code>
/// One record for each change of some deployments, until Ctrl+C.
/// </example>
/// <seealso cref="StartConfigMapDriverCommand"/>
/// <seealso cref="StartFlunderDriverCommand"/>
/// <seealso cref="MeasureScaleTestCommand"/>
/// <seealso cref="StartLocalApiServerCommand"/>
/// <seealso href="about_K8sScaleTest"/>
[Cmdlet(VerbsLifecycle.Start, "ObjectLogger")]
[OutputType(typeof(NotificationRecord), typeof(NotificationSummary))]
public sealed class StartObjectLoggerCommand : LoggerCmdlet
{
    /// <summary>The resource by its plural name, with its group where that is not the core group: configmaps, deployments.apps, flunders.wardle.example.com. Tab completes common ones.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ObservedResourceCompleter))]
    public string Resource { get; set; } = "";

    /// <summary>The version to watch, such as v1 or apps/v1; the one that the server prefers by default.</summary>
    [Parameter]
    public string? ApiVersion { get; set; }

    private protected override string Program => "object-logger";

    private protected override Task<ApiResource> FindResourceAsync(ApiClient client, CancellationToken cancellationToken) =>
        ApiDiscovery.FindByNameAsync(client, Resource, ApiVersion, cancellationToken);
}
