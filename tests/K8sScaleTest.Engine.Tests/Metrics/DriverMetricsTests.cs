using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Metrics;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Tests.Drivers;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Engine.Tests.Metrics;

public sealed class DriverMetricsTests
{
    private static readonly RunInfo Run = new("t1", 3, "configmaps", "scaletest", new RunClock());

    [Fact]
    public async Task Operations_are_counted_by_kind_outcome_and_status()
    {
        var metrics = new RunMetrics();
        var driver = metrics.ForDriver(Run, () => default);
        driver.Observe(Row(OperationKind.Create, Outcome.Succeeded, 201));
        driver.Observe(Row(OperationKind.Create, Outcome.Succeeded, 201));
        driver.Observe(Row(OperationKind.Create, Outcome.Rejected, 429));
        driver.Observe(Row(OperationKind.Delete, Outcome.Unknown, 0));

        var scrape = await Scrape.OfAsync(metrics);

        Assert.Equal(2, scrape["""scaletest_driver_operations_total{resource="configmaps",operation="Create",outcome="Succeeded",code="201"}"""]);
        Assert.Equal(1, scrape["""scaletest_driver_operations_total{resource="configmaps",operation="Create",outcome="Rejected",code="429"}"""]);
        Assert.Equal(1, scrape["""scaletest_driver_operations_total{resource="configmaps",operation="Delete",outcome="Unknown",code="none"}"""]);
        Assert.Equal(3, scrape.Series("scaletest_driver_operations_total").Count());
    }

    [Fact]
    public async Task Times_go_into_the_histogram_of_their_outcome_in_seconds()
    {
        var metrics = new RunMetrics();
        var driver = metrics.ForDriver(Run, () => default);
        driver.Observe(Row(OperationKind.Create, Outcome.Succeeded, 201, launchedMs: 1, sentMs: 3, finishedMs: 7));
        driver.Observe(Row(OperationKind.Create, Outcome.Rejected, 429, finishedMs: 400));

        var scrape = await Scrape.OfAsync(metrics);

        const string Labels = """{resource="configmaps",operation="Create",outcome="Succeeded"}""";
        Assert.Equal(0.007, scrape["scaletest_driver_response_seconds_sum" + Labels]!.Value, 9);
        Assert.Equal(0.004, scrape["scaletest_driver_service_seconds_sum" + Labels]!.Value, 9);
        Assert.Equal(0.001, scrape["""scaletest_driver_pacer_delay_seconds_sum{resource="configmaps",operation="Create"}"""]!.Value, 9);
        Assert.Equal(0.002, scrape["""scaletest_driver_connection_wait_seconds_sum{resource="configmaps",operation="Create"}"""]!.Value, 9);
        Assert.Equal(0, scrape["""scaletest_driver_service_seconds_bucket{resource="configmaps",operation="Create",outcome="Succeeded",le="0.0025"}"""]);
        Assert.Equal(1, scrape["""scaletest_driver_service_seconds_bucket{resource="configmaps",operation="Create",outcome="Succeeded",le="0.005"}"""]);
        Assert.Equal(1, scrape["""scaletest_driver_response_seconds_count{resource="configmaps",operation="Create",outcome="Rejected"}"""]);
    }

    [Fact]
    public async Task What_was_never_sent_has_no_service_time_and_nothing_is_seeded()
    {
        var metrics = new RunMetrics();
        var driver = metrics.ForDriver(Run, () => default);
        Assert.Empty((await Scrape.OfAsync(metrics)).Series("scaletest_driver_response"));

        driver.Observe(Row(OperationKind.Create, Outcome.NotSent, 0) with { Sent = 0 });
        driver.Observe(Row(OperationKind.Create, Outcome.Succeeded, 201) with { Phase = Phase.WarmUp });

        var scrape = await Scrape.OfAsync(metrics);
        Assert.Equal(1, scrape["""scaletest_driver_response_seconds_count{resource="configmaps",operation="Create",outcome="NotSent"}"""]);
        Assert.Empty(scrape.Series("scaletest_driver_service"));
        Assert.Single(scrape.Series("scaletest_driver_operations_total"));
    }

    [Fact]
    public async Task States_are_those_of_the_moment_of_the_scrape()
    {
        var metrics = new RunMetrics();
        var population = 7L;
        metrics.ForDriver(Run, () => new DriverProgress(DriverStage.Driving, default, 0, 0, 0, 2, population, null, 5));
        population = 8;

        var scrape = await Scrape.OfAsync(metrics);

        Assert.Equal(8, scrape["""scaletest_driver_population{resource="configmaps"}"""]);
        Assert.Equal(2, scrape["""scaletest_driver_in_flight{resource="configmaps"}"""]);
        Assert.Equal(5, scrape["""scaletest_driver_records_waiting{resource="configmaps"}"""]);
        Assert.Equal(1, scrape["""scaletest_driver_info{resource="configmaps",run_id="t1",worker="3",namespace="scaletest"}"""]);
    }

    [Fact]
    public async Task Two_runs_at_once_each_serve_their_own_numbers_and_no_others()
    {
        await using var server = await LocalApiProcess.StartAsync();
        await using var target = await ApiTarget.ResolveAsync(new() { Kubeconfig = server.Kubeconfig }, TestContext.Current.CancellationToken);
        var counts = await Task.WhenAll(RunAsync(target, "a", 40), RunAsync(target, "b", 70));

        Assert.Equal([40, 70], counts);
    }

    /// <summary>Runs a driver with a port of its own, and returns how many creates were counted there at its end.</summary>
    private static async Task<double?> RunAsync(ApiTarget target, string runId, long count)
    {
        var options = new DriverOptions { RunId = runId, Rate = 500, Count = count, MaxPopulation = 10, DataLength = 10, Seed = 7 };
        var identity = new ObjectIdentity(options.RunId, options.Worker, options.Namespace, options.NameDigits);
        var metrics = new RunMetrics();
        await using var endpoint = MetricsEndpoint.Open(metrics, "localhost", 0);
        await using var run = new DriverRun(options, target, ObjectTemplate.ConfigMap(identity, options.DataLength), identity, new RecordList(), metrics: metrics);
        await run.RunAsync();
        var scrape = await Scrape.OfAsync(endpoint);
        Assert.Equal(count, scrape["""scaletest_driver_operations_total{resource="configmaps",operation="Delete",outcome="Succeeded",code="200"}"""]);
        Assert.Equal(count, scrape["""scaletest_driver_service_seconds_count{resource="configmaps",operation="Create",outcome="Succeeded"}"""]);
        Assert.Equal(0, scrape["""scaletest_driver_population{resource="configmaps"}"""]);
        Assert.Single(scrape.Series("scaletest_driver_info"));
        return scrape["""scaletest_driver_operations_total{resource="configmaps",operation="Create",outcome="Succeeded",code="201"}"""];
    }

    private static OperationRow Row(OperationKind operation, Outcome outcome, int status, int launchedMs = 0, int sentMs = 0, int finishedMs = 1)
    {
        var scheduled = RunClock.Now;
        return new()
        {
            Run = Run,
            Operation = operation,
            Outcome = outcome,
            Phase = Phase.Steady,
            StatusCode = status,
            Scheduled = scheduled,
            Launched = scheduled + RunClock.FromNanoseconds(launchedMs * 1_000_000L),
            Sent = scheduled + RunClock.FromNanoseconds(sentMs * 1_000_000L),
            Finished = scheduled + RunClock.FromNanoseconds(finishedMs * 1_000_000L),
        };
    }
}
