using K8sScaleTest.Engine.Api;
using K8sScaleTest.RealApi.Tests.Drivers;
using K8sScaleTest.TestSupport.Informers;

namespace K8sScaleTest.RealApi.Tests.Observers;

/// <summary>What the unit tests say of an informer, row by row, as far as a server of version 1.20 knows it: directly, and through a proxy that cuts, stalls and goes away.</summary>
public sealed class InformerTests : IAsyncLifetime
{
    private const string Space = "scaletest-informer";
    private LiveInformer _informer = null!;
    private LiveInformer _flunders = null!;
    private CuttingProxy? _proxy;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var target = await ApiTarget.ResolveAsync(new() { Kubeconfig = RealApi.Kubeconfig }, Cancel);
        using var client = new ApiClient(target, System.Net.HttpVersion.Version20, "test", TimeSpan.FromSeconds(30));
        await NamespaceCheck.EnsureAsync(client, Space, create: true, Cancel);
        _proxy = new(new(target.Url));
        var watched = await ApiTarget.ResolveAsync(new() { Kubeconfig = RealApi.Kubeconfig, Server = _proxy.Url }, Cancel);
        _informer = Informer(target, watched);

        // Their server begins when something has been written already: from 1 it cannot deliver, as that of ConfigMaps sometimes can.
        _flunders = Informer(target, watched, new("wardle.example.com", "v1alpha1", "flunders", "Flunder", true));

        static LiveInformer Informer(ApiTarget target, ApiTarget watched, ApiResource? resource = null) =>
            new(target, watched, Space, DrivenRun.NewRunId("i").Replace('.', '-'), silenceLimit: TimeSpan.FromSeconds(20), resource);
    }

    public async ValueTask DisposeAsync()
    {
        if (_informer is not null) await _informer.DisposeAsync();
        if (_flunders is not null) await _flunders.DisposeAsync();
        if (_proxy is not null) await _proxy.DisposeAsync();
    }

    [Fact]
    public async Task A_stream_is_refused_with_422_and_it_lists_and_watches()
    {
        await _informer.CreateAsync("a");
        _informer.Start(watchList: true);
        await _informer.ToldAsync("add a initial", "synced");
        if (_informer.Requests.Count == 1) Assert.Skip("This server knows WatchLists.");
        await _informer.CreateAsync("b");
        await _informer.UpdateAsync("a", "1");
        await _informer.DeleteAsync("b");
        await _informer.ToldAsync("add a initial", "synced", "add b", "update a", "delete b");
        await _informer.AskedAsync("watchlist newest", "list 0 limit 500", "watch last");
        Assert.Equal("Refused 422", _informer.Ends.First());
        Assert.Empty(_informer.Waits);
    }

    [Fact]
    public Task A_normal_end_leads_to_a_watch_from_the_last_event_or_bookmark_without_a_list() => InformerRows.NormalEndAsync(_informer, TimeSpan.FromSeconds(3));

    [Fact]
    public Task A_watch_of_less_than_a_second_without_an_event_leads_to_back_off_and_a_relist() => InformerRows.ShortWatchAsync(_informer, _proxy!);

    [Fact]
    public Task Objects_that_a_watch_from_nowhere_begins_with_do_not_say_how_far_it_has_come() => InformerRows.FromNowhereAsync(_informer, _proxy!);

    [Fact]
    public Task What_comes_again_is_no_creation() => InformerRows.StoreDecidesAsync(_informer);

    [Fact]
    public Task A_slow_handler_holds_up_neither_the_watch_nor_other_handlers() => InformerRows.SlowHandlerAsync(_informer);

    [Fact]
    public async Task Pages_are_of_one_snapshot()
    {
        for (var i = 0; i < 5; i++) await _informer.CreateAsync("a" + i);
        var pages = 0;
        _informer.AfterPage = () => ++pages == 1 ? _informer.DeleteAsync("a4") : Task.CompletedTask;

        // At "0" the cache answers, which knows no pages.
        _informer.ListVersion = version => version == "0" ? "" : version;
        _informer.Start(change: options => options with { PageSize = 2 });
        await _informer.AskedAsync("list 0 limit 2", "list continue limit 2", "list continue limit 2", "watch last");
        await _informer.ToldAsync("add a0 initial", "add a1 initial", "add a2 initial", "add a3 initial", "add a4 initial", "synced", "delete a4");
        Assert.Empty(_informer.Waits);
    }

    [Fact]
    public async Task A_version_that_lies_in_the_servers_future_is_given_up_for_the_newest()
    {
        await _flunders.CreateAsync("a");
        var asked = 0;
        _flunders.WatchVersion = version => ++asked == 1 ? "1" : version;
        _flunders.ListVersion = version => version.Length == 0 || version == "0" ? version : "999999999";
        _flunders.Start();
        await _flunders.AskedAsync("list 0 limit 500", "watch last", "list last", "list newest", "watch last");
        Assert.Single(_flunders.Waits);
        await _flunders.CreateAsync("b");
        await _flunders.ToldAsync("add a initial", "synced", "add b");
    }

    [Fact]
    public async Task After_410_in_a_watch_it_backs_off_and_relists_which_tells_what_is_gone_first()
    {
        await _flunders.CreateAsync("gone");
        await _flunders.CreateAsync("changed");
        var asked = 0;
        _flunders.WatchVersion = version => ++asked == 1 ? "1" : version;
        await InformerRows.RelistAsync(_flunders, requests: 2, () =>
        {
            _flunders.Start();
            return Task.CompletedTask;
        });
        await _flunders.AskedAsync("list 0 limit 500", "watch last", "list last", "watch last");
    }

    [Fact]
    public async Task A_connection_that_is_cut_is_as_a_normal_end()
    {
        _informer.Start();
        await _informer.ToldAsync("synced");
        await _informer.CreateAsync("a");
        await _informer.ToldAsync("synced", "add a");
        _proxy!.Cut();
        await _informer.CreateAsync("b");
        await _informer.ToldAsync("synced", "add a", "add b");
        await _informer.AskedAsync("list 0 limit 500", "watch last", "watch last");
        Assert.Equal(["replaced 0", "Reset"], _informer.Ends);
        Assert.Empty(_informer.Waits);
    }

    [Fact]
    public async Task A_connection_that_is_held_up_costs_no_event()
    {
        _informer.Start();
        await _informer.ToldAsync("synced");
        _proxy!.Stall();
        await _informer.CreateAsync("a");
        await _informer.UpdateAsync("a", "1");
        await Task.Delay(2000, Cancel);
        Assert.Equal(["synced"], _informer.Told);
        _proxy.Flow();
        await _informer.ToldAsync("synced", "add a", "update a");
        await _informer.AskedAsync("list 0 limit 500", "watch last");
    }

    [Fact]
    public Task A_server_that_is_not_there_is_asked_again_after_back_offs_without_a_list() => InformerRows.AwayAsync(_informer, _proxy!);
}
