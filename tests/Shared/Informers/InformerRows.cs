namespace K8sScaleTest.TestSupport.Informers;

/// <summary>How an informer behaves before any server, row by row: the local API server and a real one are asked the same.</summary>
internal static class InformerRows
{
    /// <summary>A normal end leads to a watch from the last event or bookmark, at once and without a list.</summary>
    /// <param name="informer">The informer.</param>
    /// <param name="shortestWatch">For how long it watches at least: well over a second, as one without an event that ends sooner is a short one.</param>
    public static async Task NormalEndAsync(LiveInformer informer, TimeSpan shortestWatch)
    {
        informer.Start(change: options => options with { MinWatchTimeout = shortestWatch });
        await informer.ToldAsync("synced");
        await informer.CreateAsync("a");
        await informer.UntilAsync(() => informer.Requests.Count >= 4);
        await informer.CreateAsync("b");
        await informer.ToldAsync("synced", "add a", "add b");
        Assert.Equal(["list 0 limit 500", "watch last", "watch last", "watch last"], informer.Requests.Take(4));
        Assert.All(informer.Ends.Skip(1), end => Assert.Equal("Complete", end));
        Assert.Empty(informer.Waits);
    }

    /// <summary>A watch of less than a second without an event leads to a back-off and a relist.</summary>
    public static async Task ShortWatchAsync(LiveInformer informer, CuttingProxy proxy)
    {
        var watches = 0;
        informer.AfterOpen = () =>
        {
            if (++watches == 1) proxy.Cut();
        };
        informer.Start(change: options => options with { Time = new SlowClock() });
        await informer.AskedAsync("list 0 limit 500", "watch last", "list last", "watch last");
        Assert.InRange(Assert.Single(informer.Waits), 0.8, 1.6);
        await informer.CreateAsync("a");
        await informer.ToldAsync("synced", "add a");
    }

    /// <summary>A server that is not there is asked again after growing back-offs, without a list.</summary>
    public static async Task AwayAsync(LiveInformer informer, CuttingProxy proxy)
    {
        informer.Start();
        await informer.ToldAsync("synced");
        await informer.CreateAsync("a");
        await informer.ToldAsync("synced", "add a");
        await proxy.LeaveAsync();
        await informer.CreateAsync("b");
        await informer.UntilAsync(() => informer.Waits.Count >= 2);
        proxy.Return();
        await informer.ToldAsync("synced", "add a", "add b");
        Assert.DoesNotContain(informer.Requests.Skip(1), request => request != "watch last");
        Assert.InRange(informer.Waits.First(), 0.8, 1.6);
        Assert.InRange(informer.Waits.ElementAt(1), 1.6, 3.2);
    }

    /// <summary>The objects that a watch from nowhere begins with say nothing of how far it has come; the first other event does.</summary>
    public static async Task FromNowhereAsync(LiveInformer informer, CuttingProxy proxy)
    {
        await informer.CreateAsync("a");
        informer.HidesListVersion = true;
        informer.Start();
        await informer.UntilAsync(() => informer.Events == 1);
        proxy.Cut();
        await informer.UntilAsync(() => informer.Events == 2);
        await informer.UpdateAsync("a", "1");
        await informer.ToldAsync("add a initial", "synced", "update a");
        proxy.Cut();
        await informer.AskedAsync("list 0 limit 500", "watch newest", "watch newest", "watch last");
        Assert.Empty(informer.Waits);
    }

    /// <summary>Whether an event is an add or an update is decided by the store: what comes again is no creation, whatever the server calls it.</summary>
    public static async Task StoreDecidesAsync(LiveInformer informer)
    {
        var before = await informer.NewestVersionAsync();
        await informer.CreateAsync("a");
        await informer.UpdateAsync("a", "1");
        informer.WatchVersion = _ => before;
        informer.Start();

        // ADDED as it was created, MODIFIED as it is.
        await informer.UntilAsync(() => informer.Events == 2);
        await informer.ToldAsync("add a initial", "synced", "update a", "update a");
    }

    /// <summary>A handler that stands still holds up neither the watch nor another handler, and is told everything in the end, in order.</summary>
    public static async Task SlowHandlerAsync(LiveInformer informer)
    {
        using var held = new HeldHandler();
        informer.Start(more: held);
        await informer.ToldAsync("synced");
        string[] names = ["a", "b", "c", "d", "e"];
        foreach (var name in names) await informer.CreateAsync(name);
        await informer.ToldAsync(["synced", .. names.Select(name => "add " + name)]);
        await informer.UntilAsync(() => !held.Keys.IsEmpty);
        Assert.Single(held.Keys);
        held.Go();
        await informer.UntilAsync(() => held.Keys.Count == names.Length);
        Assert.Equal(names, held.Keys.Select(key => key[(key.LastIndexOf('-') + 1)..]));
        Assert.Equal(["list 0 limit 500", "watch last"], informer.Requests);
    }

    /// <summary>A relist tells first what is gone, by its last known state, then what changed and what is new.</summary>
    /// <param name="informer">The informer, of objects "gone" and "changed" at least.</param>
    /// <param name="requests">After how many requests it lists again.</param>
    /// <param name="expire">Starts it, and sees to it that its watch expires.</param>
    public static async Task RelistAsync(LiveInformer informer, int requests, Func<Task> expire)
    {
        var written = new TaskCompletionSource();
        informer.BeforeRequest = before => before < requests ? Task.CompletedTask : written.Task;
        await expire();
        await informer.UntilAsync(() => informer.Waits.Count == 1 && informer.Told.Contains("synced"));
        var told = informer.Told.Count;
        await informer.CreateAsync("new");
        await informer.UpdateAsync("changed", "1");
        await informer.DeleteAsync("gone");
        written.SetResult();
        await informer.UntilAsync(() => informer.Told.Count >= told + 3);
        Assert.Equal("delete gone last known", informer.Told.ElementAt(told));
        Assert.Equal(["add new from list", "update changed from list"], informer.Told.Skip(told + 1).Order());
        Assert.Contains("ErrorEvent 410", informer.Ends);
        Assert.InRange(Assert.Single(informer.Waits), 0.8, 1.6);
    }
}
