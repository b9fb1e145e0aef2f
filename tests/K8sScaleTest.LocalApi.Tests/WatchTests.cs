using System.Net;
using System.Text.Json;

namespace K8sScaleTest.LocalApi.Tests;

/// <summary>Watches: where they begin, what they deliver, how they end.</summary>
public sealed class WatchTests(ServerFixture fixture) : IDisposable
{
    private readonly ApiClient _api = new(fixture.Server);

    public void Dispose() => _api.Dispose();

    [Fact]
    public async Task From_a_resourceVersion_it_delivers_every_later_change_in_order()
    {
        var (ns, path) = await NamespaceAsync();
        await _api.CreateConfigMapAsync("before", ns: ns);
        var start = (await _api.GetAsync(path)).ResourceVersion;
        await _api.CreateConfigMapAsync("a", ns: ns);
        using var watch = await _api.WatchAsync($"{path}?watch=1&resourceVersion={start}");
        await _api.PatchAsync(path + "/a", """{"data":{"k":"w"}}""");
        await _api.DeleteAsync(path + "/a");

        var versions = new List<long>();
        foreach (var type in new[] { "ADDED", "MODIFIED", "DELETED" })
        {
            var change = (await watch.NextAsync())!.Value;
            Assert.Equal(type, change.GetProperty("type").GetString());
            var item = change.GetProperty("object");
            Assert.Equal("a", item.GetProperty("metadata").GetProperty("name").GetString());
            Assert.Equal("ConfigMap", item.GetProperty("kind").GetString());
            versions.Add(long.Parse(item.GetProperty("metadata").GetProperty("resourceVersion").GetString()!));
            // DELETED shows the last state, under the version of the deletion.
            if (type != "ADDED") Assert.Equal("w", item.GetProperty("data").GetProperty("k").GetString());
        }
        Assert.Equal(versions.Distinct().Order(), versions);
    }

    [Theory]
    [InlineData("")]
    [InlineData("&resourceVersion=0")]
    public async Task Without_a_resourceVersion_it_begins_with_what_is_there(string query)
    {
        var (ns, path) = await NamespaceAsync();
        await _api.CreateConfigMapAsync("a", ns: ns);
        await _api.CreateConfigMapAsync("b", ns: ns);
        using var watch = await _api.WatchAsync($"{path}?watch=true{query}");

        Assert.Equal("ADDED a", await watch.NextTextAsync());
        Assert.Equal("ADDED b", await watch.NextTextAsync());
        await _api.CreateConfigMapAsync("c", ns: ns);
        Assert.Equal("ADDED c", await watch.NextTextAsync());
    }

    [Fact]
    public async Task Objects_that_move_in_and_out_of_the_selector_are_added_and_deleted()
    {
        var (ns, path) = await NamespaceAsync();
        await _api.CreateConfigMapAsync("a", ns: ns);
        var start = (await _api.GetAsync(path)).ResourceVersion;
        using var watch = await _api.WatchAsync($"{path}?watch=1&labelSelector=x%3Dy&resourceVersion={start}");

        await _api.PatchAsync(path + "/a", """{"data":{"k":"unseen"}}""");
        await _api.PatchAsync(path + "/a", """{"metadata":{"labels":{"x":"y"}}}""");
        await _api.PatchAsync(path + "/a", """{"data":{"k":"seen"}}""");
        var left = await _api.PatchAsync(path + "/a", """{"metadata":{"labels":{"x":null}},"data":{"k":"gone"}}""");

        Assert.Equal("ADDED a", await watch.NextTextAsync());
        Assert.Equal("MODIFIED a", await watch.NextTextAsync());
        var deleted = (await watch.NextAsync())!.Value;
        Assert.Equal("DELETED", deleted.GetProperty("type").GetString());
        var item = deleted.GetProperty("object");
        Assert.Equal(("seen", left.ResourceVersion), (item.GetProperty("data").GetProperty("k").GetString(), item.GetProperty("metadata").GetProperty("resourceVersion").GetString()));
    }

    [Fact]
    public async Task It_ends_after_its_timeout_without_an_error()
    {
        var (_, path) = await NamespaceAsync();
        using var watch = await _api.WatchAsync($"{path}?watch=1&timeoutSeconds=1");

        Assert.Equal(200, watch.Code);
        Assert.Empty(await watch.ReadToEndAsync());
    }

    [Fact]
    public async Task A_resourceVersion_whose_history_is_gone_gives_an_error_event_of_410()
    {
        await using var server = await LocalApiProcess.StartAsync("--history", "4");
        using var api = new ApiClient(server);
        var start = (await api.CreateConfigMapAsync("a")).ResourceVersion;
        for (var i = 0; i < 8; i++) await api.PatchAsync(ApiClient.ConfigMaps + "/a", $$$"""{"data":{"i":"{{{i}}}"}}""");
        using var watch = await api.WatchAsync($"{ApiClient.ConfigMaps}?watch=1&resourceVersion={start}");

        var error = (await watch.NextAsync())!.Value;

        Assert.Equal(200, watch.Code);
        Assert.Equal("ERROR", error.GetProperty("type").GetString());
        var status = error.GetProperty("object");
        Assert.Equal(("Status", "Expired", 410), (status.GetProperty("kind").GetString(), status.GetProperty("reason").GetString(), status.GetProperty("code").GetInt32()));
        Assert.Matches($@"^too old resource version: {start} \([0-9]+\)$", status.GetProperty("message").GetString());
        Assert.Equal("END", await watch.NextTextAsync());
    }

    [Fact]
    public async Task Initial_events_end_with_a_bookmark_that_says_so_and_the_stream_goes_on()
    {
        var (ns, path) = await NamespaceAsync();
        await _api.CreateConfigMapAsync("a", ns: ns);
        using var watch = await _api.WatchAsync($"{path}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&resourceVersion=0");

        Assert.Equal("ADDED a", await watch.NextTextAsync());
        var bookmark = (await watch.NextAsync())!.Value;
        await _api.CreateConfigMapAsync("b", ns: ns);

        Assert.Equal("BOOKMARK", bookmark.GetProperty("type").GetString());
        var metadata = bookmark.GetProperty("object").GetProperty("metadata");
        Assert.Equal("true", metadata.GetProperty("annotations").GetProperty("k8s.io/initial-events-end").GetString());
        Assert.True(long.Parse(metadata.GetProperty("resourceVersion").GetString()!) > 0);
        Assert.Equal("ADDED b", await watch.NextTextAsync());
    }

    [Theory]
    [InlineData("sendInitialEvents=true", "resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")]
    [InlineData("resourceVersionMatch=NotOlderThan&resourceVersion=1", "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")]
    public async Task Options_that_do_not_go_together_are_invalid(string query, string expected)
    {
        var reply = await _api.GetAsync($"{ApiClient.ConfigMaps}?watch=1&{query}");

        Assert.Equal((422, "ListOptions.meta.k8s.io \"\" is invalid: " + expected), (reply.Code, reply.Message));
    }

    [Fact]
    public async Task One_object_can_be_watched_by_its_name()
    {
        var (ns, path) = await NamespaceAsync();
        var start = (await _api.GetAsync(path)).ResourceVersion;
        using var watch = await _api.WatchAsync($"{path}?watch=1&fieldSelector=metadata.name%3Db&resourceVersion={start}");

        await _api.CreateConfigMapAsync("a", ns: ns);
        await _api.CreateConfigMapAsync("b", ns: ns);

        Assert.Equal("ADDED b", await watch.NextTextAsync());
    }

    [Fact]
    public async Task Flunders_are_delivered_in_the_version_that_is_watched()
    {
        var (ns, _) = await NamespaceAsync();
        using var watch = await _api.WatchAsync($"/apis/wardle.example.com/v1beta1/namespaces/{ns}/flunders?watch=1");

        await _api.SendAsync("POST", $"/apis/wardle.example.com/v1alpha1/namespaces/{ns}/flunders", """{"metadata":{"name":"f"},"spec":{"reference":"other"}}""");

        var item = (await watch.NextAsync())!.Value.GetProperty("object");
        Assert.Equal("wardle.example.com/v1beta1", item.GetProperty("apiVersion").GetString());
        Assert.Equal("other", item.GetProperty("spec").GetProperty("flunderReference").GetString());
    }

    [Fact]
    public async Task A_table_watch_names_its_columns_once()
    {
        var (ns, path) = await NamespaceAsync();
        await _api.CreateConfigMapAsync("a", ns: ns);
        await _api.CreateConfigMapAsync("b", ns: ns);

        var lines = (await _api.SendAsync("GET", path + "?watch=1&timeoutSeconds=1", accept: "application/json;as=Table;v=v1;g=meta.k8s.io")).Text.Trim().Split('\n');

        var tables = lines.Select(l => JsonDocument.Parse(l).RootElement.GetProperty("object")).ToArray();
        Assert.Equal(3, tables[0].GetProperty("columnDefinitions").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, tables[1].GetProperty("columnDefinitions").ValueKind);
    }

    [Fact]
    public async Task Many_watchers_over_both_versions_of_http_see_the_same_sequence()
    {
        var (ns, path) = await NamespaceAsync();
        using var old = new ApiClient(fixture.Server, HttpVersion.Version11);
        var start = (await _api.GetAsync(path)).ResourceVersion;
        var watchers = new List<WatchReader>();
        for (var i = 0; i < 40; i++) watchers.Add(await (i % 2 == 0 ? _api : old).WatchAsync($"{path}?watch=1&resourceVersion={start}&timeoutSeconds=300"));

        for (var i = 0; i < 50; i++) await _api.CreateConfigMapAsync($"x{i:d2}", ns: ns);

        var expected = Enumerable.Range(0, 50).Select(i => $"ADDED x{i:d2}").ToArray();
        foreach (var watcher in watchers)
        {
            foreach (var line in expected) Assert.Equal(line, await watcher.NextTextAsync());
            watcher.Dispose();
        }
    }

    [Fact]
    public async Task A_watcher_that_does_not_read_is_cut_off_and_costs_the_others_nothing()
    {
        await using var server = await LocalApiProcess.StartAsync("--history", "64");
        using var api = new ApiClient(server);
        var data = $$"""{"a":"{{new string('x', 100_000)}}"}""";
        await api.CreateConfigMapAsync("big", data);
        var start = (await api.GetAsync(ApiClient.ConfigMaps)).ResourceVersion;
        using var lazy = await api.OpenAsync($"{ApiClient.ConfigMaps}?watch=1&resourceVersion={start}");
        using var eager = await api.WatchAsync($"{ApiClient.ConfigMaps}?watch=1&resourceVersion={start}");

        for (var i = 0; i < 200; i++)
        {
            await api.PatchAsync(ApiClient.ConfigMaps + "/big", $$$"""{"data":{"i":"{{{i}}}"}}""");
            Assert.Equal("MODIFIED big", await eager.NextTextAsync());
        }
        await Task.Delay(1000, TestContext.Current.CancellationToken);

        // What had been buffered for it can still be read; then the stream is broken.
        await Assert.ThrowsAnyAsync<Exception>(() => lazy.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    private async Task<(string Namespace, string Path)> NamespaceAsync()
    {
        var ns = await _api.CreateNamespaceAsync();
        return (ns, $"/api/v1/namespaces/{ns}/configmaps");
    }
}
