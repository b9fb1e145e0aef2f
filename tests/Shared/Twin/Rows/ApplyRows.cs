namespace K8sScaleTest.Twin;

/// <summary>Who owns which field, and server-side apply.</summary>
internal static class ApplyRows
{
    private const string ApplyPatch = "application/apply-patch+yaml";

    public static IEnumerable<Row> Owners =>
    [
        Owned("managedFields: of a create, and of a patch by another", static async s =>
        {
            await s.PostAsync(s.ConfigMaps + "?fieldManager=me", """{"metadata":{"name":"a","labels":{"a":"b"},"finalizers":["a.b/c"]},"data":{"k":"v","l":"w"}}""");
            await s.PatchAsync(s.ConfigMaps + "/a?fieldManager=you", """{"data":{"k":"2","n":"1"},"metadata":{"finalizers":null}}""");
        }),
        Owned("managedFields: of a replace, and of a patch that changes nothing", static async s =>
        {
            await s.PostAsync(s.ConfigMaps + "?fieldManager=me", """{"metadata":{"name":"a"},"data":{"k":"v"}}""");
            await s.PutAsync(s.ConfigMaps + "/a?fieldManager=you", """{"metadata":{"name":"a"},"data":{"k":"v","l":"w"}}""");
            await s.PatchAsync(s.ConfigMaps + "/a?fieldManager=third", """{"data":{"k":"v"}}""");
        }),
        Owned("managedFields: the user agent's first word where no fieldManager is named", static async s =>
        {
            await s.SendAsync("POST", s.ConfigMaps, """{"metadata":{"name":"a"},"data":{"k":"v"}}""", headers: ("User-Agent", "my-client/v1.2 (linux/amd64)"));
        }),
        Owned("managedFields: a client can clear them, with an empty entry", static async s =>
        {
            await s.PostAsync(s.ConfigMaps + "?fieldManager=me", """{"metadata":{"name":"a"},"data":{"k":"v"}}""");
            await s.PatchAsync(s.ConfigMaps + "/a?fieldManager=you", """{"metadata":{"managedFields":[{}]}}""");
        }),
        new("a fieldManager that is too long or cannot be printed is invalid", Parts.Write, static async s =>
        {
            await s.PostAsync(s.ConfigMaps + "?fieldManager=" + new string('m', 129), """{"metadata":{"name":"a"}}""");
            await s.PostAsync(s.ConfigMaps + "?fieldManager=a%0Ab", """{"metadata":{"name":"a"}}""");
        })
        {
            Changed = "Lengths are told in bytes: apimachinery/pkg/util/validation/field/errors.go:348 (v0.36.3)",
        },
    ];

    public static IEnumerable<Row> Apply =>
    [
        Owned("apply creates what is not there, and changes what is", static async s =>
        {
            await ApplyAsync(s, "ap", """{"k":"v","l":"w"}""");
            await ApplyAsync(s, "ap", """{"k":"2","l":"w"}""");
            await ApplyAsync(s, "ap", """{"k":"2","l":"w"}""");
        }),
        Owned("apply: what is applied no more goes", static async s =>
        {
            await ApplyAsync(s, "ap", """{"a":"1","b":"2"}""");
            await ApplyAsync(s, "ap", """{"b":"2"}""");
        }),
        Owned("apply: what another applies too stays", static async s =>
        {
            await ApplyAsync(s, "ap", """{"a":"1","b":"2"}""");
            await ApplyAsync(s, "bp", """{"b":"2"}""");
            await ApplyAsync(s, "ap", """{"c":"3"}""");
        }),
        Owned("apply: conflicts, one and several, and force", static async s =>
        {
            await s.PostAsync(s.ConfigMaps + "?fieldManager=me", """{"metadata":{"name":"a"},"data":{"k":"v","l":"w"}}""");
            await ApplyAsync(s, "ap", """{"k":"9"}""");
            await ApplyAsync(s, "ap", """{"k":"9","l":"9"}""");
            await ApplyAsync(s, "ap", """{"k":"v"}""");
            await ApplyAsync(s, "ap", """{"k":"9"}""", "&force=true");
        }),
        Owned("apply with dryRun stores nothing", static async s =>
        {
            await ApplyAsync(s, "ap", """{"k":"v"}""", "&dryRun=All");
            await s.GetAsync(s.ConfigMaps + "/a");
        }),
        Owned("apply takes YAML", static async s =>
        {
            await s.PatchAsync(s.ConfigMaps + "/a?fieldManager=ap", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  a: \"1\"\n  b: |\n    two\n    lines\n", ApplyPatch);
        }),
        Owned("apply of a Flunder", static async s =>
        {
            await s.PatchAsync(s.Flunders + "/a?fieldManager=ap", """{"apiVersion":"wardle.example.com/v1alpha1","kind":"Flunder","metadata":{"name":"a"},"spec":{"reference":"x"}}""", ApplyPatch);
            await s.PatchAsync(s.Flunders + "/a?fieldManager=bp", """{"apiVersion":"wardle.example.com/v1alpha1","kind":"Flunder","metadata":{"name":"a"},"spec":{"reference":"y"}}""", ApplyPatch);
        }),
        Owned("apply of a custom object: the elements of a list are owned by their keys", static async s =>
        {
            var group = await CustomRows.DefineAsync(s);
            var path = CustomRows.In(s, group) + "/a?fieldManager=";
            await s.PatchAsync(path + "ap", CustomRows.Widget(group, "a", """{"size":1,"ports":[{"port":80,"note":"x"}]}"""), ApplyPatch);
            await s.PatchAsync(path + "bp", CustomRows.Widget(group, "a", """{"ports":[{"port":81,"note":"y"}]}"""), ApplyPatch);
            await s.PatchAsync(path + "bp", CustomRows.Widget(group, "a", """{"ports":[{"port":80,"note":"z"}]}"""), ApplyPatch);
        }) with
        {
            Since = 25,
            Witness = "unwitnessed: apimachinery/pkg/util/managedfields/internal/structuredmerge.go:121 (v0.36.3)",
        },
        new("apply: what is no configuration is refused", Parts.Apply, static async s =>
        {
            await s.PatchAsync(s.ConfigMaps + "/a", """{"apiVersion":"v1","kind":"ConfigMap"}""", ApplyPatch);
            await s.PatchAsync(s.ConfigMaps + "/a?fieldManager=ap", """{"metadata":{}}""", ApplyPatch);
            await s.PatchAsync(s.ConfigMaps + "/a?fieldManager=ap", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"managedFields":[{"manager":"x"}]}}""", ApplyPatch);
            await s.PatchAsync(s.ConfigMaps + "/a?fieldManager=ap", "a: b: c", ApplyPatch);
        }),
        new("apply: force is for apply alone", Parts.Apply, static async s =>
        {
            await s.ConfigMapAsync("a");
            await s.PatchAsync(s.ConfigMaps + "/a?force=true", """{"data":{"k":"w"}}""");
        }),
    ];

    private static Row Owned(string name, Func<Scenario, Task> run) => new(name, Parts.Apply, s =>
    {
        s.Shown.ManagedFields = true;
        return run(s);
    });

    private static Task<TwinReply> ApplyAsync(Scenario s, string manager, string data, string more = "") =>
        s.PatchAsync($"{s.ConfigMaps}/a?fieldManager={manager}{more}", $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{{{data}}}}""", ApplyPatch);
}
