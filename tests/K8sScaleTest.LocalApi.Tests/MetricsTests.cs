using System.Globalization;

namespace K8sScaleTest.LocalApi.Tests;

/// <summary>/metrics: what was done is what is counted. A server of its own, or other tests would be counted too.</summary>
public sealed class MetricsTests
{
    [Fact]
    public async Task Requests_are_counted_by_verb_scope_and_code()
    {
        await using var server = await LocalApiProcess.StartAsync();
        using var api = new ApiClient(server);
        for (var i = 0; i < 3; i++) await api.CreateConfigMapAsync("m" + i);
        await api.CreateConfigMapAsync("m0");
        await api.SendAsync("POST", ApiClient.ConfigMaps + "?dryRun=All", """{"metadata":{"name":"dry"}}""");
        await api.GetAsync(ApiClient.ConfigMaps);
        await api.GetAsync("/api/v1/configmaps");
        await api.GetAsync(ApiClient.ConfigMaps + "/nowhere");
        using (var nobody = new ApiClient(server.Url, server.KubeconfigNoRights)) await nobody.GetAsync(ApiClient.ConfigMaps);

        var metrics = await ReadAsync(api);

        string Of(string verb, string scope, string more = "", string dry = "") => $"apiserver_request_total{{code=\"{more}\",component=\"apiserver\",dry_run=\"{dry}\",group=\"\",resource=\"configmaps\",scope=\"{scope}\",subresource=\"\",verb=\"{verb}\",version=\"v1\"}}";
        Assert.Equal(3, metrics[Of("POST", "resource", "201")]);
        Assert.Equal(1, metrics[Of("POST", "resource", "409")]);
        Assert.Equal(1, metrics[Of("POST", "resource", "201", "All")]);
        Assert.Equal(1, metrics[Of("LIST", "namespace", "200")]);
        Assert.Equal(1, metrics[Of("LIST", "cluster", "200")]);
        Assert.Equal(1, metrics[Of("GET", "resource", "404")]);
        const string Post = "component=\"apiserver\",dry_run=\"\",group=\"\",resource=\"configmaps\",scope=\"resource\",subresource=\"\",verb=\"POST\",version=\"v1\"";
        Assert.Equal(4, metrics[$"apiserver_request_duration_seconds_count{{{Post}}}"]);
        Assert.Equal(4, metrics[$"apiserver_request_duration_seconds_bucket{{{Post},le=\"+Inf\"}}"]);
        Assert.InRange(metrics[$"apiserver_request_duration_seconds_sum{{{Post}}}"], 0.000_01, 60);
        Assert.Equal(3, metrics["apiserver_storage_objects{resource=\"configmaps\"}"]);
        Assert.Equal(3, metrics["apiserver_resource_objects{group=\"\",resource=\"configmaps\"}"]);
        Assert.Equal(0, metrics["apiserver_current_inflight_requests{request_kind=\"mutating\"}"]);
        // The one that reads them.
        Assert.Equal(1, metrics["apiserver_current_inflight_requests{request_kind=\"readOnly\"}"]);
        Assert.InRange(metrics["process_resident_memory_bytes"], 1e7, 1e10);
        Assert.InRange(metrics["process_start_time_seconds"], 1.5e9, 1e10);
    }

    [Fact]
    public async Task Watches_are_counted_while_they_are_open_and_their_events_when_they_are_sent()
    {
        await using var server = await LocalApiProcess.StartAsync();
        using var api = new ApiClient(server);
        const string Open = "apiserver_longrunning_requests{component=\"apiserver\",group=\"\",resource=\"configmaps\",scope=\"namespace\",subresource=\"\",verb=\"WATCH\",version=\"v1\"}";
        var watches = new[] { await api.WatchAsync(ApiClient.ConfigMaps + "?watch=1"), await api.WatchAsync(ApiClient.ConfigMaps + "?watch=1") };
        await api.CreateConfigMapAsync("watched");
        foreach (var watch in watches) Assert.Equal("ADDED watched", await watch.NextTextAsync());

        var during = await ReadAsync(api);
        Assert.Equal(2, during[Open]);
        Assert.Equal(2, during["apiserver_watch_events_total{group=\"\",resource=\"configmaps\",version=\"v1\"}"]);

        foreach (var watch in watches) watch.Dispose();
        var limit = System.Diagnostics.Stopwatch.StartNew();
        while ((await ReadAsync(api))[Open] > 0 && limit.Elapsed < TimeSpan.FromSeconds(30)) await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Equal(0, (await ReadAsync(api))[Open]);
    }

    [Fact]
    public async Task The_text_is_what_Prometheus_reads()
    {
        await using var server = await LocalApiProcess.StartAsync();
        using var api = new ApiClient(server);
        await api.CreateConfigMapAsync("m");

        var reply = await api.GetAsync("/metrics");

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", reply.Headers["Content-Type"]);
        var described = new HashSet<string>();
        var family = "";
        foreach (var line in reply.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal)) Assert.True(described.Add(family = line.Split(' ')[2]), $"{family} stands there twice.");
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal)) Assert.Equal(family, line.Split(' ')[2]);
            else Assert.Matches($$"""^{{family}}(_bucket|_sum|_count)?(\{([a-z_]+="[^"]*",?)+\})? [-+0-9.eE]+$""", line);
        }
        foreach (var name in new[] { "apiserver_request_total", "apiserver_flowcontrol_dispatched_requests_total", "apiserver_flowcontrol_rejected_requests_total", "kubernetes_build_info", "process_cpu_seconds_total" }) Assert.Contains(name, described);
    }

    private static async Task<Dictionary<string, double>> ReadAsync(ApiClient api)
    {
        var reply = await api.GetAsync("/metrics");
        Assert.Equal(200, reply.Code);
        return reply.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l[0] != '#')
            .ToDictionary(l => l[..l.LastIndexOf(' ')], l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }
}
