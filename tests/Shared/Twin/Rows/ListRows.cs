namespace K8sScaleTest.Twin;

/// <summary>Lists: their form, pages, resourceVersions.</summary>
internal static class ListRows
{
    public static IEnumerable<Row> Form =>
    [
        new("an empty list has items all the same", Parts.List, static s => s.GetAsync(s.ConfigMaps)),
        new("items are in the order of their keys, without kind and apiVersion", Parts.List, static async s =>
        {
            await s.FillAsync("b", "a.b", "a", "a-b", "a0");
            await s.GetAsync(s.ConfigMaps);
        }),
        new("a list of all namespaces is in the order of namespace and name", Parts.List, static async s =>
        {
            var (one, two) = (s.Namespace, await s.CreateNamespaceAsync());
            foreach (var ns in (string[])[one, two])
            {
                foreach (var name in (string[])["z", "a"]) await s.QuietAsync("POST", $"/api/v1/namespaces/{ns}/configmaps", $$$$"""{"metadata":{"name":"{{{{name}}}}","labels":{"row":"{{{{one}}}}"}}}""");
            }
            var all = await s.QuietAsync("GET", $"/api/v1/configmaps?labelSelector=row%3D{one}");
            var keys = all.Json.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("metadata")).Select(m => $"{m.GetProperty("namespace")}/{m.GetProperty("name")}").ToArray();
            Assert.Equal(4, keys.Length);
            Assert.Equal(keys.Order(StringComparer.Ordinal), keys);
            await s.GetAsync($"/api/v1/configmaps?labelSelector=row%3D{one}&fieldSelector=metadata.namespace%3D{two}");
        }),
        new("a namespace that does not exist lists empty", Parts.List, static async s =>
        {
            var nowhere = s.ReserveNamespace();
            await s.GetAsync($"/api/v1/namespaces/{nowhere}/configmaps");
            await s.GetAsync($"/api/v1/namespaces/{nowhere}/configmaps/a");
            await s.GetAsync($"/apis/wardle.example.com/v1alpha1/namespaces/{nowhere}/flunders");
        }),
        new("an object that does not exist is not found", Parts.List, static async s =>
        {
            await s.GetAsync(s.ConfigMaps + "/none");
            await s.GetAsync(s.Flunders + "/none");
            await s.GetAsync(s.Leases + "/none");
            await s.GetAsync("/api/v1/namespaces/none-such");
        }),
        new("an unknown resource, version or group is not found, each in its way", Parts.List, static async s =>
        {
            await s.GetAsync(s.In("nothings"));
            await s.GetAsync($"/api/v2/namespaces/{s.Namespace}/configmaps");
            await s.GetAsync($"/apis/nothing.example.org/v1/namespaces/{s.Namespace}/nothings");
            await s.GetAsync($"/apis/coordination.k8s.io/v1/namespaces/{s.Namespace}/nothings");
            await s.GetAsync($"/apis/coordination.k8s.io/v9/namespaces/{s.Namespace}/leases");
        }),
        new("what a list does not know in its query it ignores", Parts.List, static async s =>
        {
            await s.FillAsync("a");
            await s.GetAsync(s.ConfigMaps + "?nothing=1&continue=&labelSelector=&fieldSelector=&resourceVersion=&watch=false&timeoutSeconds=30");
        }),
        new("query values that are no number or truth value are bad requests", Parts.List, static async s =>
        {
            await s.GetAsync(s.ConfigMaps + "?limit=");
            await s.GetAsync(s.ConfigMaps + "?limit=abc");
            await s.GetAsync(s.ConfigMaps + "?limit=1.5");
            await s.GetAsync(s.ConfigMaps + "?limit=99999999999999999999");
            await s.GetAsync(s.ConfigMaps + "?timeoutSeconds=abc");
        }),
        new("methods that a collection does not have are not allowed", Parts.List, static async s =>
        {
            await s.PutAsync(s.ConfigMaps, "{}");
            await s.PatchAsync(s.ConfigMaps, "{}");
            await s.PostAsync(s.ConfigMaps + "/a", "{}");
            await s.PostAsync("/api/v1/configmaps", """{"metadata":{"name":"a"}}""");
            await s.DeleteAsync("/api/v1/configmaps");
            await s.DeleteAsync("/api/v1/namespaces");
        }),
        new("metadata alone: a list in v1 and v1beta1", Parts.List, static async s =>
        {
            await s.FillAsync("a", "b");
            await s.GetAsync(s.ConfigMaps, "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io");
            await s.GetAsync(s.ConfigMaps + "?limit=1", "application/json;as=PartialObjectMetadataList;v=v1beta1;g=meta.k8s.io");
        })
        {
            Changed = "remainingItemCount is copied: apiserver/pkg/endpoints/handlers/response.go:463 (v0.36.3)",
        },
        new("metadata alone: one object", Parts.List, static async s =>
        {
            await s.FillAsync("a");
            await s.GetAsync(s.ConfigMaps + "/a", "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io");
            await s.GetAsync(s.ConfigMaps + "/a", "application/json;as=PartialObjectMetadata;v=v1beta1;g=meta.k8s.io");
            await s.GetAsync(s.ConfigMaps + "/none", "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io");
        }),
        new("metadata alone of what was just written or deleted", Parts.List, static async s =>
        {
            await s.SendAsync("POST", s.ConfigMaps, """{"metadata":{"name":"a"},"data":{"k":"v"}}""", accept: "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io");
            await s.SendAsync("PATCH", s.ConfigMaps + "/a", """{"data":{"k":"w"}}""", Scenario.MergePatch, "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io");
            await s.SendAsync("DELETE", s.ConfigMaps + "/a", accept: "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io");
        }),
        new("a form asked of the wrong thing is not acceptable", Parts.List, static async s =>
        {
            await s.FillAsync("a");
            await s.GetAsync(s.ConfigMaps, "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io");
            await s.GetAsync(s.ConfigMaps + "/a", "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io");
            await s.GetAsync(s.ConfigMaps, "application/json;as=Nothing;v=v1;g=meta.k8s.io");
            await s.GetAsync(s.ConfigMaps, "application/json;as=Table;v=v2;g=meta.k8s.io");
        }),
        new("what the client takes: nothing that is served, anything, the first of several", Parts.List, static async s =>
        {
            await s.FillAsync("a");
            await s.GetAsync(s.ConfigMaps + "/a", "text/html");
            await s.GetAsync(s.ConfigMaps + "/a", "*/*");
            await s.GetAsync(s.ConfigMaps + "/a", "application/*");
            await s.GetAsync(s.ConfigMaps + "/a", "text/html,application/json;q=0.5");
            await s.GetAsync(s.ConfigMaps + "/a", "application/json;as=Table;v=v9;g=meta.k8s.io,application/json");
        })
        {
            Changed = "The router names what there is: go-restful/jsr311.go:166 (d027240e5b12)",
        },
        new("a table of ConfigMaps as kubectl asks for it", Parts.List, static async s =>
        {
            await s.FillAsync("a", "b");
            await s.GetAsync(s.ConfigMaps, Scenario.Table + ",application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json");
        }),
        new("a table of one object, of none, and no table of an error", Parts.List, static async s =>
        {
            await s.GetAsync(s.ConfigMaps, Scenario.Table);
            await s.FillAsync("a");
            await s.GetAsync(s.ConfigMaps + "/a", Scenario.Table);
            await s.GetAsync(s.ConfigMaps + "/none", Scenario.Table);
        }),
        new("a table's rows hold the object, its metadata or nothing", Parts.List, static async s =>
        {
            await s.FillAsync("a");
            await s.GetAsync(s.ConfigMaps + "?includeObject=None", Scenario.Table);
            await s.GetAsync(s.ConfigMaps + "?includeObject=Object", Scenario.Table);
            await s.GetAsync(s.ConfigMaps + "?includeObject=Metadata", Scenario.Table);
            await s.GetAsync(s.ConfigMaps + "?includeObject=Foo", Scenario.Table);
        }),
        new("a table in v1beta1", Parts.List, static async s =>
        {
            await s.FillAsync("a");
            await s.GetAsync(s.ConfigMaps, "application/json;as=Table;v=v1beta1;g=meta.k8s.io");
        }),
        new("a table has pages too", Parts.List, static async s =>
        {
            await s.FillAsync("a", "b", "c");
            var first = await s.GetAsync(s.ConfigMaps + "?limit=2", Scenario.Table);
            await s.GetAsync(s.ConfigMaps + "?limit=2&continue=" + Uri.EscapeDataString(first.Continue), Scenario.Table);
        }),
        new("Flunders in both versions: lists and their items", Parts.List, static async s =>
        {
            await s.QuietAsync("POST", s.Flunders, """{"metadata":{"name":"b"},"spec":{"reference":"x","referenceType":"Fischer"}}""");
            await s.QuietAsync("POST", s.FlundersBeta, """{"metadata":{"name":"a"},"spec":{"flunderReference":"y","referenceType":"Flunder"}}""");
            await s.GetAsync(s.Flunders);
            await s.GetAsync(s.FlundersBeta);
            await s.GetAsync(s.Flunders + "?limit=1");
        }),
        new("HTTP/1.1 gives the same answers", Parts.List, static async s =>
        {
            await s.FillAsync("a");
            await s.SendAsync("GET", s.ConfigMaps, version: System.Net.HttpVersion.Version11);
            await s.SendAsync("GET", s.ConfigMaps + "/none", version: System.Net.HttpVersion.Version11);
        }),
    ];

    public static IEnumerable<Row> Pages =>
    [
        new("pages: limit, continue and remainingItemCount", Parts.List, static async s =>
        {
            await s.FillAsync("a", "b", "c", "d", "e");
            var first = await s.GetAsync(s.ConfigMaps + "?limit=2");
            var second = await NextAsync(s, first);
            var third = await NextAsync(s, second);
            Assert.Equal((first.ResourceVersion, first.ResourceVersion), (second.ResourceVersion, third.ResourceVersion));
        }),
        new("a limit that the objects just fill leaves nothing to continue", Parts.List, static async s =>
        {
            await s.FillAsync("a", "b");
            await s.GetAsync(s.ConfigMaps + "?limit=2");
            await s.GetAsync(s.ConfigMaps + "?limit=500");
            await s.GetAsync(s.ConfigMaps + "?limit=0");
        }),
        new("a negative limit is none", Parts.List, static async s =>
        {
            await s.FillAsync("a", "b");
            await s.GetAsync(s.ConfigMaps + "?limit=-1");
        }),
        new("pages show the moment of the first one", Parts.List, static async s =>
        {
            await s.FillAsync("a", "b", "c", "d");
            var first = await s.GetAsync(s.ConfigMaps + "?limit=1");
            await s.QuietAsync("DELETE", s.ConfigMaps + "/c");
            await s.QuietAsync("POST", s.ConfigMaps, """{"metadata":{"name":"b2"}}""");
            await s.PatchAsync(s.ConfigMaps + "/d", """{"data":{"k":"later"}}""");
            var rest = await s.GetAsync(s.ConfigMaps + "?limit=10&continue=" + Uri.EscapeDataString(first.Continue));
            Assert.Equal(first.ResourceVersion, rest.ResourceVersion);
            await s.GetAsync(s.ConfigMaps);
        }),
        new("a token can be used twice, with another limit or none", Parts.List, static async s =>
        {
            await s.FillAsync("a", "b", "c");
            var first = await s.GetAsync(s.ConfigMaps + "?limit=1");
            await NextAsync(s, first, 1);
            await NextAsync(s, first);
            await s.GetAsync(s.ConfigMaps + "?continue=" + Uri.EscapeDataString(first.Continue));
        }),
        new("pages with a label selector have no remainingItemCount", Parts.List, static async s =>
        {
            await s.FillAsync("a", "b", "c", "d");
            var first = await s.GetAsync(s.ConfigMaps + "?limit=1&labelSelector=is%20in%20(b,d)");
            await s.GetAsync(s.ConfigMaps + "?limit=1&labelSelector=is%20in%20(b,d)&continue=" + Uri.EscapeDataString(first.Continue));
        }),
        new("pages with a field selector", Parts.List, static async s =>
        {
            await s.FillAsync("a", "b", "c", "d");
            await s.GetAsync(s.ConfigMaps + "?limit=1&fieldSelector=metadata.name!%3Da");
            await s.GetAsync(s.ConfigMaps + "?limit=1&fieldSelector=metadata.name%3Dc");
        }),
        new("continue tokens that are none", Parts.List, static async s =>
        {
            await s.GetAsync(s.ConfigMaps + "?limit=1&continue=abc");
            await s.GetAsync(s.ConfigMaps + "?limit=1&continue=%21%21");
            foreach (var json in (string[])["""{"v":"meta.k8s.io/v1","rv":0,"start":"a"}""", """{"v":"meta.k8s.io/v1","rv":1,"start":""}""", """{"v":"meta.k8s.io/v9","rv":1,"start":"a"}""", "{}", "[]", """{"v":"meta.k8s.io/v1","rv":"x","start":"a"}""", """{"v":"meta.k8s.io/v1","rv":1,"start":"../a"}"""])
            {
                await s.GetAsync(s.ConfigMaps + "?limit=1&continue=" + Token(json));
            }
        })
        {
            Changed = "The type moved and the version is no longer quoted: apiserver/pkg/storage/continue.go:46 (v0.36.3)",
        },
        new("a continue token excludes a resourceVersion", Parts.List, static async s =>
        {
            var last = await s.FillAsync("a", "b");
            var first = await s.GetAsync(s.ConfigMaps + "?limit=1");
            await s.GetAsync($"{s.ConfigMaps}?limit=1&resourceVersion={last}&continue=" + Uri.EscapeDataString(first.Continue));
            await s.GetAsync($"{s.ConfigMaps}?limit=1&resourceVersion=0&continue=" + Uri.EscapeDataString(first.Continue));
            await s.GetAsync($"{s.ConfigMaps}?limit=1&resourceVersionMatch=Exact&resourceVersion={last}&continue=" + Uri.EscapeDataString(first.Continue));
        }),
        new("a token of an inconsistent rest goes on at the latest state", Parts.List, static async s =>
        {
            await s.FillAsync("a", "b", "c");
            await s.GetAsync(s.ConfigMaps + "?limit=10&continue=" + Token("""{"v":"meta.k8s.io/v1","rv":-1,"start":"b\u0000"}"""));
        }),
        new("pages of all namespaces continue with namespace and name", Parts.List, static async s =>
        {
            var (one, two) = (s.Namespace, await s.CreateNamespaceAsync());
            foreach (var name in (string[])["a", "b"]) await s.QuietAsync("POST", s.ConfigMaps, $$$$"""{"metadata":{"name":"{{{{name}}}}","labels":{"row":"{{{{one}}}}"}}}""");
            await s.GetAsync($"/api/v1/configmaps?limit=1&labelSelector=row%3D{one}&fieldSelector=metadata.namespace%3D{one}");
        }),
        new("pages of Flunders", Parts.List, static async s =>
        {
            foreach (var name in (string[])["a", "b", "c"]) await s.QuietAsync("POST", s.Flunders, $$$"""{"metadata":{"name":"{{{name}}}"}}""");
            var first = await s.GetAsync(s.Flunders + "?limit=2");
            await s.GetAsync(s.Flunders + "?limit=2&continue=" + Uri.EscapeDataString(first.Continue));
            await s.GetAsync(s.FlundersBeta + "?limit=2&continue=" + Uri.EscapeDataString(first.Continue));
        }),
    ];

    private static Task<TwinReply> NextAsync(Scenario s, TwinReply page, int limit = 2) => s.GetAsync($"{s.ConfigMaps}?limit={limit}&continue={Uri.EscapeDataString(page.Continue)}");

    private static string Token(string json) => System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(json));
}
