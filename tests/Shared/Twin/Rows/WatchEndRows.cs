namespace K8sScaleTest.Twin;

/// <summary>Watches: their forms, their order, and how they end.</summary>
internal static class WatchEndRows
{
    public static IEnumerable<Row> Ends =>
    [
        new("timeoutSeconds ends it without an error", Parts.Watch, static async s =>
        {
            using var watch = await s.WatchAsync(s.ConfigMaps + "?watch=1&timeoutSeconds=1&resourceVersion=0");
            await watch.ReadToEndAsync();
        }),
        new("timeoutSeconds that is no number is a bad request", Parts.Watch, static s => s.GetAsync(s.ConfigMaps + "?watch=1&timeoutSeconds=x")),
        new("HTTP/1.1: the same events, in chunks", Parts.Watch, static async s =>
        {
            await s.FillAsync("a");
            using var watch = await s.WatchAsync(s.ConfigMaps + "?watch=1&resourceVersion=0&timeoutSeconds=3", System.Net.HttpVersion.Version11);
            await watch.ReadAsync(1);
            await s.ConfigMapAsync("b");
            await watch.ReadAsync(1);
            await watch.ReadToEndAsync();
        }),
        new("as tables: the columns in the first event only", Parts.Watch, static async s =>
        {
            await s.FillAsync("a");
            using var watch = await s.WatchAsync(s.ConfigMaps + "?watch=1&resourceVersion=0&timeoutSeconds=20", accept: Scenario.Table);
            await watch.ReadAsync(1);
            await s.PatchAsync(s.ConfigMaps + "/a", """{"data":{"k2":"w"}}""");
            await watch.ReadAsync(1);
            await s.QuietAsync("DELETE", s.ConfigMaps + "/a");
            await watch.ReadAsync(1);
        }),
        new("as metadata alone", Parts.Watch, static async s =>
        {
            await s.FillAsync("a");
            using var watch = await s.WatchAsync(s.ConfigMaps + "?watch=1&resourceVersion=0&timeoutSeconds=20", accept: "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io");
            await watch.ReadAsync(1);
            await s.QuietAsync("DELETE", s.ConfigMaps + "/a");
            await watch.ReadAsync(1);
        }),
        new("as application/json;stream=watch", Parts.Watch, static async s =>
        {
            await s.FillAsync("a");
            using var watch = await s.WatchAsync(s.ConfigMaps + "?watch=1&resourceVersion=0&timeoutSeconds=20", accept: "application/json;stream=watch");
            await watch.ReadAsync(1);
        }),
        new("what the client does not take is not acceptable", Parts.Watch, static s => s.SendAsync("GET", s.ConfigMaps + "?watch=1&timeoutSeconds=2", accept: "text/html"))
        {
            Changed = "The router names what there is: go-restful/jsr311.go:166 (d027240e5b12)",
        },
        new("many watchers see the same events", Parts.Watch, static async s =>
        {
            var last = await s.FillAsync("a");
            var watches = new List<TwinWatch>();
            for (var i = 0; i < 20; i++) watches.Add(await s.WatchAsync($"{s.ConfigMaps}?watch=1&timeoutSeconds=20&resourceVersion={last}"));
            await s.ConfigMapAsync("b");
            await s.DeleteAsync(s.ConfigMaps + "/a");
            foreach (var watch in watches)
            {
                await watch.ReadAsync(2);
                watch.Dispose();
            }
        }),
        new("bookmarks carry the kind and a resourceVersion, and nothing else", Parts.Watch, static async s =>
        {
            await s.FillAsync("a");
            // The last one comes shortly before the time-out.
            using var watch = await s.WatchAsync(s.ConfigMaps + "?watch=1&allowWatchBookmarks=true&resourceVersion=0&timeoutSeconds=4");
            await watch.ReadAsync(1);
            await watch.ReadBookmarkAsync();
            await watch.ReadToEndAsync();
        })
        {
            Since = 21,
            Witness = "unwitnessed: apiserver/pkg/storage/cacher/cache_watcher.go:222 (v0.36.3); 1.20 sends none in so short a time",
        },
        new("without allowWatchBookmarks there are none", Parts.Watch, static async s =>
        {
            await s.FillAsync("a");
            using var watch = await s.WatchAsync(s.ConfigMaps + "?watch=1&resourceVersion=0&timeoutSeconds=4");
            await watch.ReadAsync(1);
            await watch.ReadToEndAsync(keepBookmarks: true);
        }),
        new("the order of events is that of the writes, over many objects", Parts.Watch, static async s =>
        {
            var last = await s.FillAsync("start");
            var expected = new List<string>();
            for (var i = 0; i < 30; i++)
            {
                var name = "o" + (i % 7);
                var done = await s.QuietAsync("POST", s.ConfigMaps, $$$"""{"metadata":{"name":"{{{name}}}"}}""");
                if (done.Code == 409) done = await s.QuietAsync("PATCH", s.ConfigMaps + "/" + name, $$$"""{"data":{"i":"{{{i}}}"}}""", Scenario.MergePatch);
                expected.Add(done.ResourceVersion);
            }
            using var watch = await s.WatchAsync($"{s.ConfigMaps}?watch=1&timeoutSeconds=20&resourceVersion={last}");
            var events = await watch.ReadAsync(30);
            Assert.Equal(expected, events.Select(e => e.GetProperty("object").GetProperty("metadata").GetProperty("resourceVersion").GetString()));
        }),
    ];
}
