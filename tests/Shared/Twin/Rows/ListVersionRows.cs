namespace K8sScaleTest.Twin;

/// <summary>Lists and gets at a resourceVersion, and what selectors choose.</summary>
internal static class ListVersionRows
{
    private const string TooLarge = "9999999999";

    public static IEnumerable<Row> Versions =>
    [
        new("resourceVersion 0: any state the server has", Parts.List, static async s =>
        {
            s.Shown.Sorted = true;
            await s.FillAsync("a", "b");
            await s.GetAsync(s.ConfigMaps + "?resourceVersion=0");
            await s.GetAsync(s.ConfigMaps + "?resourceVersion=0&resourceVersionMatch=NotOlderThan");
        }),
        new("resourceVersion 0 with a limit: all objects, the limit does not count", Parts.List, static async s =>
        {
            s.Shown.Sorted = true;
            await s.FillAsync("a", "b", "c");
            await s.GetAsync(s.ConfigMaps + "?resourceVersion=0&limit=1");
        }),
        new("resourceVersion 0 with match NotOlderThan and a limit", Parts.List, static async s =>
        {
            s.Shown.Sorted = true;
            await s.FillAsync("a", "b", "c");
            await s.GetAsync(s.ConfigMaps + "?resourceVersion=0&resourceVersionMatch=NotOlderThan&limit=1");
        }),
        new("resourceVersion N without a limit: not older than N", Parts.List, static async s =>
        {
            s.Shown.Sorted = true;
            var early = await s.FillAsync("a");
            await s.FillAsync("b");
            await s.GetAsync($"{s.ConfigMaps}?resourceVersion={early}");
            await s.GetAsync($"{s.ConfigMaps}?resourceVersion={early}&resourceVersionMatch=NotOlderThan");
        }),
        new("resourceVersion N with a limit and no match: exactly N", Parts.List, static async s =>
        {
            var early = await s.FillAsync("a", "b");
            await s.FillAsync("c");
            var first = await s.GetAsync($"{s.ConfigMaps}?resourceVersion={early}&limit=1");
            Assert.Equal(early, first.ResourceVersion);
            await s.GetAsync($"{s.ConfigMaps}?limit=5&continue={Uri.EscapeDataString(first.Continue)}");
        }),
        new("resourceVersion N with match NotOlderThan and a limit: not older than N", Parts.List, static async s =>
        {
            var early = await s.FillAsync("a", "b");
            await s.FillAsync("c");
            await s.GetAsync($"{s.ConfigMaps}?resourceVersion={early}&limit=1&resourceVersionMatch=NotOlderThan");
        }),
        new("match Exact: the state at N, whatever came after", Parts.List, static async s =>
        {
            await s.FillAsync("a", "b");
            var early = await s.PatchAsync(s.ConfigMaps + "/a", """{"data":{"k":"early"}}""");
            await s.QuietAsync("PATCH", s.ConfigMaps + "/a", """{"data":{"k":"late"}}""", Scenario.MergePatch);
            await s.QuietAsync("DELETE", s.ConfigMaps + "/b");
            await s.FillAsync("c");
            var then = await s.GetAsync($"{s.ConfigMaps}?resourceVersionMatch=Exact&resourceVersion={early.ResourceVersion}");
            Assert.Equal(early.ResourceVersion, then.ResourceVersion);
            await s.GetAsync(s.ConfigMaps);
        }),
        new("match Exact with a limit continues at N", Parts.List, static async s =>
        {
            var early = await s.FillAsync("a", "b");
            await s.FillAsync("c");
            var first = await s.GetAsync($"{s.ConfigMaps}?resourceVersionMatch=Exact&limit=1&resourceVersion={early}");
            var second = await s.GetAsync($"{s.ConfigMaps}?limit=1&continue={Uri.EscapeDataString(first.Continue)}");
            Assert.Equal((early, early), (first.ResourceVersion, second.ResourceVersion));
        }),
        new("match Exact with selectors", Parts.List, static async s =>
        {
            var early = await s.FillAsync("a", "b");
            await s.QuietAsync("PATCH", s.ConfigMaps + "/a", """{"metadata":{"labels":{"is":"other"}}}""", Scenario.MergePatch);
            await s.GetAsync($"{s.ConfigMaps}?resourceVersionMatch=Exact&resourceVersion={early}&labelSelector=is%3Da");
            await s.GetAsync($"{s.ConfigMaps}?resourceVersionMatch=Exact&resourceVersion={early}&fieldSelector=metadata.name%3Db");
        })
        {
            Changed = "Of one object too the resourceVersion is the one asked for: apiserver/pkg/storage/etcd3/store.go:809, 898 (v0.36.3)",
        },
        new("match options that do not go together are invalid", Parts.List, static async s =>
        {
            await s.GetAsync(s.ConfigMaps + "?resourceVersionMatch=Exact");
            await s.GetAsync(s.ConfigMaps + "?resourceVersionMatch=NotOlderThan");
            await s.GetAsync(s.ConfigMaps + "?resourceVersionMatch=Exact&resourceVersion=0");
            await s.GetAsync(s.ConfigMaps + "?resourceVersionMatch=NotOlderThan&resourceVersion=1&continue=abc");
        }),
        new("an unknown match is invalid", Parts.List, static s => s.GetAsync(s.ConfigMaps + "?resourceVersionMatch=Foo&resourceVersion=1")),
        new("an unknown match without a resourceVersion is invalid twice", Parts.List, static s => s.GetAsync(s.ConfigMaps + "?resourceVersionMatch=Foo")),
        new("a resourceVersion that is none is refused", Parts.List, static async s =>
        {
            await s.FillAsync("a");
            await s.GetAsync(s.ConfigMaps + "?resourceVersion=abc");
            await s.GetAsync(s.ConfigMaps + "?resourceVersion=-1");
            await s.GetAsync(s.ConfigMaps + "?resourceVersion=abc&limit=1");
            await s.GetAsync(s.ConfigMaps + "/a?resourceVersion=abc");
        })
        {
            Changed = "Of every list it is checked first: apiserver/pkg/storage/interfaces.go:368 (v0.36.3), apiserver/pkg/storage/cacher/delegator.go:185 (v0.36.3)",
        },
        new("a resourceVersion that is still to come: 504 with its cause", Parts.List, static async s =>
        {
            await s.FillAsync("a");
            await s.GetAsync($"{s.ConfigMaps}?resourceVersion={TooLarge}");
            await s.GetAsync($"{s.ConfigMaps}?resourceVersion={TooLarge}&resourceVersionMatch=NotOlderThan");
        }),
        new("a resourceVersion that is still to come, with a limit", Parts.List, static async s =>
        {
            await s.FillAsync("a", "b");
            await s.GetAsync($"{s.ConfigMaps}?resourceVersion={TooLarge}&limit=1&resourceVersionMatch=NotOlderThan");
        })
        {
            Changed = "Lists with a limit come from the cache, which says when to try again: apiserver/pkg/storage/cacher/watch_cache.go:484 (v0.36.3)",
        },
        new("match Exact for a resourceVersion that is still to come", Parts.List, static async s =>
        {
            await s.FillAsync("a");
            await s.GetAsync($"{s.ConfigMaps}?resourceVersion={TooLarge}&resourceVersionMatch=Exact");
        })
        {
            Changed = "The cache waits for it: apiserver/pkg/storage/cacher/cacher.go:1430 (v0.36.3)",
        },
        new("a get of a resourceVersion that is still to come: 504 with its cause", Parts.List, static async s =>
        {
            await s.FillAsync("a");
            await s.GetAsync($"{s.ConfigMaps}/a?resourceVersion={TooLarge}");
        }),
        new("a get at 0 and at N", Parts.List, static async s =>
        {
            var early = await s.FillAsync("a");
            await s.GetAsync(s.ConfigMaps + "/a?resourceVersion=0");
            await s.GetAsync($"{s.ConfigMaps}/a?resourceVersion={early}");
            await s.GetAsync($"{s.ConfigMaps}/none?resourceVersion={early}");
        }),
        new("Flunders at a resourceVersion: from the other counter", Parts.List, static async s =>
        {
            var made = await s.PostAsync(s.Flunders, """{"metadata":{"name":"a"}}""");
            await s.FreshAsync(s.Flunders, made.ResourceVersion);
            await s.PostAsync(s.Flunders, """{"metadata":{"name":"b"}}""");
            await s.GetAsync($"{s.Flunders}?resourceVersionMatch=Exact&resourceVersion={made.ResourceVersion}");
            await s.GetAsync($"{s.Flunders}?resourceVersion={TooLarge}");
        }),
        new("initial events are for watches", Parts.List, static async s =>
        {
            await s.GetAsync(s.ConfigMaps + "?sendInitialEvents=true");
            await s.GetAsync(s.ConfigMaps + "?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=1");
        })
        {
            Since = 27,
            Witness = "unwitnessed: apimachinery/pkg/apis/meta/internalversion/validation/validation.go:48 (v0.36.3)",
        },
    ];

    public static IEnumerable<Row> Selectors =>
    [
        Labels("equal", "is%3Da", "is%3D%3Db", "is=c"),
        Labels("not equal counts objects without the label", "is!%3Da"),
        Labels("in and notin", "is%20in%20(a,c)", "is%20notin%20(a,c)", "is%20in%20()", "is%20in%20(a"),
        Labels("exists and does not", "is", "!is", "!odd", "odd,is!%3Da"),
        Labels("several terms must all hold", "is%3Da,odd%3Dyes", "is%3Da,odd%3Dno", "odd,is%20in%20(a,b,c)"),
        Labels("empty values", "is%3D", "odd%20in%20(,yes)"),
        Labels("greater and less", "n%3E1", "n%3C2", "n%3Ex") with { Changed = "Errors name the field: apimachinery/pkg/labels/selector.go:212 (v0.36.3)" },
        Labels("white space", "%20is%20%3D%20a%20,%20odd%20", "%20"),
        Labels("that cannot be read", "x%3D%3D%3Dy", "%3Da", "is%20inn%20(a)", ",", "a,", "is%3Da%20b") with { Changed = "The operators are listed otherwise: apimachinery/pkg/labels/selector.go:775 (v0.36.3)" },
        Labels("whose key or value no label can have", "a%2Fb%2Fc%3Dx", "x%3D-", "-x%3Da") with { Changed = "Errors name the field: apimachinery/pkg/labels/selector.go:931, 938 (v0.36.3)" },
        new("field selectors: equal, not equal, several", Parts.List, static async s =>
        {
            await s.FillAsync("a", "b");
            await s.GetAsync(s.ConfigMaps + "?fieldSelector=metadata.name%3Db");
            await s.GetAsync(s.ConfigMaps + "?fieldSelector=metadata.name!%3Db");
            await s.GetAsync(s.ConfigMaps + "?fieldSelector=metadata.name%3D%3Da,metadata.namespace%3D" + s.Namespace);
            await s.GetAsync(s.ConfigMaps + "?fieldSelector=metadata.name%3Da,metadata.name%3Db");
            await s.GetAsync(s.ConfigMaps + "?fieldSelector=metadata.namespace%3Dother");
            await s.GetAsync(s.ConfigMaps + "?fieldSelector=metadata.name%3D");
        }),
        new("field selectors that cannot be read or are not known", Parts.List, static async s =>
        {
            await s.GetAsync(s.ConfigMaps + "?fieldSelector=data.x%3Da");
            await s.GetAsync(s.ConfigMaps + "?fieldSelector=data");
            await s.GetAsync(s.ConfigMaps + "?fieldSelector=metadata.labels%3Da");
            await s.GetAsync(s.Flunders + "?fieldSelector=spec.reference%3Da");
            await s.GetAsync(s.In("secrets") + "?fieldSelector=data%3Da");
        }),
        new("a field selector of a name, from the cache and with a label selector", Parts.List, static async s =>
        {
            await s.FillAsync("a", "b");
            await s.GetAsync(s.ConfigMaps + "?fieldSelector=metadata.name%3Db&resourceVersion=0");
            await s.GetAsync(s.ConfigMaps + "?fieldSelector=metadata.name%3Db&labelSelector=is%3Da");
        }),
        new("field selectors of Secrets, Events and Namespaces", Parts.List, static async s =>
        {
            await s.QuietAsync("POST", s.In("secrets"), """{"metadata":{"name":"a"},"type":"example.com/x"}""");
            await s.QuietAsync("POST", s.In("secrets"), """{"metadata":{"name":"b"}}""");
            await s.GetAsync(s.In("secrets") + "?fieldSelector=type%3Dexample.com%2Fx");
            await s.QuietAsync("POST", s.In("events"), $$$"""{"metadata":{"name":"a"},"involvedObject":{"kind":"Pod","name":"p","namespace":"{{{s.Namespace}}}"},"reason":"R","type":"Normal"}""");
            await s.GetAsync(s.In("events") + "?fieldSelector=involvedObject.name%3Dp,reason%3DR");
            await s.GetAsync(s.In("events") + "?fieldSelector=involvedObject.name%3Dq");
            var found = await s.QuietAsync("GET", $"/api/v1/namespaces?fieldSelector=metadata.name%3D{s.Namespace},status.phase%3DActive");
            Assert.Equal([s.Namespace], found.Names);
            var none = await s.QuietAsync("GET", $"/api/v1/namespaces?fieldSelector=metadata.name%3D{s.Namespace},status.phase%3DTerminating");
            Assert.Empty(none.Names);
        }),
    ];

    /// <summary>Objects a (odd=yes, n=1), b (n=2), c without labels, and the names that each selector finds, or its error.</summary>
    private static Row Labels(string what, params string[] selectors) => new("label selectors: " + what, Parts.List, async s =>
    {
        foreach (var (name, labels) in (ValueTuple<string, string>[])[("a", """{"is":"a","odd":"yes","n":"1"}"""), ("b", """{"is":"b","n":"2"}"""), ("c", "{}")])
        {
            await s.QuietAsync("POST", s.ConfigMaps, $$$$"""{"metadata":{"name":"{{{{name}}}}","labels":{{{{labels}}}}}}""");
        }
        foreach (var selector in selectors) await s.GetAsync($"{s.ConfigMaps}?labelSelector={selector}", "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io");
    });
}
