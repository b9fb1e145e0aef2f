using System.Diagnostics;

namespace K8sScaleTest.LocalApi.Tests;

/// <summary>Slowness on order. Only lower bounds are asserted: they hold on a busy machine too.</summary>
public sealed class CapacityTests
{
    [Fact]
    public async Task Latency_is_added_to_every_answer_and_does_not_keep_others_waiting()
    {
        await using var server = await LocalApiProcess.StartAsync("--latency", "300");
        using var api = new ApiClient(server);
        await api.GetAsync(ApiClient.ConfigMaps);

        var clock = Stopwatch.StartNew();
        var times = await Task.WhenAll(Enumerable.Range(0, 30).Select(async i =>
        {
            var own = Stopwatch.StartNew();
            await api.CreateConfigMapAsync("l" + i);
            return own.Elapsed;
        }));

        Assert.All(times, t => Assert.True(t >= TimeSpan.FromMilliseconds(300), $"{t} is less than the latency."));
        // One after the other they would take nine seconds.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(6), $"30 at once took {clock.Elapsed}.");
    }

    [Fact]
    public async Task Concurrency_and_service_time_make_a_capacity_that_watches_do_not_use_up()
    {
        await using var server = await LocalApiProcess.StartAsync("--concurrency", "2", "--service-time", "50");
        using var api = new ApiClient(server);
        using var one = await api.WatchAsync(ApiClient.ConfigMaps + "?watch=1");
        using var two = await api.WatchAsync(ApiClient.ConfigMaps + "?watch=1");
        using var three = await api.WatchAsync(ApiClient.ConfigMaps + "?watch=1");

        var clock = Stopwatch.StartNew();
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => api.CreateConfigMapAsync("c" + i)));

        Assert.All(replies, r => Assert.Equal(201, r.Code));
        Assert.True(clock.Elapsed >= TimeSpan.FromMilliseconds(500), $"20 requests, two at a time, took {clock.Elapsed}.");
        Assert.StartsWith("ADDED c", await three.NextTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_beyond_the_concurrency_are_served_in_the_order_of_their_arrival()
    {
        await using var server = await LocalApiProcess.StartAsync("--concurrency", "1", "--service-time", "60");
        using var api = new ApiClient(server);
        await api.GetAsync(ApiClient.ConfigMaps);

        var replies = new List<Task<Reply>>();
        for (var i = 0; i < 10; i++)
        {
            replies.Add(api.CreateConfigMapAsync("q" + i));
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        var versions = (await Task.WhenAll(replies)).Select(r => long.Parse(r.ResourceVersion)).ToArray();
        Assert.Equal(versions.Order(), versions);
    }

    [Fact]
    public async Task The_streams_of_a_connection_are_as_many_as_it_was_told()
    {
        await using var server = await LocalApiProcess.StartAsync("--max-streams", "2");
        using var api = new ApiClient(server, multipleConnections: false);
        using var one = await api.WatchAsync(ApiClient.ConfigMaps + "?watch=1");
        using var two = await api.WatchAsync(ApiClient.ConfigMaps + "?watch=1");

        var third = api.GetAsync(ApiClient.ConfigMaps);
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.False(third.IsCompleted);
        one.Dispose();

        Assert.Equal(200, (await third).Code);
    }
}
