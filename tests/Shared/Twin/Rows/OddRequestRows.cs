namespace K8sScaleTest.Twin;

/// <summary>Requests as no client means them: paths, queries, methods and bodies that somebody typed or made up.</summary>
internal static class OddRequestRows
{
    public static IEnumerable<Row> Paths =>
    [
        new("paths are taken as they stand: dots are names, and escaped slashes slashes", Parts.List, static async s =>
        {
            await s.FillAsync("a");
            foreach (var path in (string[])["/../secrets", "/%2e%2e%2fsecrets", "/a/../b", "/..", "/.", "/a%25", "/a%2Fstatus", "/%61", "//a", "/a/", "/a%20b", "/%22"]) await s.GetAsync(s.ConfigMaps + path);
            await s.GetAsync("/api/../api/v1");
            await s.DeleteAsync(s.ConfigMaps + "/..");
        }),
        new("what cannot be decoded in a query is as if it were not there", Parts.List, static async s =>
        {
            await s.FillAsync("a", "b");
            foreach (var query in (string[])["x=%zz", "labelSelector=%zz", "limit=1;x=2", "limit=%zz", "watch=%zz", "&&", "=", "limit=1&limit=x", "%6Cimit=1", "labelSelector=is+in+(a)"]) await s.GetAsync($"{s.ConfigMaps}?{query}");
        }),
        new("a document that has only one method does not allow another", Parts.Around, static async s =>
        {
            foreach (var path in (string[])["/version", "/version/", "/api", "/api/v1", "/apis/coordination.k8s.io/v1", "/apis/wardle.example.com/v1alpha1/"]) await s.PostAsync(path, "{}");
            await s.SendAsync("HEAD", "/version");
            await s.SendAsync("DELETE", "/api");
            await s.SendAsync("PROPFIND", "/api/v1");
        }),
        new("a slash at the end of what is no resource", Parts.Around, static async s =>
        {
            foreach (var path in (string[])["/healthz/", "/livez/ping/", "/metrics/", "/openapi/v2/", "//", "/version/x"]) s.Show($"{path} {(await s.QuietAsync("GET", path)).Code}");
            await s.GetAsync("/apis/nope/");
            await s.GetAsync("/apis/wardle.example.com/");
        }),
    ];

    public static IEnumerable<Row> Bodies =>
    [
        new("refused: what is no JSON, to the byte", Parts.Write, static async s =>
        {
            foreach (var body in (string[])["{\"a\":\"\u0001\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12g4\"}", "{\"a\":01}", "{\"a\":-}", "{\"a\":1.}", "{\"a\":1e}", "{\"a\":tru}", "{\"a\":nul", "{\"a\":faLse}", "\u0000", "\ufeff{}", "{'a':1}", "{\"a\"}", "{\"a\":}", "{,}", "[,]", "[1,]", "{\"a\":\"", "{\"a\":\"\\", "/* */ {}", "\t"]) await s.PostAsync(s.ConfigMaps, body);
        }),
        new("refused: what is nested too deep", Parts.Write, static async s =>
        {
            await s.PostAsync(s.ConfigMaps, new string('[', 100_000));
            await s.PostAsync(s.ConfigMaps, string.Concat(Enumerable.Repeat("{\"a\":", 50_000)));
        }),
        new("the type of a body may be written in capitals", Parts.Write, static s => s.SendAsync("POST", s.ConfigMaps, """{"metadata":{"name":"a"}}""", "Application/JSON")),
        new("content types: of a patch that is none", Parts.Write, static async s =>
        {
            await s.FillAsync("a");
            foreach (var type in (string[])["text/plain", "application/json", "application/yaml", "*/*"]) await s.PatchAsync(s.ConfigMaps + "/a", "{}", type);
            await s.PatchAsync(s.Flunders + "/a", "{}", "text/plain");
        }),
        new("owner references that are none are invalid", Parts.Write, static async s =>
        {
            await s.ConfigMapAsync("a", ""","ownerReferences":[{}]""");
            await s.ConfigMapAsync("a", ""","ownerReferences":[{"apiVersion":"a/b/c","kind":"K","name":"n","uid":"1"},{"apiVersion":"example.com/","kind":"","name":"n","uid":"2"}]""");
            await s.PostAsync(s.Flunders, """{"metadata":{"name":"a","ownerReferences":[{"apiVersion":"v1","name":"n","uid":"1"}]}}""");
        })
        {
            Changed = "The kind is no longer named twice: apimachinery/pkg/api/validation/objectmeta.go:77, 80, 83 (v0.36.3)",
        },
        new("owner references: one controller, and never an Event", Parts.Write, static async s =>
        {
            await s.ConfigMapAsync("a", ""","ownerReferences":[{"apiVersion":"v1","kind":"A","name":"a","uid":"1","controller":true},{"apiVersion":"v1","kind":"B","name":"b","uid":"2","controller":true,"blockOwnerDeletion":false}]""");
            await s.ConfigMapAsync("a", ""","ownerReferences":[{"apiVersion":"v1","kind":"Event","name":"e","uid":"1"}]""");
        })
        {
            // 1.20 shows addresses in its memory.
            Since = 36,
            Witness = "unwitnessed: apimachinery/pkg/api/validation/objectmeta.go:86, 100 (v0.36.3)",
        },
    ];
}
