using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Observers.Watches;
using K8sScaleTest.Engine.Records;
using Prometheus;

namespace K8sScaleTest.Engine.Metrics;

/// <summary>
/// The metrics of one run: of its driver, its loggers and its watches, whichever take part. Each run has a registry of its own, so that runs in one process do
/// not mix.
/// </summary>
public sealed class RunMetrics
{
    /// <summary>
    /// The classic text format, whatever is asked for: OpenMetrics would rename counters (<c>_total</c>), and the names are those of the Go programs and of client-go.
    /// </summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly CollectorRegistry _registry = Prometheus.Metrics.NewCustomRegistry();
    private readonly IMetricFactory _factory;

    /// <summary>Metrics without anything observed yet, besides those of the process itself.</summary>
    public RunMetrics()
    {
        _factory = Prometheus.Metrics.WithCustomRegistry(_registry);
        DotNetStats.Register(_registry);
    }

    /// <summary>The metrics of a driver.</summary>
    /// <param name="run">What its records share.</param>
    /// <param name="progress">Where it stands, asked at every scrape.</param>
    internal DriverMetrics ForDriver(RunInfo run, Func<DriverProgress> progress)
    {
        var metrics = new DriverMetrics(_factory, run);
        _registry.AddBeforeCollectCallback(() => metrics.Update(progress()));
        return metrics;
    }

    /// <summary>
    /// The metrics of a logger: <c>scaletest_configmaps_...</c> and <c>scaletest_flunders_...</c> for these, and <c>scaletest_objects_...</c> with a label <c>resource</c> for all others.
    /// </summary>
    internal LoggerMetrics ForLogger(ApiResource resource)
    {
        var known = resource.QualifiedName == ApiResource.ConfigMaps.QualifiedName || resource.Plural == "flunders";
        return new(_factory, known ? resource.Plural : "objects", known ? null : resource.QualifiedName);
    }

    /// <summary>The metrics of a work queue.</summary>
    /// <param name="name">What tells it from others of the run.</param>
    /// <param name="state">Its depth, the seconds of work under way, and those of the longest, asked at every scrape.</param>
    internal WorkQueueMetrics ForWorkQueue(string name, Func<(int Depth, double UnfinishedSeconds, double LongestRunningSeconds)> state)
    {
        var metrics = new WorkQueueMetrics(_factory, name);
        _registry.AddBeforeCollectCallback(() =>
        {
            var (depth, unfinished, longest) = state();
            metrics.Update(depth, unfinished, longest);
        });
        return metrics;
    }

    /// <summary>The metrics of watches.</summary>
    /// <param name="run">What their records share.</param>
    /// <param name="consumer">Who takes the records behind the metrics.</param>
    /// <param name="progress">Where the run stands, asked at every scrape.</param>
    internal IRecordConsumer<WatchRow> ForWatches(WatchInfo run, IRecordConsumer<WatchRow> consumer, Func<WatchRunProgress> progress)
    {
        var metrics = new WatchMetrics(_factory, run, consumer);
        _registry.AddBeforeCollectCallback(() => metrics.Update(progress()));
        return metrics;
    }

    /// <summary>Writes all metrics in the classic text format.</summary>
    internal Task ExportAsync(Stream stream, CancellationToken cancellationToken) =>
        _registry.CollectAndExportAsTextAsync(stream, ExpositionFormat.PrometheusText, cancellationToken);
}
