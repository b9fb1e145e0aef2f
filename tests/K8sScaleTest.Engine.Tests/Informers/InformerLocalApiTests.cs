using K8sScaleTest.Engine.Api;
using K8sScaleTest.TestSupport;
using K8sScaleTest.TestSupport.Informers;

namespace K8sScaleTest.Engine.Tests.Informers;

/// <summary>What the unit tests say of an informer, row by row, on the wire: against a local API server that misbehaves on order.</summary>
public sealed class InformerLocalApiTests : IAsyncLifetime
{
    private const string ConfigMaps = "\"resources\":[\"configmaps\"]";
    private LocalApiProcess _server = null!;
    private LiveInformer _informer = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await LocalApiProcess.StartAsync();
        var target = await TargetAsync();
        using var client = new ApiClient(target, System.Net.HttpVersion.Version20, "test", TimeSpan.FromSeconds(30));
        await NamespaceCheck.EnsureAsync(client, "scaletest", create: true, TestContext.Current.CancellationToken);
        _informer = new(target, target, "scaletest", "t");
    }

    public async ValueTask DisposeAsync()
    {
        await _informer.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task It_starts_with_a_stream_and_goes_on_watching_on_it()
    {
        await _informer.CreateAsync("a");
        _informer.Start(watchList: true);
        await _informer.ToldAsync("add a initial", "synced");
        await _informer.CreateAsync("b");
        await _informer.UpdateAsync("a", "1");
        await _informer.DeleteAsync("b");
        await _informer.ToldAsync("add a initial", "synced", "add b", "update a", "delete b");
        await _informer.AskedAsync("watchlist newest");
        var watch = Assert.Single(await _server.Control.LedgerAsync("watches", TestContext.Current.CancellationToken));
        Assert.Equal(3, watch.GetProperty("delivered").GetInt32());
    }

    [Fact]
    public async Task Where_a_stream_is_refused_it_lists_and_watches()
    {
        await OrderAsync($$"""{"action":"Status","statusCode":422,"verbs":["watch"],"count":1,{{ConfigMaps}}}""");
        await _informer.CreateAsync("a");
        _informer.Start(watchList: true);
        await _informer.ToldAsync("add a initial", "synced");
        await _informer.CreateAsync("b");
        await _informer.ToldAsync("add a initial", "synced", "add b");
        await _informer.AskedAsync("watchlist newest", "list 0 limit 500", "watch last");
        Assert.Empty(_informer.Waits);
        Assert.InRange(_informer.Timeouts.Last().TotalMinutes, 5, 10);
    }

    [Fact]
    public async Task Where_a_stream_never_says_that_it_is_all_it_warns_lists_and_watches()
    {
        await _informer.CreateAsync("a");
        _informer.HidesInitialEnd = true;
        _informer.Start(watchList: true, change: options => options with { InitialEventsPatience = TimeSpan.FromSeconds(0.5) });
        await _informer.ToldAsync("add a initial", "synced");
        await _informer.AskedAsync("watchlist newest", "list 0 limit 500", "watch last");
        Assert.Single(_informer.Warnings);
    }

    [Fact]
    public async Task Pages_whose_snapshot_is_compacted_are_given_up_for_a_full_list()
    {
        for (var i = 0; i < 5; i++) await _informer.CreateAsync("a" + i);

        // Only a list that is not answered from the cache comes in pages: the first is refused as too old.
        await OrderAsync($$"""{"action":"Status","statusCode":410,"verbs":["list"],"count":1,{{ConfigMaps}}}""");
        var pages = 0;
        _informer.AfterPage = async () =>
        {
            if (++pages != 3) return;
            await _informer.DeleteAsync("a0");
            await OrderAsync($$"""{"action":"Compact",{{ConfigMaps}}}""");
        };
        _informer.Start(change: options => options with { PageSize = 2 });
        await _informer.AskedAsync("list 0 limit 2", "list newest limit 2", "list continue limit 2", "list continue limit 2", "list newest", "watch last");
        await _informer.ToldAsync("add a1 initial", "add a2 initial", "add a3 initial", "add a4 initial", "synced");
        Assert.Empty(_informer.Waits);
    }

    [Fact]
    public Task A_normal_end_leads_to_a_watch_from_the_last_event_or_bookmark_without_a_list() => InformerRows.NormalEndAsync(_informer, TimeSpan.FromSeconds(2));

    [Theory]
    [InlineData("End", "Complete")]
    [InlineData("Reset", "Reset")]
    [InlineData("MidLine", "Cut")]
    public async Task A_connection_that_breaks_is_as_a_normal_end(string cut, string end)
    {
        _informer.Start();
        await _informer.ToldAsync("synced");
        await _informer.CreateAsync("a");
        await _informer.ToldAsync("synced", "add a");
        await OrderAsync($$"""{"action":"CutWatch","cut":"{{cut}}","now":true,{{ConfigMaps}}}""");
        await _informer.CreateAsync("b");
        await _informer.ToldAsync("synced", "add a", "add b");
        await _informer.AskedAsync("list 0 limit 500", "watch last", "watch last");
        Assert.Equal(["replaced 0", end], _informer.Ends);
        Assert.Empty(_informer.Waits);
    }

    [Theory]
    [InlineData(429, "watch last")]
    [InlineData(500, "list last", "watch last")]
    [InlineData(410, "list last", "watch last")]
    public async Task An_error_in_the_stream_leads_to_back_off_and_to_a_list_unless_it_is_429(int code, params string[] asked)
    {
        _informer.Start();
        await _informer.ToldAsync("synced");
        await _informer.CreateAsync("a");
        await _informer.ToldAsync("synced", "add a");
        await OrderAsync($$"""{"action":"ErrorEvent","statusCode":{{code}},"now":true,{{ConfigMaps}}}""");
        await _informer.UntilAsync(() => _informer.Requests.Count >= 2 + asked.Length);
        await _informer.CreateAsync("b");
        await _informer.UntilAsync(() => _informer.Told.Contains("add b"));
        Assert.Equal(["list 0 limit 500", "watch last", .. asked], _informer.Requests);
        Assert.InRange(Assert.Single(_informer.Waits), 0.8, 1.6);
        var watch = (await _server.Control.LedgerAsync("watches", TestContext.Current.CancellationToken))[0];
        Assert.Equal("Error", watch.GetProperty("end").GetString());
    }

    [Fact]
    public async Task A_watch_of_less_than_a_second_without_an_event_leads_to_back_off_and_a_relist()
    {
        await using var proxy = new CuttingProxy(new(_server.Url));
        await using var informer = await BehindAsync(proxy);
        await InformerRows.ShortWatchAsync(informer, proxy);
    }

    [Fact]
    public async Task Objects_that_a_watch_from_nowhere_begins_with_do_not_say_how_far_it_has_come()
    {
        await using var proxy = new CuttingProxy(new(_server.Url));
        await using var informer = await BehindAsync(proxy);
        await InformerRows.FromNowhereAsync(informer, proxy);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_asked_again_after_back_offs_without_a_list()
    {
        await using var proxy = new CuttingProxy(new(_server.Url));
        await using var informer = await BehindAsync(proxy);
        await InformerRows.AwayAsync(informer, proxy);
    }

    [Fact]
    public async Task A_watch_that_is_refused_with_429_is_asked_for_again_after_growing_back_offs_without_a_list()
    {
        _informer.Start();
        await _informer.ToldAsync("synced");
        await _informer.CreateAsync("a");
        await _informer.ToldAsync("synced", "add a");
        await OrderAsync($$"""{"action":"Status","statusCode":429,"verbs":["watch"],"count":2,{{ConfigMaps}}}""");
        await OrderAsync($$"""{"action":"CutWatch","cut":"End","now":true,{{ConfigMaps}}}""");
        await _informer.CreateAsync("b");
        await _informer.ToldAsync("synced", "add a", "add b");
        await _informer.AskedAsync("list 0 limit 500", "watch last", "watch last", "watch last", "watch last");
        Assert.InRange(_informer.Waits.First(), 0.8, 1.6);
        Assert.InRange(_informer.Waits.Last(), 1.6, 3.2);
        Assert.Equal(["replaced 0", "Complete", "Refused 429", "Refused 429"], _informer.Ends);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_410_in_a_watch_it_backs_off_and_relists_which_tells_what_is_gone_first(bool watchList)
    {
        foreach (var name in (string[])["gone", "changed", "same"]) await _informer.CreateAsync(name);
        await InformerRows.RelistAsync(_informer, requests: watchList ? 1 : 2, async () =>
        {
            _informer.Start(watchList);
            await _informer.UntilAsync(() => _informer.Told.Contains("synced") && _informer.Opened == 1);
            await OrderAsync($$"""{"action":"ErrorEvent","now":true,{{ConfigMaps}}}""");
        });
        await _informer.AskedAsync(watchList ? ["watchlist newest", "watchlist last"] : ["list 0 limit 500", "watch last", "list last", "watch last"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_version_that_lies_in_the_servers_future_is_given_up_for_the_newest(bool watchList)
    {
        await _informer.CreateAsync("a");
        _informer.Start(watchList);
        await _informer.UntilAsync(() => _informer.Told.Contains("synced") && _informer.Opened == 1);

        // As after etcd was restored from a copy.
        Func<string, string> future = version => version.Length == 0 ? version : "999999999";
        if (watchList) _informer.WatchVersion = future;
        else _informer.ListVersion = future;
        await OrderAsync($$"""{"action":"ErrorEvent","now":true,{{ConfigMaps}}}""");
        await _informer.AskedAsync(watchList ? ["watchlist newest", "watchlist last", "watchlist newest"] : ["list 0 limit 500", "watch last", "list last", "list newest", "watch last"]);
        Assert.Single(_informer.Waits);
        await _informer.CreateAsync("b");
        await _informer.ToldAsync("add a initial", "synced", "add b");
    }

    [Fact]
    public async Task The_store_decides_what_an_event_is()
    {
        await OrderAsync($$"""{"action":"LoseEvent","name":"t-lost","eventTypes":["ADDED"],"count":1,{{ConfigMaps}}}""");
        await OrderAsync($$"""{"action":"DoubleEvent","name":"t-twice","count":1,{{ConfigMaps}}}""");
        _informer.Start();
        await _informer.ToldAsync("synced");
        await _informer.CreateAsync("lost");
        await _informer.UpdateAsync("lost", "1");
        await _informer.CreateAsync("twice");
        await _informer.DeleteAsync("twice");
        await _informer.ToldAsync("synced", "add lost", "add twice", "delete twice");
    }

    [Fact]
    public Task What_comes_again_is_no_creation() => InformerRows.StoreDecidesAsync(_informer);

    [Fact]
    public Task A_slow_handler_holds_up_neither_the_watch_nor_other_handlers() => InformerRows.SlowHandlerAsync(_informer);

    [Theory]
    [InlineData("", null)]
    [InlineData(",\"retryAfterSeconds\":3", 3.0)]
    public async Task A_list_that_fails_is_asked_for_again_after_a_back_off(string retryAfter, double? wait)
    {
        await OrderAsync($$"""{"action":"Status","statusCode":429,"verbs":["list"],"count":1{{retryAfter}},{{ConfigMaps}}}""");
        _informer.Start();
        await _informer.ToldAsync("synced");
        await _informer.AskedAsync("list 0 limit 500", "list 0 limit 500", "watch last");
        Assert.InRange(Assert.Single(_informer.Waits), wait ?? 0.8, wait ?? 1.6);
    }

    private Task<ApiTarget> TargetAsync(string? url = null) =>
        ApiTarget.ResolveAsync(new() { Kubeconfig = _server.Kubeconfig, Server = url }, TestContext.Current.CancellationToken);

    private async Task<LiveInformer> BehindAsync(CuttingProxy proxy) => new(await TargetAsync(), await TargetAsync(proxy.Url), "scaletest", "p");

    private Task<int> OrderAsync(string fault) => _server.Control.OrderAsync(fault, TestContext.Current.CancellationToken);
}
