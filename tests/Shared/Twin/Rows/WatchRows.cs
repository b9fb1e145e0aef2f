namespace K8sScaleTest.Twin;

/// <summary>Watches: where they begin and what they deliver.</summary>
internal static class WatchRows
{
    public static IEnumerable<Row> Starts =>
    [
        new("without a resourceVersion it begins with what is there", Parts.Watch, static async s =>
        {
            await s.FillAsync("a", "b");
            using var watch = await s.WatchAsync(s.ConfigMaps + "?watch=1&timeoutSeconds=20");
            await watch.ReadAsync(2, byName: true);
            await s.ConfigMapAsync("c");
            await watch.ReadAsync(1);
        }),
        new("from 0 it begins with what is there, and goes on", Parts.Watch, static async s =>
        {
            await s.FillAsync("a", "b");
            using var watch = await s.WatchAsync(s.ConfigMaps + "?watch=true&resourceVersion=0&timeoutSeconds=20");
            await watch.ReadAsync(2, byName: true);
            await s.QuietAsync("DELETE", s.ConfigMaps + "/a");
            await watch.ReadAsync(1);
        }),
        new("from 0 with nothing there it waits for the first change", Parts.Watch, static async s =>
        {
            using var watch = await s.WatchAsync(s.ConfigMaps + "?watch=1&resourceVersion=0&timeoutSeconds=20");
            await s.QuietAsync("POST", s.ConfigMaps, """{"metadata":{"name":"a"}}""");
            await watch.ReadAsync(1);
        }),
        new("from N it delivers every later change in order", Parts.Watch, static async s =>
        {
            var start = await s.FillAsync("before");
            await s.ConfigMapAsync("a");
            await s.PatchAsync(s.ConfigMaps + "/a", """{"data":{"k":"w"}}""");
            await s.PatchAsync(s.ConfigMaps + "/before", """{"data":{"k":"w"}}""");
            await s.DeleteAsync(s.ConfigMaps + "/a");
            await s.ConfigMapAsync("a");
            using var watch = await s.WatchAsync($"{s.ConfigMaps}?watch=1&timeoutSeconds=20&resourceVersion={start}");
            await watch.ReadAsync(5);
        }),
        new("from an object's resourceVersion that object's change is not seen again", Parts.Watch, static async s =>
        {
            var made = await s.ConfigMapAsync("a");
            await s.ConfigMapAsync("b");
            using var watch = await s.WatchAsync($"{s.ConfigMaps}?watch=1&timeoutSeconds=20&resourceVersion={made.ResourceVersion}");
            await watch.ReadAsync(1);
        }),
        new("a resourceVersion that is none is refused", Parts.Watch, static async s => await s.GetAsync(s.ConfigMaps + "?watch=1&timeoutSeconds=2&resourceVersion=abc")),
        new("a resourceVersion whose history is gone: 410 Expired as an event", Parts.Watch, static async s =>
        {
            // The real server of Flunders begins when something has been written already; that of ConfigMaps may begin at 1.
            using var watch = await s.WatchAsync(s.Flunders + "?watch=1&timeoutSeconds=20&resourceVersion=1");
            await watch.ReadAsync(1);
            await watch.ReadToEndAsync();
        }),
        new("410 Expired as a status, for a list, and as an event, for a watch", Parts.Watch, static async s =>
        {
            var early = await s.FillAsync("a", "b");
            await s.CompactAsync(await s.FillAsync("c"));
            await s.GetAsync($"{s.ConfigMaps}?resourceVersionMatch=Exact&resourceVersion={early}");
            using var watch = await s.WatchAsync(s.Flunders + "?watch=1&timeoutSeconds=20&resourceVersion=1");
            await watch.ReadAsync(1);
            await watch.ReadToEndAsync();
        })
        {
            Alone = true,
        },
        new("from a resourceVersion that is still to come: silence until then", Parts.Watch, static async s =>
        {
            var now = long.Parse(await s.FillAsync("a"), System.Globalization.CultureInfo.InvariantCulture);
            using var never = await s.WatchAsync($"{s.ConfigMaps}?watch=1&timeoutSeconds=1&resourceVersion=9000000000");
            var reckoned = now + 5;
            s.Shown.Reckoned = reckoned;
            using var soon = await s.WatchAsync($"{s.ConfigMaps}?watch=1&timeoutSeconds=20&resourceVersion={reckoned}");
            var expected = 0L;
            for (var i = 0; expected <= reckoned; i++) expected = long.Parse((await s.QuietAsync("PATCH", s.ConfigMaps + "/a", $$$"""{"data":{"i":"{{{i}}}"}}""", Scenario.MergePatch)).ResourceVersion, System.Globalization.CultureInfo.InvariantCulture);
            // The counter moves with other resources too: which patch is the first beyond is not the same every time, and not shown.
            var seen = await soon.PeekAsync();
            Assert.Equal("MODIFIED", seen.GetProperty("type").GetString());
            Assert.Equal(expected, long.Parse(seen.GetProperty("object").GetProperty("metadata").GetProperty("resourceVersion").GetString()!, System.Globalization.CultureInfo.InvariantCulture));
            await never.ReadToEndAsync();
        }),
        new("a timeoutSeconds below nothing ends it at once, and so does one beyond all numbers", Parts.Watch, static async s =>
        {
            foreach (var seconds in (string[])["-1", "9223372036854775807"])
            {
                using var watch = await s.WatchAsync($"{s.ConfigMaps}?watch=1&resourceVersion=0&timeoutSeconds={seconds}");
                await watch.ReadToEndAsync();
            }
        }),
        new("options that do not go together are invalid", Parts.Watch, static async s =>
        {
            await s.GetAsync(s.ConfigMaps + "?watch=1&timeoutSeconds=2&resourceVersionMatch=NotOlderThan&resourceVersion=1");
            await s.GetAsync(s.ConfigMaps + "?watch=1&timeoutSeconds=2&resourceVersionMatch=Exact&resourceVersion=1");
        })
        {
            Changed = "It is allowed with sendInitialEvents, and says so: apimachinery/pkg/apis/meta/internalversion/validation/validation.go:66 (v0.36.3)",
        },
        new("limit and continue do not matter to it", Parts.Watch, static async s =>
        {
            await s.FillAsync("a", "b");
            using var watch = await s.WatchAsync(s.ConfigMaps + "?watch=1&limit=1&resourceVersion=0&timeoutSeconds=20");
            await watch.ReadAsync(2, byName: true);
        }),
        new("watch is on for any value but false and 0", Parts.Watch, static async s =>
        {
            await s.FillAsync("a");
            using var empty = await s.WatchAsync(s.ConfigMaps + "?watch=&timeoutSeconds=1");
            await empty.ReadToEndAsync();
            using var yes = await s.WatchAsync(s.ConfigMaps + "?watch=yes&timeoutSeconds=1");
            await yes.ReadToEndAsync();
            await s.GetAsync(s.ConfigMaps + "?watch=0");
            await s.GetAsync(s.ConfigMaps + "?watch=False");
        }),
        new("the old path /watch/ gives the same", Parts.Watch, static async s =>
        {
            await s.FillAsync("a");
            using var all = await s.WatchAsync($"/api/v1/watch/namespaces/{s.Namespace}/configmaps?timeoutSeconds=20");
            await all.ReadAsync(1);
            using var one = await s.WatchAsync($"/api/v1/watch/namespaces/{s.Namespace}/configmaps/a?timeoutSeconds=20");
            await one.ReadAsync(1);
        }),
        new("a namespace that does not exist can be watched", Parts.Watch, static async s =>
        {
            var nowhere = s.ReserveNamespace();
            using var watch = await s.WatchAsync($"/api/v1/namespaces/{nowhere}/configmaps?watch=1&timeoutSeconds=1");
            await watch.ReadToEndAsync();
        }),
        new("all namespaces at once", Parts.Watch, static async s =>
        {
            var (one, two) = (s.Namespace, await s.CreateNamespaceAsync());
            using var watch = await s.WatchAsync($"/api/v1/configmaps?watch=1&timeoutSeconds=20&labelSelector=row%3D{one}");
            foreach (var ns in (string[])[two, one]) await s.PostAsync($"/api/v1/namespaces/{ns}/configmaps", $$$$"""{"metadata":{"name":"a","labels":{"row":"{{{{one}}}}"}}}""");
            await watch.ReadAsync(2);
        }),
        new("one object's path has no watch: it is a get", Parts.Watch, static async s =>
        {
            await s.FillAsync("a");
            await s.GetAsync(s.ConfigMaps + "/a?watch=1&timeoutSeconds=20");
            await s.GetAsync(s.ConfigMaps + "/later?watch=1&timeoutSeconds=20");
        }),
        new("one object, by a field selector, that is still to come", Parts.Watch, static async s =>
        {
            using var watch = await s.WatchAsync(s.ConfigMaps + "?watch=1&timeoutSeconds=20&fieldSelector=metadata.name%3Dlater");
            await s.FillAsync("other");
            await s.ConfigMapAsync("later");
            await watch.ReadAsync(1);
        }),
    ];

    public static IEnumerable<Row> Events =>
    [
        new("DELETED shows the last state under the deletion's resourceVersion", Parts.Watch, static async s =>
        {
            var made = await s.ConfigMapAsync("a", ""","labels":{"x":"y"}""");
            using var watch = await s.WatchAsync($"{s.ConfigMaps}?watch=1&timeoutSeconds=20&resourceVersion={made.ResourceVersion}");
            await s.PatchAsync(s.ConfigMaps + "/a", """{"data":{"k":"last"}}""");
            await s.DeleteAsync(s.ConfigMaps + "/a");
            await watch.ReadAsync(2);
        }),
        new("a finalizer: deletionTimestamp is a MODIFIED, its removal the DELETED", Parts.Watch, static async s =>
        {
            var made = await s.ConfigMapAsync("a", ""","finalizers":["example.com/x"]""");
            using var watch = await s.WatchAsync($"{s.ConfigMaps}?watch=1&timeoutSeconds=20&resourceVersion={made.ResourceVersion}");
            await s.DeleteAsync(s.ConfigMaps + "/a");
            await s.PatchAsync(s.ConfigMaps + "/a", """{"metadata":{"finalizers":null}}""");
            await watch.ReadAsync(2);
        }),
        new("writes that change nothing make no event", Parts.Watch, static async s =>
        {
            var made = await s.ConfigMapAsync("a");
            using var watch = await s.WatchAsync($"{s.ConfigMaps}?watch=1&timeoutSeconds=20&resourceVersion={made.ResourceVersion}");
            await s.PatchAsync(s.ConfigMaps + "/a", """{"data":{"k":"v"}}""");
            await s.PatchAsync(s.ConfigMaps + "/a", """{"data":{"k":"w"}}""");
            await watch.ReadAsync(1);
        }),
        new("dry runs make no event", Parts.Watch, static async s =>
        {
            var made = await s.ConfigMapAsync("a");
            using var watch = await s.WatchAsync($"{s.ConfigMaps}?watch=1&timeoutSeconds=20&resourceVersion={made.ResourceVersion}");
            await s.QuietAsync("PATCH", s.ConfigMaps + "/a?dryRun=All", """{"data":{"k":"dry"}}""", Scenario.MergePatch);
            await s.QuietAsync("DELETE", s.ConfigMaps + "/a?dryRun=All");
            await s.PatchAsync(s.ConfigMaps + "/a", """{"data":{"k":"w"}}""");
            await watch.ReadAsync(1);
        }),
        new("deletecollection gives a DELETED for each", Parts.Watch, static async s =>
        {
            var last = await s.FillAsync("a", "b", "c");
            using var watch = await s.WatchAsync($"{s.ConfigMaps}?watch=1&timeoutSeconds=20&resourceVersion={last}");
            await s.QuietAsync("DELETE", s.ConfigMaps + "?labelSelector=is!%3Db");
            var gone = await watch.ReadAsync(2, byName: true);
            Assert.All(gone, e => Assert.Equal("DELETED", e.GetProperty("type").GetString()));
            s.Shown.Versions = false;
        }),
        new("objects that move in and out of a label selector are ADDED and DELETED", Parts.Watch, static async s =>
        {
            var made = await s.ConfigMapAsync("a");
            using var watch = await s.WatchAsync($"{s.ConfigMaps}?watch=1&timeoutSeconds=20&labelSelector=x%3Dy&resourceVersion={made.ResourceVersion}");
            await s.PatchAsync(s.ConfigMaps + "/a", """{"data":{"k":"unseen"}}""");
            await s.PatchAsync(s.ConfigMaps + "/a", """{"metadata":{"labels":{"x":"y"}}}""");
            await s.PatchAsync(s.ConfigMaps + "/a", """{"data":{"k":"seen"}}""");
            await s.PatchAsync(s.ConfigMaps + "/a", """{"metadata":{"labels":{"x":null}},"data":{"k":"gone"}}""");
            await s.PatchAsync(s.ConfigMaps + "/a", """{"metadata":{"labels":{"x":"y"}}}""");
            await s.DeleteAsync(s.ConfigMaps + "/a");
            await watch.ReadAsync(5);
        }),
        new("the deletion of an object outside of the selector is not seen", Parts.Watch, static async s =>
        {
            var made = await s.ConfigMapAsync("a");
            using var watch = await s.WatchAsync($"{s.ConfigMaps}?watch=1&timeoutSeconds=20&labelSelector=x%3Dy&resourceVersion={made.ResourceVersion}");
            await s.DeleteAsync(s.ConfigMaps + "/a");
            await s.ConfigMapAsync("b", ""","labels":{"x":"y"}""");
            await watch.ReadAsync(1);
        }),
        new("a label selector from 0 begins with those that match", Parts.Watch, static async s =>
        {
            await s.FillAsync("a", "b");
            using var watch = await s.WatchAsync(s.ConfigMaps + "?watch=1&timeoutSeconds=20&resourceVersion=0&labelSelector=is%3Db");
            await watch.ReadAsync(1);
        }),
        new("a field selector by name", Parts.Watch, static async s =>
        {
            await s.FillAsync("a", "b");
            using var watch = await s.WatchAsync(s.ConfigMaps + "?watch=1&timeoutSeconds=20&resourceVersion=0&fieldSelector=metadata.name%3Db");
            await watch.ReadAsync(1);
            await s.QuietAsync("DELETE", s.ConfigMaps + "/a");
            await s.QuietAsync("DELETE", s.ConfigMaps + "/b");
            await watch.ReadAsync(1);
        }),
        new("a field selector of a Secret's type", Parts.Watch, static async s =>
        {
            using var watch = await s.WatchAsync(s.In("secrets") + "?watch=1&timeoutSeconds=20&fieldSelector=type%3Dexample.com%2Fx");
            await s.PostAsync(s.In("secrets"), """{"metadata":{"name":"a"},"type":"Opaque"}""");
            await s.PostAsync(s.In("secrets"), """{"metadata":{"name":"b"},"type":"example.com/x"}""");
            await watch.ReadAsync(1);
        }),
        new("selectors that cannot be read are refused", Parts.Watch, static async s =>
        {
            await s.GetAsync(s.ConfigMaps + "?watch=1&timeoutSeconds=2&labelSelector=x%20in%20(a");
            await s.GetAsync(s.ConfigMaps + "?watch=1&timeoutSeconds=2&fieldSelector=data%3Da");
            await s.GetAsync(s.ConfigMaps + "/a?watch=1&timeoutSeconds=2&fieldSelector=metadata.name%3Db");
        }),
        new("Flunders in both versions: each watch in its own", Parts.Watch, static async s =>
        {
            using var alpha = await s.WatchAsync(s.Flunders + "?watch=1&timeoutSeconds=20");
            using var beta = await s.WatchAsync(s.FlundersBeta + "?watch=1&timeoutSeconds=20");
            await s.QuietAsync("POST", s.FlundersBeta, """{"metadata":{"name":"a"},"spec":{"flunderReference":"x","referenceType":"Flunder"}}""");
            await s.QuietAsync("PATCH", s.Flunders + "/a", """{"spec":{"reference":"y"}}""", Scenario.MergePatch);
            await s.QuietAsync("DELETE", s.Flunders + "/a");
            await alpha.ReadAsync(3);
            await beta.ReadAsync(3);
        }),
        new("Leases", Parts.Watch, static async s =>
        {
            using var watch = await s.WatchAsync(s.Leases + "?watch=1&timeoutSeconds=20");
            await s.QuietAsync("POST", s.Leases, """{"metadata":{"name":"a"},"spec":{"holderIdentity":"x","renewTime":"2020-01-01T00:00:00.123456Z"}}""");
            await s.QuietAsync("PATCH", s.Leases + "/a", """{"spec":{"holderIdentity":"y","leaseTransitions":1}}""", Scenario.MergePatch);
            await watch.ReadAsync(2);
        }),
        new("namespaces: from Active by Terminating to gone", Parts.Watch, static async s =>
        {
            var name = s.ReserveNamespace();
            using var watch = await s.WatchAsync("/api/v1/namespaces?watch=1&timeoutSeconds=20&fieldSelector=metadata.name%3D" + name);
            await s.QuietAsync("POST", "/api/v1/namespaces", $$$"""{"metadata":{"name":"{{{name}}}"}}""");
            await watch.ReadAsync(1);
            await s.QuietAsync("DELETE", "/api/v1/namespaces/" + name);
            await watch.ReadAsync(1);
        })
        {
            Changed = "A namespace is labelled with its name: api/core/v1/well_known_labels.go:72 (v0.36.3)",
        },
    ];
}
