using System.Management.Automation;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest;

/// <summary>Watches ConfigMaps through an informer and a work queue and streams one NotificationRecord per dequeue; ends at -Duration or Ctrl+C.</summary>
/// <remarks>
/// <para>
/// A controller that does nothing but note when it was told of what: an informer on ConfigMaps, a work queue, and workers.
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
/// <para>Replaces the Go program cm-logger.</para>
/// </remarks>
/// <example>
/// <code>
/// Start-ConfigMapLogger -Duration 1m -OutFile log.csv
/// </code>
/// Logs every ConfigMap of the cluster for a minute, and sums up. Run Start-ConfigMapDriver in another session meanwhile.
/// </example>
/// <example>
/// <code>
/// Start-ConfigMapLogger -Namespace scaletest -LabelSelector purpose=scaletest | Where-Object Operation -eq Create | Select-Object -First 10 Name, ReceivedLatencyMs, QueueMs
/// </code>
/// The first ten ConfigMaps created, or there already. The logger ends with them.
/// </example>
/// <example>
/// <code>
/// Start-ConfigMapLogger -Compare -OutFile obj-log.csv -Format Original
/// </code>
/// The columns of the Go program, for scripts written for it, until Ctrl+C.
/// </example>
/// <seealso cref="StartConfigMapDriverCommand"/>
/// <seealso cref="StartFlunderDriverCommand"/>
/// <seealso cref="MeasureScaleTestCommand"/>
/// <seealso cref="StartLocalApiServerCommand"/>
/// <seealso href="about_K8sScaleTest"/>
[Cmdlet(VerbsLifecycle.Start, "ConfigMapLogger")]
[OutputType(typeof(NotificationRecord), typeof(NotificationSummary))]
public sealed class StartConfigMapLoggerCommand : LoggerCmdlet
{
    private protected override string Program => "cm-logger";

    private protected override Task<ApiResource> FindResourceAsync(ApiClient client, CancellationToken cancellationToken) => Task.FromResult(ApiResource.ConfigMaps);
}
