using Prometheus;

namespace K8sScaleTest.Engine.Metrics;

/// <summary>A work queue's metrics under client-go's names, with its buckets and its label <c>name</c>, so that a controller's dashboards fit. Any thread may call.</summary>
internal sealed class WorkQueueMetrics
{
    // As k8s.io/component-base/metrics/prometheus/workqueue has them, 10 ns times ten, ten of them: multiplied one by one as there, since the bounds are text in a series' labels.
    private static readonly double[] DurationBuckets = Tenfold(10e-9, 10);

    private readonly Gauge.Child _depth;
    private readonly Counter.Child _adds;
    private readonly Histogram.Child _queueDuration;
    private readonly Histogram.Child _workDuration;
    private readonly Gauge.Child _unfinished;
    private readonly Gauge.Child _longestRunning;
    private readonly Counter.Child _retries;

    public WorkQueueMetrics(IMetricFactory factory, string name)
    {
        _depth = factory.CreateGauge("workqueue_depth", "Current depth of workqueue", ["name"]).WithLabels(name);
        _adds = factory.CreateCounter("workqueue_adds_total", "Total number of adds handled by workqueue", Buckets.Counter("name")).WithLabels(name);
        _queueDuration = factory.CreateHistogram(
            "workqueue_queue_duration_seconds", "How long in seconds an item stays in workqueue before being requested.", Buckets.Histogram(DurationBuckets, "name")).WithLabels(name);
        _workDuration = factory.CreateHistogram(
            "workqueue_work_duration_seconds", "How long in seconds processing an item from workqueue takes.", Buckets.Histogram(DurationBuckets, "name")).WithLabels(name);
        _unfinished = factory.CreateGauge(
            "workqueue_unfinished_work_seconds", "How many seconds of work is in progress and has not been observed by work_duration.", ["name"]).WithLabels(name);
        _longestRunning = factory.CreateGauge(
            "workqueue_longest_running_processor_seconds", "How many seconds has the longest running processor for workqueue been running.", ["name"]).WithLabels(name);
        _retries = factory.CreateCounter("workqueue_retries_total", "Total number of retries handled by workqueue", Buckets.Counter("name")).WithLabels(name);
    }

    private static double[] Tenfold(double first, int count)
    {
        var bounds = new double[count];
        for (var i = 0; i < count; i++, first *= 10) bounds[i] = first;
        return bounds;
    }

    /// <summary>A key was marked dirty.</summary>
    public void Added() => _adds.Inc();

    /// <summary>A key was taken, so long after it was first marked dirty.</summary>
    public void Taken(double queueSeconds) => _queueDuration.Observe(queueSeconds);

    /// <summary>A key was done with, so long after it was taken.</summary>
    public void Done(double workSeconds) => _workDuration.Observe(workSeconds);

    /// <summary>A key was added with a rate limit.</summary>
    public void Retried() => _retries.Inc();

    /// <summary>Takes over what is a state and no event; before each scrape.</summary>
    public void Update(int depth, double unfinishedSeconds, double longestRunningSeconds)
    {
        _depth.Set(depth);
        _unfinished.Set(unfinishedSeconds);
        _longestRunning.Set(longestRunningSeconds);
    }
}
