using System.Globalization;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Records;
using Prometheus;

namespace K8sScaleTest.Engine.Metrics;

/// <summary>
/// A driver's metrics, fed with its records on the thread that hands these over: the threads that measure know nothing of it. Series come to be when they are
/// first observed, and nothing is seeded. One thread observes.
/// </summary>
internal sealed class DriverMetrics
{
    private static readonly int Operations = Enum.GetValues<OperationKind>().Length;
    private static readonly int Outcomes = Enum.GetValues<Outcome>().Length;

    private readonly string _resource;
    private readonly Counter _operations;
    private readonly Histogram _response;
    private readonly Histogram _service;
    private readonly Histogram _pacerDelay;
    private readonly Histogram _connectionWait;
    private readonly Gauge.Child _population;
    private readonly Gauge.Child _inFlight;
    private readonly Gauge.Child _waiting;

    // Children are looked up once: by label values that would be a dictionary and five strings for each operation.
    private readonly Dictionary<(OperationKind Operation, Outcome Outcome, int Status), Counter.Child> _counts = [];
    private readonly Series?[] _series = new Series?[Operations * Outcomes];

    public DriverMetrics(IMetricFactory factory, RunInfo run)
    {
        _resource = run.Resource;
        _operations = factory.CreateCounter(
            "scaletest_driver_operations_total", "API writes that have ended, by operation, outcome and HTTP status (none without a response).",
            Buckets.Counter("resource", "operation", "outcome", "code"));
        _response = factory.CreateHistogram(
            "scaletest_driver_response_seconds", "From when an operation was due to its end; of a time-out as long as it was waited for.",
            Buckets.Histogram(Buckets.Request, "resource", "operation", "outcome"));
        _service = factory.CreateHistogram(
            "scaletest_driver_service_seconds", "From when an operation was sent to its end: network and server.",
            Buckets.Histogram(Buckets.Request, "resource", "operation", "outcome"));
        _pacerDelay = factory.CreateHistogram(
            "scaletest_driver_pacer_delay_seconds", "From when an operation was due to when it was launched: this generator's fault.",
            Buckets.Histogram(Buckets.Own, "resource", "operation"));
        _connectionWait = factory.CreateHistogram(
            "scaletest_driver_connection_wait_seconds", "From when an operation was launched to when its stream was granted: the generator's connections.",
            Buckets.Histogram(Buckets.Own, "resource", "operation"));
        _population = factory.CreateGauge("scaletest_driver_population", "Objects created and not yet deleted.", ["resource"]).WithLabels(_resource);
        _inFlight = factory.CreateGauge("scaletest_driver_in_flight", "API writes under way.", ["resource"]).WithLabels(_resource);
        _waiting = factory.CreateGauge("scaletest_driver_records_waiting", "Records that have not reached the file or the pipeline yet.", ["resource"]).WithLabels(_resource);
        factory.CreateGauge("scaletest_driver_info", "1; its labels say which run this is.", ["resource", "run_id", "worker", "namespace"])
            .WithLabels(_resource, run.RunId, run.Worker.ToString(CultureInfo.InvariantCulture), run.Namespace).Set(1);
    }

    /// <summary>Counts an operation and its times. The dry runs that open connections are none.</summary>
    public void Observe(in OperationRow row)
    {
        if (row.Phase == Phase.WarmUp) return;
        Count(row.Operation, row.Outcome, row.StatusCode).Inc();
        var series = _series[((int)row.Operation * Outcomes) + (int)row.Outcome] ??= NewSeries(row.Operation, row.Outcome);
        series.Response.Observe(Seconds(row.Finished - row.Scheduled));
        series.PacerDelay.Observe(Seconds(row.Launched - row.Scheduled));
        if (row.Sent == 0) return;
        (series.Service ??= _service.WithLabels(_resource, row.Operation.ToString(), row.Outcome.ToString())).Observe(Seconds(row.Finished - row.Sent));
        (series.ConnectionWait ??= _connectionWait.WithLabels(_resource, row.Operation.ToString())).Observe(Seconds(row.Sent - row.Launched));
    }

    /// <summary>Takes over what is a state and no event; before each scrape.</summary>
    public void Update(in DriverProgress progress)
    {
        _population.Set(progress.Population);
        _inFlight.Set(progress.InFlight);
        _waiting.Set(progress.RecordsWaiting);
    }

    private static double Seconds(long ticks) => RunClock.ToNanoseconds(ticks) / 1e9;

    private Counter.Child Count(OperationKind operation, Outcome outcome, int status)
    {
        if (_counts.TryGetValue((operation, outcome, status), out var known)) return known;
        var code = status == 0 ? "none" : status.ToString(CultureInfo.InvariantCulture);
        return _counts[(operation, outcome, status)] = _operations.WithLabels(_resource, operation.ToString(), outcome.ToString(), code);
    }

    private Series NewSeries(OperationKind operation, Outcome outcome) => new()
    {
        Response = _response.WithLabels(_resource, operation.ToString(), outcome.ToString()),
        PacerDelay = _pacerDelay.WithLabels(_resource, operation.ToString()),
    };

    /// <summary>The series of one kind of operation and outcome.</summary>
    private sealed class Series
    {
        public required Histogram.Child Response { get; init; }

        public required Histogram.Child PacerDelay { get; init; }

        /// <summary>Null until an operation of this kind and outcome was sent.</summary>
        public Histogram.Child? Service { get; set; }

        /// <summary>As <see cref="Service"/>.</summary>
        public Histogram.Child? ConnectionWait { get; set; }
    }
}
