using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Metrics;

namespace K8sScaleTest.Engine.Tests.Metrics;

public sealed class ObserverMetricsTests
{
    [Theory]
    [InlineData("", "configmaps", "configmaps", "")]
    [InlineData("wardle.example.com", "flunders", "flunders", "")]
    [InlineData("apps", "deployments", "objects", ",resource=\"deployments.apps\"")]
    public async Task A_logger_has_the_Go_programs_names_buckets_and_label(string group, string plural, string subsystem, string more)
    {
        var metrics = new RunMetrics();
        var logger = metrics.ForLogger(new ApiResource(group, "v1", plural, "Any", true));
        logger.Created(-0.05);
        logger.Created(0.3);
        logger.Updated(9);
        logger.Update();
        logger.Strange();
        logger.Strange();
        logger.Duplicate();
        logger.Notified(4711);

        var scrape = await Scrape.OfAsync(metrics);

        var labels = $"logger=\"{HostAddress.Lowest}\"{more}";
        var prefix = $"scaletest_{subsystem}_";
        string[] bounds = ["-0.1", "0", "0.03125", "0.0625", "0.125", "0.25", "0.5", "1", "2", "4", "8", "+Inf"];
        Assert.Equal(
            [0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2],
            bounds.Select(bound => scrape[$"{prefix}create_latency_seconds_bucket{{{labels},le=\"{bound}\"}}"]!.Value));
        Assert.Equal(bounds.Length, scrape.Series(prefix + "update_latency_seconds_bucket").Count());
        Assert.Equal(9, scrape[$"{prefix}update_latency_seconds_sum{{{labels}}}"]);
        Assert.Equal(1, scrape[$"{prefix}updates{{{labels}}}"]);
        Assert.Equal(2, scrape[$"{prefix}stranges{{{labels}}}"]);
        Assert.Equal(1, scrape[$"{prefix}duplicates{{{labels}}}"]);
        Assert.Equal(4711, scrape[$"{prefix}resourceVersion{{{labels}}}"]);
    }

    [Fact]
    public async Task Nothing_is_in_them_that_was_not_observed()
    {
        var metrics = new RunMetrics();
        metrics.ForLogger(ApiResource.ConfigMaps);

        var scrape = await Scrape.OfAsync(metrics);

        Assert.Empty(scrape.Series("scaletest_configmaps_resourceVersion"));
        Assert.All(scrape.Series("scaletest_configmaps_"), series => Assert.Equal(0, scrape[series]));
    }

    [Fact]
    public async Task A_work_queue_has_the_names_and_buckets_of_client_go()
    {
        var metrics = new RunMetrics();
        var queue = metrics.ForWorkQueue("configmaps", () => (3, 1.5, 0.5));
        queue.Added();
        queue.Taken(0.0005);
        queue.Done(0.02);
        queue.Retried();

        var scrape = await Scrape.OfAsync(metrics);

        Assert.Equal(3, scrape["""workqueue_depth{name="configmaps"}"""]);
        Assert.Equal(1, scrape["""workqueue_adds_total{name="configmaps"}"""]);
        Assert.Equal(1, scrape["""workqueue_retries_total{name="configmaps"}"""]);
        Assert.Equal(1.5, scrape["""workqueue_unfinished_work_seconds{name="configmaps"}"""]);
        Assert.Equal(0.5, scrape["""workqueue_longest_running_processor_seconds{name="configmaps"}"""]);

        // The bounds as component-base's own scrape has them: Prometheus compares them as text.
        string[] bounds = ["1e-08", "1e-07", "1e-06", "9.999999999999999e-06", "9.999999999999999e-05", "0.001", "0.01", "0.1", "1", "10", "+Inf"];
        foreach (var histogram in (string[])["queue", "work"])
            Assert.Equal(bounds.Select(bound => $"workqueue_{histogram}_duration_seconds_bucket{{name=\"configmaps\",le=\"{bound}\"}}"), scrape.Series($"workqueue_{histogram}_duration_seconds_bucket"));
        Assert.Equal(1, scrape["""workqueue_queue_duration_seconds_bucket{name="configmaps",le="0.001"}"""]);
        Assert.Equal(0.02, scrape["""workqueue_work_duration_seconds_sum{name="configmaps"}"""]);
    }
}
