namespace K8sScaleTest.Twin;

/// <summary>Create, get, replace.</summary>
internal static class WriteRows
{
    public static IEnumerable<Row> Create =>
    [
        new("create an object and get it again", Parts.Write, static async s =>
        {
            await s.PostAsync(s.ConfigMaps, """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{"z":"1","a":"2"},"annotations":{"x":"<&>"}},"data":{"b":"2","a":"ü<&>\u2028"},"binaryData":{"c":"AAEC"}}""");
            await s.GetAsync(s.ConfigMaps + "/a");
        }),
        new("create under a name that exists is a conflict", Parts.Write, static async s =>
        {
            await s.ConfigMapAsync("a");
            await s.ConfigMapAsync("a");
            await s.PostAsync(s.Flunders, """{"metadata":{"name":"a"}}""");
            await s.PostAsync(s.Flunders, """{"metadata":{"name":"a"}}""");
        }),
        new("create with the least there can be", Parts.Write, static async s =>
        {
            await s.PostAsync(s.ConfigMaps, """{"metadata":{"name":"a"}}""");
            await s.PostAsync(s.ConfigMaps, """{"metadata":{"name":"b"},"data":null,"binaryData":{}}""");
            await s.PostAsync(s.ConfigMaps, """{"metadata":{"name":"c","labels":{},"annotations":null},"data":{"":""}}""");
        }),
        new("create with generateName, twice", Parts.Write, static async s =>
        {
            await s.PostAsync(s.ConfigMaps, """{"metadata":{"generateName":"gen-"}}""");
            await s.PostAsync(s.ConfigMaps, """{"metadata":{"generateName":"gen-"}}""");
        }),
        new("create with a name and generateName: the name counts", Parts.Write, static s => s.PostAsync(s.ConfigMaps, """{"metadata":{"name":"a","generateName":"gen-"}}""")),
        new("create with a very long generateName: it is cut", Parts.Write, static async s =>
        {
            s.Shown.ManagedFields = false;
            var made = await s.QuietAsync("POST", s.ConfigMaps, $$$"""{"metadata":{"generateName":"{{{new string('x', 80)}}}"}}""");
            Assert.Equal(63, made.Name.Length);
            Assert.Equal(new string('x', 58), made.Name[..58]);
        }),
        new("create without a name is invalid", Parts.Write, static async s =>
        {
            await s.PostAsync(s.ConfigMaps, """{"metadata":{}}""");
            await s.PostAsync(s.ConfigMaps, "{}");
        }),
        new("create: what only the server gives is not taken from the client", Parts.Write, static s => s.PostAsync(s.ConfigMaps, """{"metadata":{"name":"a","uid":"00000000-0000-0000-0000-000000000000","creationTimestamp":"2001-01-01T00:00:00Z","generation":7,"selfLink":"/x","deletionTimestamp":"2001-01-01T00:00:00Z","deletionGracePeriodSeconds":3}}""")),
        new("create with a resourceVersion is refused", Parts.Write, static async s =>
        {
            await s.PostAsync(s.ConfigMaps, """{"metadata":{"name":"a","resourceVersion":"1"}}""");
            await s.PostAsync(s.Flunders, """{"metadata":{"name":"a","resourceVersion":"1"}}""");
        }),
        new("create with dryRun answers as the write would, and stores nothing", Parts.Write, static async s =>
        {
            await s.PostAsync(s.ConfigMaps + "?dryRun=All", """{"metadata":{"name":"a"},"data":{"k":"v"}}""");
            await s.GetAsync(s.ConfigMaps + "/a");
            await s.ConfigMapAsync("a");
            await s.PostAsync(s.ConfigMaps + "?dryRun=All", """{"metadata":{"name":"a"}}""");
        }),
        new("dryRun takes All and nothing else", Parts.Write, static async s =>
        {
            await s.PostAsync(s.ConfigMaps + "?dryRun=Some", """{"metadata":{"name":"a"}}""");
            await s.PostAsync(s.ConfigMaps + "?dryRun=All&dryRun=x", """{"metadata":{"name":"a"}}""");
            await s.PostAsync(s.ConfigMaps + "?dryRun=", """{"metadata":{"name":"a"}}""");
        }),
        new("owner references are kept", Parts.Write, static s => s.ConfigMapAsync("a", ""","ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"o","uid":"11111111-2222-3333-4444-555555555555","controller":true,"blockOwnerDeletion":false}],"finalizers":["example.com/x"]""")),
        new("a namespace that does not exist takes nothing", Parts.Write, static async s =>
        {
            var nowhere = s.ReserveNamespace();
            await s.PostAsync($"/api/v1/namespaces/{nowhere}/configmaps", """{"metadata":{"name":"a"}}""");
            await s.PostAsync($"/apis/wardle.example.com/v1alpha1/namespaces/{nowhere}/flunders", """{"metadata":{"name":"a"}}""");
        }),
        new("a namespace in the body that is not that of the path is refused", Parts.Write, static async s =>
        {
            await s.PostAsync(s.ConfigMaps, """{"metadata":{"name":"a","namespace":"other"}}""");
            await s.PostAsync(s.Flunders, """{"metadata":{"name":"a","namespace":"other"}}""");
        }),
    ];

    public static IEnumerable<Row> Bodies =>
    [
        Refused("a body that is empty", ""),
        Refused("fields of the wrong type", """{"metadata":{"name":"a"},"data":{"a":1}}""", """{"metadata":{"name":"a"},"data":[]}""", """{"metadata":{"name":7}}""", """{"metadata":"x"}""", """{"metadata":{"name":"a","labels":"x"}}""", """{"metadata":{"name":"a"},"immutable":"yes"}""", """{"metadata":{"name":"a"},"binaryData":{"a":"%%"}}""")
            with { Changed = "Go 1.26 and sigs.k8s.io/json name the whole path: json/internal/golang/encoding/json/decode.go:279 (cfa47c3a1cc8)" },
        new("unknown fields are dropped", Parts.Write, static s => s.PostAsync(s.ConfigMaps, """{"metadata":{"name":"a","what":1},"foo":{"bar":[]},"data":{"k":"v"}}"""))
        {
            Changed = "They give a warning, as fieldValidation is Warn unless told otherwise: apiserver/pkg/endpoints/handlers/rest.go:409 (v0.36.3)",
        },
        new("fieldValidation: Strict refuses unknown fields, Warn warns, Ignore ignores", Parts.Write, static async s =>
        {
            foreach (var how in (string[])["Strict", "Warn", "Ignore", "Nonsense"]) await s.PostAsync($"{s.ConfigMaps}?fieldValidation={how}", $$$"""{"metadata":{"name":"{{{how.ToLowerInvariant()}}}"},"foo":1,"data":{"k":"v"}}""");
        })
        {
            Since = 25,
            Witness = "unwitnessed: apimachinery/pkg/apis/meta/v1/validation/validation.go:245 (v0.36.3)",
        },
        new("content types: of a body that is not served", Parts.Write, static async s =>
        {
            await s.SendAsync("POST", s.ConfigMaps, """{"metadata":{"name":"a"}}""", "text/plain");
            await s.SendAsync("POST", s.ConfigMaps, """{"metadata":{"name":"a"}}""", "application/json; charset=utf-8");
            await s.SendAsync("POST", s.ConfigMaps, """{"metadata":{"name":"b"}}""", "");
        }),
        new("data of more than a mebibyte is invalid", Parts.Write, static async s =>
        {
            await s.PostAsync(s.ConfigMaps, $$$"""{"metadata":{"name":"a"},"data":{"k":"{{{new string('x', (1024 * 1024) + 1)}}}"}}""");
            var fits = await s.QuietAsync("POST", s.ConfigMaps, $$$"""{"metadata":{"name":"b"},"data":{"k":"{{{new string('x', 1024 * 1024)}}}"}}""");
            Assert.Equal(201, fits.Code);
        })
        {
            Changed = "The text of what is too long: apimachinery/pkg/util/validation/field/errors.go:348 (v0.36.3)",
        },
        new("a body of more than three mebibytes is too large", Parts.Write, static async s =>
        {
            await s.PostAsync(s.ConfigMaps, OfLength((3 * 1024 * 1024) + 1));
            var read = await s.QuietAsync("POST", s.ConfigMaps, OfLength(3 * 1024 * 1024));
            Assert.Equal(422, read.Code);
        }),
        new("annotations of more than 256 KiB are invalid", Parts.Write, static s => s.PostAsync(s.ConfigMaps, $$$$"""{"metadata":{"name":"a","annotations":{"k":"{{{{new string('x', 256 * 1024)}}}}"}}}"""))
        {
            Changed = "The text of what is too long: apimachinery/pkg/util/validation/field/errors.go:348 (v0.36.3)",
        },
    ];

    public static IEnumerable<Row> Validation =>
    [
        Invalid("names", Name, "A", "a_b", "-a", "a-", "a..b", ".", "..", "a/b", "a b", "ü"),
        Invalid("names of 253 characters and one more", Name, new string('a', 254)) with { Changed = "Lengths are told in bytes: apimachinery/pkg/api/validate/content/errors.go:41 (v0.36.3)" },
        Invalid("label keys", static key => $$$$"""{"metadata":{"name":"a","labels":{"{{{{key}}}}":"x"}}}""", "", "-a", "a b", "a/b/c", "/a", "a/", "A_/b", new string('k', 64)) with { Changed = "Lengths are told in bytes: apimachinery/pkg/api/validate/content/errors.go:41 (v0.36.3)" },
        Invalid("label values", static value => $$$$"""{"metadata":{"name":"a","labels":{"k":"{{{{value}}}}"}}}""", "-", "a b", "a/b", "ü", new string('v', 64)) with { Changed = "Lengths are told in bytes: apimachinery/pkg/api/validate/content/errors.go:41 (v0.36.3)" },
        Invalid("annotation keys", static key => $$$$"""{"metadata":{"name":"a","annotations":{"{{{{key}}}}":"x"}}}""", "", "a b", "a/b/c", "UPPER/Name_x.", "Exam_ple.com/x"),
        Invalid("finalizers", static name => $$$"""{"metadata":{"name":"a","finalizers":["{{{name}}}"]}}""", "x", "a b/c", ""),
        Invalid("ConfigMap keys", static key => $$$"""{"metadata":{"name":"a"},"data":{"{{{key}}}":"x"}}""", "", "a b", ".", "..", "..a", "a/b", new string('k', 254)) with { Changed = "Lengths are told in bytes: apimachinery/pkg/api/validate/content/errors.go:41 (v0.36.3)" },
        // Not two of data: a Go map tells them in any order.
        new("all that is wrong is said at once", Parts.Write, static s => s.PostAsync(s.ConfigMaps, """{"metadata":{"name":"A","labels":{"x y":"-"},"annotations":{"x y":""},"finalizers":["x"]},"data":{"d":"e"},"binaryData":{"d":"AA==","a b":"AA=="}}""")),
    ];

    public static IEnumerable<Row> Replace =>
    [
        new("replace with the current resourceVersion, a stale one and none", Parts.Write, static async s =>
        {
            var made = await s.ConfigMapAsync("a");
            await s.PutAsync(s.ConfigMaps + "/a", $$$"""{"metadata":{"name":"a","resourceVersion":"{{{made.ResourceVersion}}}"},"data":{"k":"2"}}""");
            await s.PutAsync(s.ConfigMaps + "/a", $$$"""{"metadata":{"name":"a","resourceVersion":"{{{made.ResourceVersion}}}"},"data":{"k":"3"}}""");
            await s.PutAsync(s.ConfigMaps + "/a", """{"metadata":{"name":"a"},"data":{"k":"4"}}""");
            await s.PutAsync(s.ConfigMaps + "/a", """{"metadata":{"name":"a","resourceVersion":"0"},"data":{"k":"5"}}""");
            await s.PutAsync(s.ConfigMaps + "/a", """{"metadata":{"name":"a","resourceVersion":"x"},"data":{"k":"6"}}""");
        }),
        new("replace of what is not there is not found", Parts.Write, static async s =>
        {
            await s.PutAsync(s.ConfigMaps + "/none", """{"metadata":{"name":"none"}}""");
            await s.PutAsync(s.Flunders + "/none", """{"metadata":{"name":"none"}}""");
        }),
        new("replace that changes nothing keeps the resourceVersion", Parts.Write, static async s =>
        {
            await s.ConfigMapAsync("a");
            await s.PutAsync(s.ConfigMaps + "/a", """{"metadata":{"name":"a"},"data":{"k":"v"}}""");
        }),
        new("replace with dryRun stores nothing", Parts.Write, static async s =>
        {
            await s.ConfigMapAsync("a");
            await s.PutAsync(s.ConfigMaps + "/a?dryRun=All", """{"metadata":{"name":"a"},"data":{"k":"dry"}}""");
            await s.GetAsync(s.ConfigMaps + "/a");
        }),
        new("immutable data stays as it is", Parts.Write, static async s =>
        {
            await s.PostAsync(s.ConfigMaps, """{"metadata":{"name":"a"},"data":{"k":"v"},"immutable":true}""");
            await s.PutAsync(s.ConfigMaps + "/a", """{"metadata":{"name":"a"},"data":{"k":"w"},"immutable":true}""");
            await s.PutAsync(s.ConfigMaps + "/a", """{"metadata":{"name":"a"},"data":{"k":"v"}}""");
            await s.PutAsync(s.ConfigMaps + "/a", """{"metadata":{"name":"a","labels":{"x":"y"}},"data":{"k":"v"},"immutable":true}""");
        }),
    ];

    private static string Name(string name) => $$$"""{"metadata":{"name":"{{{name}}}"}}""";

    /// <summary>A ConfigMap whose JSON has so many bytes.</summary>
    private static string OfLength(int bytes)
    {
        var empty = """{"metadata":{"name":"a"},"data":{"k":""}}""";
        return empty.Insert(empty.Length - 3, new string('x', bytes - empty.Length));
    }

    private static Row Refused(string what, params string[] bodies) => new("refused: " + what, Parts.Write, async s =>
    {
        foreach (var body in bodies) await s.PostAsync(s.ConfigMaps, body);
    });

    private static Row Invalid(string what, Func<string, string> body, params string[] values) => new("the texts of invalid " + what, Parts.Write, async s =>
    {
        foreach (var value in values) await s.PostAsync(s.ConfigMaps + "?dryRun=All", body(value));
    });
}
