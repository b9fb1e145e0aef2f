using K8sScaleTest.Engine.Observers.Watches;
using K8sScaleTest.Engine.Records;
using Prometheus;

namespace K8sScaleTest.Engine.Metrics;

/// <summary>The metrics of a run of watches, fed with its records on their way to their consumer. One thread.</summary>
internal sealed class WatchMetrics : IRecordConsumer<WatchRow>
{
    private static readonly int Kinds = Enum.GetValues<WatchRecordKind>().Length;
    private readonly IRecordConsumer<WatchRow> _consumer;
    private readonly string _resource;
    private readonly Counter _events;
    private readonly Counter _lists;
    private readonly Counter _windows;
    private readonly Histogram.Child _latency;
    private readonly Gauge.Child _open;
    private readonly Gauge.Child _waiting;
    private readonly Counter.Child?[] _byKind = new Counter.Child?[Kinds];

    public WatchMetrics(IMetricFactory factory, WatchInfo run, IRecordConsumer<WatchRow> consumer)
    {
        _consumer = consumer;
        _resource = run.Resource;
        _events = factory.CreateCounter("scaletest_watch_events_total", "Events delivered to all watchers, bookmarks included.", Buckets.Counter("resource", "type"));
        _lists = factory.CreateCounter("scaletest_watch_lists_total", "Lists of all watchers, by how they ended.", Buckets.Counter("resource", "end"));
        _windows = factory.CreateCounter("scaletest_watch_windows_total", "Watches that have ended, by how.", Buckets.Counter("resource", "end"));
        _latency = factory.CreateHistogram(
            "scaletest_watch_latency_seconds", "From an object's creation by its writer's clock to its addition's receipt: across two clocks.",
            Buckets.Histogram(LoggerMetrics.LatencyBuckets, "resource")).WithLabels(_resource);
        _open = factory.CreateGauge("scaletest_watch_open", "Watches that are open.", ["resource"]).WithLabels(_resource);
        _waiting = factory.CreateGauge("scaletest_watch_records_waiting", "Records that have not reached the file or the pipeline yet.", ["resource"]).WithLabels(_resource);
    }

    /// <inheritdoc/>
    public void Take(in WatchRow row)
    {
        if (row.Outcome is { } outcome)
            (row.Kind == WatchRecordKind.Window ? _windows : _lists).WithLabels(_resource, outcome.End).Inc();
        else
            (_byKind[(int)row.Kind] ??= _events.WithLabels(_resource, row.Kind.ToString())).Inc();
        if (row.WriterLatencyMs is { } latency) _latency.Observe(latency / 1000);
        _consumer.Take(row);
    }

    /// <inheritdoc/>
    public void Pause() => _consumer.Pause();

    /// <summary>Takes over what is a state and no event; before each scrape.</summary>
    public void Update(in WatchRunProgress progress)
    {
        _open.Set(progress.Open);
        _waiting.Set(progress.RecordsWaiting);
    }
}
