using Prometheus;

namespace K8sScaleTest.Engine.Metrics;

/// <summary>
/// A logger's metrics under the Go program's names: <c>scaletest_configmaps_create_latency_seconds</c> and so on, with its buckets and its label <c>logger</c>, this
/// machine's address. The program seeded its histograms with a 0; here nothing is in them that was not observed. Any thread may call.
/// </summary>
internal sealed class LoggerMetrics
{
    /// <summary>The Go program's: from -0.1, since a reader's clock may be behind the writer's.</summary>
    public static readonly double[] LatencyBuckets = [-0.1, 0, 0.03125, 0.0625, 0.125, 0.25, 0.5, 1, 2, 4, 8];

    private readonly Histogram.Child _createLatency;
    private readonly Histogram.Child _updateLatency;
    private readonly Counter.Child _updates;
    private readonly Counter.Child _stranges;
    private readonly Counter.Child _duplicates;
    private readonly Gauge.Child _resourceVersion;

    /// <summary>The metrics of one logger.</summary>
    /// <param name="factory">The run's.</param>
    /// <param name="subsystem">configmaps, flunders or objects.</param>
    /// <param name="resource">What is logged, where the subsystem does not say; null otherwise.</param>
    public LoggerMetrics(IMetricFactory factory, string subsystem, string? resource)
    {
        string[] names = resource is null ? ["logger"] : ["logger", "resource"];
        string[] values = resource is null ? [HostAddress.Lowest] : [HostAddress.Lowest, resource];
        var prefix = $"scaletest_{subsystem}_";
        _createLatency = factory.CreateHistogram(
            prefix + "create_latency_seconds", "From the writer's createTimestamp to the dequeue of the creation's notification: across two clocks.",
            Buckets.Histogram(LatencyBuckets, names)).WithLabels(values);
        _updateLatency = factory.CreateHistogram(
            prefix + "update_latency_seconds", "From the writer's updateTimestamp to the dequeue of the update's notification: across two clocks.",
            Buckets.Histogram(LatencyBuckets, names)).WithLabels(values);
        _updates = factory.CreateCounter(prefix + "updates", "Dequeues that stood for one update and nothing else.", Buckets.Counter(names)).WithLabels(values);
        _stranges = factory.CreateCounter(prefix + "stranges", "Dequeues that stood for more than one notification.", Buckets.Counter(names)).WithLabels(values);
        _duplicates = factory.CreateCounter(prefix + "duplicates", "Dequeues that found the object as it was at the dequeue before.", Buckets.Counter(names)).WithLabels(values);

        // 0 is no resourceVersion: there is none before the first notification.
        _resourceVersion = factory.CreateGauge(
            prefix + "resourceVersion", "The resourceVersion notified last.", new GaugeConfiguration { LabelNames = names, SuppressInitialValue = true }).WithLabels(values);
    }

    /// <summary>A creation was dequeued, so many seconds after its object's timestamp.</summary>
    public void Created(double latencySeconds) => _createLatency.Observe(latencySeconds);

    /// <summary>An update was dequeued, so many seconds after its object's timestamp.</summary>
    public void Updated(double latencySeconds) => _updateLatency.Observe(latencySeconds);

    /// <summary>A dequeue stood for one update.</summary>
    public void Update() => _updates.Inc();

    /// <summary>A dequeue stood for more than one notification.</summary>
    public void Strange() => _stranges.Inc();

    /// <summary>A dequeue found nothing new.</summary>
    public void Duplicate() => _duplicates.Inc();

    /// <summary>A notification came with this resourceVersion.</summary>
    public void Notified(long resourceVersion) => _resourceVersion.Set(resourceVersion);
}
