namespace K8sScaleTest.Twin;

/// <summary>Requests as no client means them: paths, queries, methods and bodies that somebody typed or made up.</summary>
internal static class OddRequestRows
{
    public static IEnumerable<Row> Paths =>
    [
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
        new("refused: what is nested too deep", Parts.Write, static async s =>
        {
            await s.PostAsync(s.ConfigMaps, new string('[', 100_000));
            await s.PostAsync(s.ConfigMaps, string.Concat(Enumerable.Repeat("{\"a\":", 50_000)));
        }),
        new("owner references that are none are invalid", Parts.Write, static async s =>
        {
            await s.ConfigMapAsync("a", ""","ownerReferences":[{}]""");
            await s.ConfigMapAsync("a", ""","ownerReferences":[{"apiVersion":"a/b/c","kind":"K","name":"n","uid":"1"},{"apiVersion":"example.com/","kind":"","name":"n","uid":"2"}]""");
            await s.PostAsync(s.Flunders, """{"metadata":{"name":"a","ownerReferences":[{"apiVersion":"v1","name":"n","uid":"1"}]}}""");
        })
        {
            Since = 36,
            Witness = "unwitnessed: apimachinery/pkg/api/validation/objectmeta.go:77, 80, 83 (v0.36.3)",
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
