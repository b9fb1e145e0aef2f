namespace K8sScaleTest.Twin;

/// <summary>Watches that begin with what is there and say when that is over (WatchList).</summary>
internal static class WatchListRows
{
    private const string Initial = "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";

    public static IEnumerable<Row> InitialEvents =>
    [
        NewRow("sendInitialEvents from nothing: what is there by name, then the closing bookmark, then changes", "apiserver/pkg/storage/cacher/watch_cache_interval.go:140 (v0.36.3), apiserver/pkg/storage/cacher/cacher.go:1338 (v0.36.3)", static async s =>
        {
            await s.FillAsync("b", "a");
            using var watch = await s.WatchAsync($"{s.ConfigMaps}?{Initial}&timeoutSeconds=20");
            await watch.ReadAsync(2);
            await watch.ReadBookmarkAsync();
            await s.ConfigMapAsync("c");
            await watch.ReadAsync(1);
        }),
        NewRow("sendInitialEvents from 0", "apiserver/pkg/storage/cacher/cacher.go:1312 (v0.36.3)", static async s =>
        {
            await s.FillAsync("a");
            using var watch = await s.WatchAsync($"{s.ConfigMaps}?{Initial}&resourceVersion=0&timeoutSeconds=20");
            await watch.ReadAsync(1);
            await watch.ReadBookmarkAsync();
        }),
        NewRow("sendInitialEvents from N: a state not older than N", "apiserver/pkg/storage/cacher/cacher.go:1312 (v0.36.3)", static async s =>
        {
            var early = await s.FillAsync("a");
            await s.FillAsync("b");
            using var watch = await s.WatchAsync($"{s.ConfigMaps}?{Initial}&resourceVersion={early}&timeoutSeconds=20");
            await watch.ReadAsync(2);
            await watch.ReadBookmarkAsync();
        }),
        NewRow("sendInitialEvents from a resourceVersion that is still to come: 504 as an event", "apiserver/pkg/storage/cacher/cacher.go:622, 1324 (v0.36.3)", static async s =>
        {
            using var watch = await s.WatchAsync($"{s.ConfigMaps}?{Initial}&resourceVersion=9999999999&timeoutSeconds=20");
            await watch.ReadAsync(1);
            await watch.ReadToEndAsync();
        }),
        NewRow("sendInitialEvents with nothing there: the bookmark alone", "apiserver/pkg/storage/cacher/cacher.go:1338 (v0.36.3)", static async s =>
        {
            using var watch = await s.WatchAsync($"{s.ConfigMaps}?{Initial}&timeoutSeconds=20");
            await watch.ReadBookmarkAsync();
        }),
        NewRow("sendInitialEvents=false from N: changes alone, and no closing bookmark", "apiserver/pkg/storage/cacher/cacher.go:1312 (v0.36.3)", static async s =>
        {
            var last = await s.FillAsync("a");
            using var watch = await s.WatchAsync($"{s.ConfigMaps}?watch=1&sendInitialEvents=false&resourceVersionMatch=NotOlderThan&resourceVersion={last}&timeoutSeconds=20");
            await s.ConfigMapAsync("b");
            await watch.ReadAsync(1);
        }),
        NewRow("sendInitialEvents with a selector: those that match, and the bookmark", "apiserver/pkg/storage/cacher/cacher.go:1338 (v0.36.3)", static async s =>
        {
            await s.FillAsync("a", "b");
            using var watch = await s.WatchAsync($"{s.ConfigMaps}?{Initial}&labelSelector=is%3Db&timeoutSeconds=20");
            await watch.ReadAsync(1);
            await watch.ReadBookmarkAsync();
        }),
        NewRow("sendInitialEvents without its match, or with another, is invalid", "apimachinery/pkg/apis/meta/internalversion/validation/validation.go:58 (v0.36.3)", static async s =>
        {
            await s.GetAsync(s.ConfigMaps + "?watch=1&timeoutSeconds=2&sendInitialEvents=true");
            await s.GetAsync(s.ConfigMaps + "?watch=1&timeoutSeconds=2&sendInitialEvents=true&resourceVersionMatch=Exact&resourceVersion=1");
            await s.GetAsync(s.ConfigMaps + "?watch=1&timeoutSeconds=2&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&continue=abc");
        }),
        NewRow("sendInitialEvents of Flunders", "apiserver/pkg/storage/cacher/cacher.go:1312 (v0.36.3)", static async s =>
        {
            await s.QuietAsync("POST", s.Flunders, """{"metadata":{"name":"a"}}""");
            using var watch = await s.WatchAsync($"{s.FlundersBeta}?{Initial}&timeoutSeconds=20");
            await watch.ReadAsync(1);
            await watch.ReadBookmarkAsync();
        }),
        NewRow("sendInitialEvents as tables", "apiserver/pkg/endpoints/handlers/response.go:79, 389 (v0.36.3)", static async s =>
        {
            await s.FillAsync("a");
            using var watch = await s.WatchAsync($"{s.ConfigMaps}?{Initial}&timeoutSeconds=20", accept: Scenario.Table);
            await watch.ReadAsync(1);
            await watch.ReadBookmarkAsync();
        }),
        NewRow("sendInitialEvents as metadata alone", "apiserver/pkg/endpoints/handlers/response.go:79 (v0.36.3)", static async s =>
        {
            await s.FillAsync("a");
            using var watch = await s.WatchAsync($"{s.ConfigMaps}?{Initial}&timeoutSeconds=20", accept: "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io");
            await watch.ReadAsync(1);
            await watch.ReadBookmarkAsync();
        }),
    ];

    private static Row NewRow(string name, string source, Func<Scenario, Task> run) => new(name, Parts.Watch, run) { Since = 34, Witness = "unwitnessed: " + source };
}
