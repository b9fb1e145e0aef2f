namespace K8sScaleTest.Twin;

/// <summary>Bodies that are none, options of deletes, and what a replace or a patch may not change.</summary>
internal static class BodyRows
{
    public static IEnumerable<Row> Bodies =>
    [
        new("refused: what is no JSON", Parts.Write, static async s =>
        {
            foreach (var body in (string[])["hello", "{", """{"metadata":{"name":"a"}""", """{"metadata":{"name":"a",}}""", "[]", "null", "7", "\"a\"", """{"metadata":{"name":"a"}} x""", """{"metadata":{"name":"a"},"data":[1,]}""", """{"metadata":{"name":"a"} "data":{}}""", """{"data":[1 2]}"""]) await s.PostAsync(s.ConfigMaps, body);
        }),
        new("refused: kinds and versions of others", Parts.Write, static async s =>
        {
            await s.PostAsync(s.ConfigMaps, """{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"}}""");
            await s.PostAsync(s.ConfigMaps, """{"apiVersion":"v2","kind":"ConfigMap","metadata":{"name":"a"}}""");
            await s.PostAsync(s.ConfigMaps, """{"apiVersion":"example.com/v1","kind":"Nothing","metadata":{"name":"a"}}""");
            await s.PostAsync(s.FlundersBeta, """{"apiVersion":"wardle.example.com/v1alpha1","kind":"Flunder","metadata":{"name":"a"}}""");
        }),
        new("YAML is taken as JSON is", Parts.Write, static async s =>
        {
            await s.SendAsync("POST", s.ConfigMaps, "metadata: {name: a}\ndata: {k: 'yes'}\n", "application/yaml");
        }),
        new("fields given twice: the last counts", Parts.Write, static async s =>
        {
            await s.PostAsync(s.ConfigMaps, """{"metadata":{"name":"a"},"immutable":true,"immutable":false,"data":{"k":"1"}}""");
        })
        {
            Changed = "They give a warning, as fieldValidation is Warn unless told otherwise: apiserver/pkg/endpoints/handlers/rest.go:409 (v0.36.3)",
        },
    ];

    public static IEnumerable<Row> Unchangeable =>
    [
        new("replace: another name, namespace or uid is refused", Parts.Write, static async s =>
        {
            await s.ConfigMapAsync("a");
            await s.PutAsync(s.ConfigMaps + "/a", """{"metadata":{"name":"b"}}""");
            await s.PutAsync(s.ConfigMaps + "/a", """{"metadata":{"name":"a","namespace":"other"}}""");
            await s.PutAsync(s.ConfigMaps + "/a", """{"metadata":{"name":"a","uid":"00000000-1111-2222-3333-444444444444"}}""");
            await s.PutAsync(s.ConfigMaps + "/a", """{"metadata":{}}""");
        })
        {
            Changed = "The text for the namespace: apiserver/pkg/registry/rest/meta.go:66 (v0.36.3)",
        },
        new("replace: what only the server gives stays", Parts.Write, static async s =>
        {
            var made = await s.ConfigMapAsync("a");
            await s.PutAsync(s.ConfigMaps + "/a", $$$"""{"metadata":{"name":"a","uid":"{{{made.Uid}}}","creationTimestamp":"2001-01-01T00:00:00Z","generation":9,"selfLink":"/x","deletionTimestamp":"2001-01-01T00:00:00Z","generateName":"g-"},"data":{"k":"w"}}""");
        }),
        new("a finalizer cannot be added once the object is being deleted", Parts.Write, static async s =>
        {
            await s.ConfigMapAsync("a", ""","finalizers":["example.com/x"]""");
            await s.DeleteAsync(s.ConfigMaps + "/a");
            await s.PatchAsync(s.ConfigMaps + "/a", """{"metadata":{"finalizers":["example.com/x","example.com/y"]}}""");
            await s.PatchAsync(s.ConfigMaps + "/a", """{"data":{"k":"w"}}""");
            await s.DeleteAsync(s.ConfigMaps + "/a");
            await s.PatchAsync(s.ConfigMaps + "/a", """{"metadata":{"finalizers":null}}""");
            await s.GetAsync(s.ConfigMaps + "/a");
        }),
        new("patches that cannot be applied say why", Parts.Write, static async s =>
        {
            await s.ConfigMapAsync("a");
            await s.PatchAsync(s.ConfigMaps + "/a", "hello");
            await s.PatchAsync(s.ConfigMaps + "/a", "[]");
            await s.PatchAsync(s.ConfigMaps + "/a", """{"data":{"k":1}}""");
            await s.PatchAsync(s.ConfigMaps + "/a", """{"data":{"a b":"x"}}""");
            await s.PatchAsync(s.ConfigMaps + "/a", "{}", "application/json");
            await s.PatchAsync(s.ConfigMaps + "/a", "{}", "text/plain");
            await s.PatchAsync(s.ConfigMaps + "/a", "{}", Scenario.JsonPatch);
            await s.PatchAsync(s.ConfigMaps + "/a", """{"data":{"k":1}}""", Scenario.StrategicPatch);
        })
        {
            Changed = "Texts of the decoders, and 400 for a patch that is no JSON: apiserver/pkg/endpoints/handlers/patch.go:396 (v0.36.3)",
        },
        new("strategic merge patch: directives", Parts.Write, static async s =>
        {
            await s.ConfigMapAsync("a", ""","labels":{"x":"y"},"finalizers":["example.com/a","example.com/b"]""");
            await s.PatchAsync(s.ConfigMaps + "/a", """{"data":{"$patch":"replace","l":"w"}}""", Scenario.StrategicPatch);
            await s.PatchAsync(s.ConfigMaps + "/a", """{"metadata":{"finalizers":["example.com/c"]}}""", Scenario.StrategicPatch);
            await s.PatchAsync(s.ConfigMaps + "/a", """{"metadata":{"finalizers":["example.com/d","example.com/b"]}}""", Scenario.StrategicPatch);
            await s.PatchAsync(s.ConfigMaps + "/a", """{"metadata":{"$deleteFromPrimitiveList/finalizers":["example.com/a"],"labels":{"$patch":"delete"}}}""", Scenario.StrategicPatch);
            await s.PatchAsync(s.ConfigMaps + "/a", """{"data":{"$patch":"nonsense"}}""", Scenario.StrategicPatch);
            await s.PatchAsync(s.ConfigMaps + "/a", """{"metadata":{"finalizers":null}}""", Scenario.StrategicPatch);
        }),
    ];

    public static IEnumerable<Row> DeleteOptions =>
    [
        new("delete: options that are invalid", Parts.Write, static async s =>
        {
            await s.ConfigMapAsync("a");
            await s.DeleteAsync(s.ConfigMaps + "/a", """{"propagationPolicy":"Sideways"}""");
            await s.DeleteAsync(s.ConfigMaps + "/a", """{"propagationPolicy":"Orphan","orphanDependents":true}""");
            await s.DeleteAsync(s.ConfigMaps + "/a", """{"dryRun":["Some"]}""");
            await s.DeleteAsync(s.ConfigMaps + "/a?propagationPolicy=Sideways");
            await s.DeleteAsync(s.ConfigMaps + "/a?gracePeriodSeconds=x");
            await s.DeleteAsync(s.ConfigMaps + "/a?gracePeriodSeconds=0&propagationPolicy=Background");
        }),
        new("delete: both preconditions, and of what is not there", Parts.Write, static async s =>
        {
            var made = await s.ConfigMapAsync("a");
            await s.DeleteAsync(s.ConfigMaps + "/none", $$$$"""{"preconditions":{"uid":"{{{{made.Uid}}}}"}}""");
            await s.DeleteAsync(s.ConfigMaps + "/a", $$$$"""{"preconditions":{"uid":"{{{{made.Uid}}}}","resourceVersion":"1"}}""");
            await s.DeleteAsync(s.ConfigMaps + "/a", $$$$"""{"preconditions":{"uid":"{{{{made.Uid}}}}","resourceVersion":"{{{{made.ResourceVersion}}}}"}}""");
        }),
        new("delete with finalizers: the object, marked; and the same again", Parts.Write, static async s =>
        {
            await s.ConfigMapAsync("a", ""","finalizers":["example.com/x"]""");
            await s.DeleteAsync(s.ConfigMaps + "/a");
            await s.DeleteAsync(s.ConfigMaps + "/a");
            await s.PatchAsync(s.ConfigMaps + "/a", """{"metadata":{"finalizers":null}}""");
            await s.DeleteAsync(s.ConfigMaps + "/a");
        }),
        new("deletecollection in pages", Parts.Write, static async s =>
        {
            await s.FillAsync("a", "b", "c");
            s.Shown.Versions = false;
            await s.DeleteAsync(s.ConfigMaps + "?limit=2");
            Assert.Single((await s.QuietAsync("GET", s.ConfigMaps)).Names);
        }),
    ];

    public static IEnumerable<Row> Lists =>
    [
        new("gzip beyond 128 KiB for who asks for it", Parts.List, static async s =>
        {
            await s.QuietAsync("POST", s.ConfigMaps, $$$"""{"metadata":{"name":"a"},"data":{"k":"{{{new string('x', 150_000)}}}"}}""");
            await s.QuietAsync("POST", s.ConfigMaps, """{"metadata":{"name":"small"}}""");
            foreach (var path in (string[])[s.ConfigMaps, s.ConfigMaps + "/a", s.ConfigMaps + "/small"])
            {
                var plain = await s.QuietAsync("GET", path);
                var packed = await s.QuietAsync("GET", path, headers: ("Accept-Encoding", "gzip"));
                s.Show($"{path[^5..]} {packed.Code} {packed.Headers.GetValueOrDefault("Content-Encoding", "plain")} vary: {packed.Headers.GetValueOrDefault("Vary", "none")} {Content(plain) == Content(packed)} {plain.Headers.ContainsKey("Content-Encoding")}");
            }
        }),
        new("history that is compacted: a continue token and a resourceVersion are 410, with a token to go on", Parts.List, static async s =>
        {
            var early = await s.FillAsync("a", "b", "c");
            var first = await s.QuietAsync("GET", s.ConfigMaps + "?limit=1");
            var later = await s.FillAsync("d", "e");
            await s.CompactAsync(later);
            var expired = await s.GetAsync(s.ConfigMaps + "?limit=1&continue=" + Uri.EscapeDataString(first.Continue));
            await s.GetAsync(s.ConfigMaps + "?limit=10&continue=" + Uri.EscapeDataString(expired.Continue));
            await s.GetAsync($"{s.ConfigMaps}?resourceVersionMatch=Exact&resourceVersion={early}");
            await s.GetAsync($"{s.ConfigMaps}?resourceVersionMatch=Exact&resourceVersion={early}&limit=1");
        })
        {
            Alone = true,
        },
    ];

    // A list's own resourceVersion may have moved on.
    private static string Content(TwinReply reply) => reply.Json.TryGetProperty("items", out var items) ? items.GetRawText() : reply.Text;
}
