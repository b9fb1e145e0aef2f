namespace K8sScaleTest.LocalApi.Tests.Faults;

/// <summary>What faults do to watches and their events: seen by a plain client, and in the ledger.</summary>
public sealed class WatchFaultTests
{
    private const string Watch = ApiClient.ConfigMaps + "?watch=1";

    [Theory]
    [InlineData("Watcher")]
    [InlineData("All")]
    public async Task Chosen_events_are_lost_and_the_ledger_says_which_and_why(string scope)
    {
        await using var server = await FaultyServer.StartAsync();
        var id = await server.OrderAsync($$"""{"action":"LoseEvent","scope":"{{scope}}","name":"x*","eventTypes":["ADDED"],"count":3}""");
        using var watch = await server.Api.WatchAsync(Watch);

        foreach (var name in new[] { "a", "x1", "b", "x2", "x3", "x4", "c" }) await server.Api.CreateConfigMapAsync(name);

        // For all there is one lot an event, for each watcher one of its own: with one watcher they are alike.
        foreach (var name in new[] { "a", "b", "x4", "c" }) Assert.Equal("ADDED " + name, await watch.NextTextAsync());
        Assert.Equal(["a Delivered", "x1 Lost", "b Delivered", "x2 Lost", "x3 Lost", "x4 Delivered", "c Delivered"], await server.DeliveriesAsync());
        var lost = (await server.Control.LedgerAsync("deliveries", TestContext.Current.CancellationToken))[1];
        Assert.Equal(id, lost.Number("fault"));
        Assert.False(lost.TryGetProperty("writtenNanoseconds", out _));
        Assert.Equal(scope == "All", (await server.Control.LedgerAsync("events", TestContext.Current.CancellationToken)).Any(e => e.Text("key") == "scaletest/x1" && e.TryGetProperty("fault", out var fault) && fault.GetInt32() == id));
    }

    [Fact]
    public async Task An_event_lost_for_all_is_lost_for_all_and_one_lost_by_each_is_not()
    {
        await using var server = await FaultyServer.StartAsync();
        using var one = await server.Api.WatchAsync(Watch);
        using var two = await server.Api.WatchAsync(Watch);
        await server.OrderAsync("""{"action":"LoseEvent","scope":"All","name":"all-*","probability":0.5,"seed":7}""");
        await server.OrderAsync("""{"action":"LoseEvent","scope":"Watcher","name":"each-*","probability":0.5,"seed":7}""");
        for (var i = 0; i < 30; i++)
        {
            await server.Api.CreateConfigMapAsync("all-" + i);
            await server.Api.CreateConfigMapAsync("each-" + i);
        }
        await server.Api.CreateConfigMapAsync("end");

        var (first, second) = (await ReadUntilEndAsync(one), await ReadUntilEndAsync(two));

        Assert.Equal(first.Where(n => n.Contains("all-", StringComparison.Ordinal)), second.Where(n => n.Contains("all-", StringComparison.Ordinal)));
        Assert.NotEqual(first.Where(n => n.Contains("each-", StringComparison.Ordinal)), second.Where(n => n.Contains("each-", StringComparison.Ordinal)));
        // What each client saw is what the ledger says was delivered to it.
        var told = (await server.Control.LedgerAsync("deliveries", TestContext.Current.CancellationToken)).Where(d => d.Text("result") == "Delivered").GroupBy(d => d.Number("watch")).Select(g => string.Join(",", g.Select(d => "ADDED " + d.Text("key").Split('/')[1])));
        Assert.Equal(new[] { string.Join(",", first), string.Join(",", second) }.Order(), told.Order());
        Assert.InRange(first.Count, 20, 50);
    }

    [Fact]
    public async Task Events_are_doubled_and_reordered()
    {
        await using var server = await FaultyServer.StartAsync();
        await server.OrderAsync("""{"action":"DoubleEvent","name":"twice"}""");
        await server.OrderAsync("""{"action":"ReorderEvent","name":"late"}""");
        using var watch = await server.Api.WatchAsync(Watch);

        foreach (var name in new[] { "a", "twice", "late", "early", "z" }) await server.Api.CreateConfigMapAsync(name);

        foreach (var name in new[] { "a", "twice", "twice", "early", "late", "z" }) Assert.Equal("ADDED " + name, await watch.NextTextAsync());
        Assert.Equal(["a Delivered", "twice Doubled", "late Reordered", "early Delivered", "z Delivered"], await server.DeliveriesAsync());
    }

    [Fact]
    public async Task An_event_held_back_for_one_that_does_not_come_is_pending_and_then_delivered_late()
    {
        await using var server = await FaultyServer.StartAsync();
        var id = await server.OrderAsync("""{"action":"ReorderEvent","name":"late"}""");
        using var watch = await server.Api.WatchAsync(Watch + "&timeoutSeconds=6");
        await server.Api.CreateConfigMapAsync("a");
        await server.Api.CreateConfigMapAsync("late");
        Assert.Equal("ADDED a", await watch.NextTextAsync());
        Assert.Equal(["a Delivered", "late Pending"], await server.DeliveriesAsync());

        Assert.Equal("ADDED late", await watch.NextTextAsync());

        Assert.Equal("TimedOut", (await server.EndedWatchAsync()).Text("end"));
        var told = (await server.Control.LedgerAsync("deliveries", TestContext.Current.CancellationToken))[1];
        Assert.Equal(("Delivered", id), (told.Text("result"), told.Number("fault")));
        // At the end of the watch, not with the flush in which its turn was.
        var ended = (await server.EndedWatchAsync()).Number("endedNanoseconds");
        Assert.InRange(told.Number("writtenNanoseconds"), told.Number("committedNanoseconds") + 500_000_000, ended);
    }

    [Fact]
    public async Task Each_fault_that_met_a_watch_stands_in_its_entry_and_late_events_have_the_time_at_which_they_left()
    {
        await using var server = await FaultyServer.StartAsync();
        var ids = new List<int>();
        foreach (var fault in new[] { """{"action":"DoubleEvent","name":"twice"}""", """{"action":"ReorderEvent","name":"late"}""", """{"action":"LoseEvent","scope":"All","name":"gone"}""", """{"action":"StallWatch","stallMilliseconds":20,"name":"twice"}""", """{"action":"SlowWatch","eventsPerSecond":500}""", """{"action":"NoAnswer","name":"nobody"}""" }) ids.Add(await server.OrderAsync(fault));
        using var watch = await server.Api.WatchAsync(Watch);

        foreach (var name in new[] { "gone", "twice", "late", "early" }) await server.Api.CreateConfigMapAsync(name);
        foreach (var name in new[] { "twice", "twice", "early", "late" }) Assert.Equal("ADDED " + name, await watch.NextTextAsync());
        ids.Add(await server.OrderAsync("""{"action":"StallWatch","stallMilliseconds":1,"now":true}"""));
        await server.Api.CreateConfigMapAsync("z");
        Assert.Equal("ADDED z", await watch.NextTextAsync());
        ids.Add(await server.OrderAsync("""{"action":"CutWatch","cut":"End","now":true}"""));
        Assert.Null(await watch.NextAsync());

        var ended = await server.EndedWatchAsync();
        // The first fault that is drawn for an event is the one that happens: twice is doubled, not stalled. Nobody asked for "nobody".
        Assert.Equal([ids[2], ids[0], ids[4], ids[1], ids[6], ids[7]], ended.Faults());
        Assert.Equal((1, 1, 1, 1, 4), (ended.Number("lost"), ended.Number("doubled"), ended.Number("reordered"), ended.Number("stalled"), ended.Number("delivered")));
        var told = (await server.Control.LedgerAsync("deliveries", TestContext.Current.CancellationToken)).ToDictionary(d => d.Text("key").Split('/')[1]);
        Assert.True(told["late"].Number("writtenNanoseconds") >= told["early"].Number("committedNanoseconds"));
        Assert.Equal(ids[7], (await server.RequestsAsync("watch", 1))[0].Faults().Single());
    }

    [Fact]
    public async Task What_a_selector_leaves_out_is_in_the_ledger_too()
    {
        await using var server = await FaultyServer.StartAsync();
        using var watch = await server.Api.WatchAsync(Watch + "&labelSelector=a%3Db");

        await server.Api.CreateConfigMapAsync("out");
        await server.Api.CreateConfigMapAsync("in", labels: """{"a":"b"}""");

        Assert.Equal("ADDED in", await watch.NextTextAsync());
        Assert.Equal(["out NotSelected", "in Delivered"], await server.DeliveriesAsync());
        var told = Assert.Single(await server.Control.LedgerAsync("watches", TestContext.Current.CancellationToken));
        Assert.Equal(("a=b", 1, 1, "Open"), (told.Text("labelSelector"), told.Number("delivered"), told.Number("filtered"), told.Text("end")));
    }

    [Theory]
    [InlineData("2.0")]
    [InlineData("1.1")]
    public async Task A_watch_ends_cleanly_at_the_chosen_event(string version)
    {
        await using var server = await FaultyServer.StartAsync(Version.Parse(version));
        var id = await server.OrderAsync("""{"action":"CutWatch","cut":"End","skip":2,"count":1}""");
        using var watch = await server.Api.WatchAsync(Watch);

        foreach (var name in new[] { "a", "b", "c", "d" }) await server.Api.CreateConfigMapAsync(name);

        Assert.Equal(["ADDED a", "ADDED b"], await watch.ReadToEndAsync());
        var told = await server.EndedWatchAsync();
        Assert.Equal(("Cut", id, 2), (told.Text("end"), told.Number("endFault"), told.Number("delivered")));
        Assert.Equal(["a Delivered", "b Delivered"], await server.DeliveriesAsync());
        var request = (await server.RequestsAsync("watch", 1))[0];
        Assert.Equal("BrokenOff", request.Text("end"));
        Assert.Equal([id], request.Faults());
    }

    [Theory]
    [InlineData("2.0", true)]
    [InlineData("1.1", true)]
    [InlineData("2.0", false)]
    [InlineData("1.1", false)]
    public async Task A_watch_is_reset_at_an_event_or_now(string version, bool now)
    {
        await using var server = await FaultyServer.StartAsync(Version.Parse(version));
        using var watch = await server.Api.WatchAsync(Watch);
        await server.Api.CreateConfigMapAsync("a");
        Assert.Equal("ADDED a", await watch.NextTextAsync());
        var id = await server.OrderAsync(now ? """{"action":"CutWatch","cut":"Reset","now":true}""" : """{"action":"CutWatch","cut":"Reset"}""");
        if (!now) await server.Api.CreateConfigMapAsync("b");

        var broken = await Assert.ThrowsAnyAsync<IOException>(() => watch.NextTextAsync());

        if (version == "2.0") Assert.Contains("INTERNAL_ERROR", broken.ToString(), StringComparison.Ordinal);
        var told = await server.EndedWatchAsync();
        Assert.Equal(("Cut", id, 1), (told.Text("end"), told.Number("endFault"), told.Number("delivered")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_watch_ends_in_the_middle_of_a_line(bool now)
    {
        await using var server = await FaultyServer.StartAsync();
        using var response = await server.Api.OpenAsync(Watch);
        await server.OrderAsync(now ? """{"action":"CutWatch","cut":"MidLine","now":true}""" : """{"action":"CutWatch","cut":"MidLine","skip":1}""");
        if (!now)
        {
            await server.Api.CreateConfigMapAsync("a");
            await server.Api.CreateConfigMapAsync("b");
        }

        var lines = (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Split('\n');

        Assert.Equal(now ? 1 : 2, lines.Length);
        Assert.StartsWith("{\"type\":", lines[^1], StringComparison.Ordinal);
        Assert.False(lines[^1].EndsWith('}'));
        var told = await server.EndedWatchAsync();
        Assert.Equal(("Cut", now ? 0 : 1), (told.Text("end"), told.Number("cutInLine")));
        Assert.Equal(now ? [] : ["a Delivered", "b CutInLine"], await server.DeliveriesAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stalled_watch_sends_nothing_for_a_time_and_then_everything(bool now)
    {
        await using var server = await FaultyServer.StartAsync();
        using var watch = await server.Api.WatchAsync(Watch);
        await server.Api.CreateConfigMapAsync("before");
        Assert.Equal("ADDED before", await watch.NextTextAsync());
        await server.OrderAsync("{\"action\":\"StallWatch\",\"stallMilliseconds\":400" + (now ? ",\"now\":true}" : ",\"count\":1}"));

        await server.Api.CreateConfigMapAsync("a");
        await server.Api.CreateConfigMapAsync("b");

        Assert.Equal("ADDED a", await watch.NextTextAsync());
        Assert.Equal("ADDED b", await watch.NextTextAsync());
        var told = (await server.Control.LedgerAsync("deliveries", TestContext.Current.CancellationToken))[1];
        Assert.Equal("Delivered", told.Text("result"));
        var delay = told.Number("writtenNanoseconds") - told.Number("committedNanoseconds");
        // What was ordered just before lasts from then on.
        Assert.True(delay >= (now ? 100_000_000 : 400_000_000), $"It was written {delay} ns after its commit.");
    }

    [Theory]
    [InlineData("\"eventsPerSecond\":10")]
    [InlineData("\"bytesPerSecond\":3000")]
    public async Task A_slow_watch_keeps_the_pace_that_it_was_given(string pace)
    {
        await using var server = await FaultyServer.StartAsync();
        var id = await server.OrderAsync($$"""{"action":"SlowWatch",{{pace}}}""");
        using var watch = await server.Api.WatchAsync(Watch);
        // Each makes a line of more than 300 bytes: a tenth of a second, either way.
        var data = "{\"k\":\"" + new string('x', 300) + "\"}";
        for (var i = 0; i < 8; i++) await server.Api.CreateConfigMapAsync("p" + i, data);

        for (var i = 0; i < 8; i++) Assert.Equal("ADDED p" + i, await watch.NextTextAsync());

        var written = (await server.Control.LedgerAsync("deliveries", TestContext.Current.CancellationToken)).Select(d => d.Number("writtenNanoseconds")).ToArray();
        Assert.True(written[^1] - written[0] >= 700_000_000, $"Eight events took {written[^1] - written[0]} ns.");
        Assert.True((await server.Control.FaultAsync(id, TestContext.Current.CancellationToken)).Number("applied") >= 7);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_ERROR_event_says_410_and_ends_the_watch(bool now)
    {
        await using var server = await FaultyServer.StartAsync();
        using var watch = await server.Api.WatchAsync(Watch);
        var id = await server.OrderAsync(now ? """{"action":"ErrorEvent","now":true}""" : """{"action":"ErrorEvent"}""");
        if (!now) await server.Api.CreateConfigMapAsync("a");

        var error = (await watch.NextAsync())!.Value;

        Assert.Equal(("ERROR", 410, "Expired"), (error.Text("type"), error.GetProperty("object").Number("code"), error.GetProperty("object").Text("reason")));
        Assert.Null(await watch.NextAsync());
        Assert.Equal(("Error", id), ((await server.EndedWatchAsync()).Text("end"), (await server.EndedWatchAsync()).Number("endFault")));
    }

    [Fact]
    public async Task A_compaction_makes_old_resourceVersions_and_tokens_410_and_leaves_watchers_alone()
    {
        await using var server = await FaultyServer.StartAsync();
        await server.Api.CreateConfigMapAsync("a");
        var old = (await server.Api.GetAsync(ApiClient.ConfigMaps)).ResourceVersion;
        await server.Api.CreateConfigMapAsync("b");
        var token = (await server.Api.GetAsync(ApiClient.ConfigMaps + "?limit=1")).Json.GetProperty("metadata").Text("continue");
        await server.Api.CreateConfigMapAsync("c");
        using var watch = await server.Api.WatchAsync($"{Watch}&resourceVersion={old}");
        Assert.Equal(["ADDED b", "ADDED c"], [await watch.NextTextAsync(), await watch.NextTextAsync()]);

        var id = await server.OrderAsync("""{"action":"Compact","resources":["configmaps"]}""");

        using var late = await server.Api.WatchAsync($"{Watch}&resourceVersion={old}");
        Assert.Equal((410, "ERROR"), await FirstAsync(late));
        Assert.Equal((410, "Expired"), await CodeAsync(server, $"{ApiClient.ConfigMaps}?limit=1&continue={Uri.EscapeDataString(token)}"));
        Assert.Equal((410, "Expired"), await CodeAsync(server, $"{ApiClient.ConfigMaps}?resourceVersion={old}&resourceVersionMatch=Exact"));
        await server.Api.CreateConfigMapAsync("d");
        Assert.Equal("ADDED d", await watch.NextTextAsync());
        using var present = await server.Api.WatchAsync($"{Watch}&resourceVersion={(await server.Api.GetAsync(ApiClient.ConfigMaps)).ResourceVersion}");
        await server.Api.CreateConfigMapAsync("e");
        Assert.Equal("ADDED e", await present.NextTextAsync());
        var told = await server.Control.FaultAsync(id, TestContext.Current.CancellationToken);
        Assert.Equal("Spent", told.Text("state"));
        Assert.StartsWith("configmaps through ", told.Text("result"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restore_takes_state_and_resourceVersion_back_and_cuts_the_watches()
    {
        await using var server = await FaultyServer.StartAsync();
        using var flunders = await server.Api.WatchAsync(ApiClient.Flunders + "?watch=1");
        await server.Api.CreateConfigMapAsync("kept", """{"k":"old"}""");
        await server.Api.CreateConfigMapAsync("deleted");
        var snapshot = await server.Api.GetAsync(ApiClient.ConfigMaps);
        await server.Api.CreateConfigMapAsync("created");
        await server.Api.PatchAsync(ApiClient.ConfigMaps + "/kept", """{"data":{"k":"new"}}""");
        await server.Api.DeleteAsync(ApiClient.ConfigMaps + "/deleted");
        using var watch = await server.Api.WatchAsync($"{Watch}&resourceVersion={(await server.Api.GetAsync(ApiClient.ConfigMaps)).ResourceVersion}");

        var id = await server.OrderAsync($$"""{"action":"Restore","resourceVersion":{{snapshot.ResourceVersion}}}""");

        Assert.Null(await watch.NextAsync());
        var restored = await server.Api.GetAsync(ApiClient.ConfigMaps);
        Assert.Equal(snapshot.Text, restored.Text);
        Assert.Equal(("Cut", id), (await server.EndedWatchAsync() is { } ended ? ended.Text("end") : "", (await server.EndedWatchAsync()).Number("endFault")));
        // The other etcd goes on.
        await server.Api.SendAsync("POST", ApiClient.Flunders, """{"metadata":{"name":"f"}}""");
        Assert.Equal("ADDED f", await flunders.NextTextAsync());
        using var again = await server.Api.WatchAsync($"{Watch}&resourceVersion={restored.ResourceVersion}");
        var next = await server.Api.CreateConfigMapAsync("next");
        Assert.Equal(long.Parse(snapshot.ResourceVersion) + 1, long.Parse(next.ResourceVersion));
        Assert.Equal("ADDED next", await again.NextTextAsync());
    }

    [Fact]
    public async Task A_restore_to_what_is_forgotten_or_to_come_is_an_error_and_does_nothing()
    {
        await using var server = await FaultyServer.StartAsync();
        var old = (await server.Api.CreateConfigMapAsync("a")).ResourceVersion;
        await server.Api.CreateConfigMapAsync("b");
        await server.OrderAsync("""{"action":"Compact"}""");

        var forgotten = await Assert.ThrowsAsync<ArgumentException>(() => server.OrderAsync($$"""{"action":"Restore","resourceVersion":{{old}}}"""));
        var coming = await Assert.ThrowsAsync<ArgumentException>(() => server.OrderAsync("""{"action":"Restore","resourceVersion":999999}"""));

        Assert.Contains("does not reach back", forgotten.Message, StringComparison.Ordinal);
        Assert.Contains("still to come", coming.Message, StringComparison.Ordinal);
        Assert.Equal(["a", "b"], (await server.Api.GetAsync(ApiClient.ConfigMaps)).Names);
    }

    private static async Task<(int Code, string Type)> FirstAsync(WatchReader watch)
    {
        var first = (await watch.NextAsync())!.Value;
        return ((int)first.GetProperty("object").Number("code"), first.Text("type"));
    }

    private static async Task<(int Code, string Reason)> CodeAsync(FaultyServer server, string path)
    {
        var reply = await server.Api.GetAsync(path);
        return (reply.Code, reply.Reason);
    }

    private static async Task<List<string>> ReadUntilEndAsync(WatchReader watch)
    {
        var all = new List<string>();
        while (all is not [.., "ADDED end"]) all.Add(await watch.NextTextAsync());
        return all;
    }
}
