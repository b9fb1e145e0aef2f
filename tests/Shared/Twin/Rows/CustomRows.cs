namespace K8sScaleTest.Twin;

/// <summary>CustomResourceDefinitions, and the objects that they let be served.</summary>
internal static class CustomRows
{
    private const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    private const string Kubectl = "kubectl (It_is_made_waited_for_scaled_explained_and_deleted)";
    private const string Python = "python3-kubernetes (The_Python_client_defines_a_resource_and_works_with_its_objects)";
    private const string Source = "unwitnessed: apiextensions-apiserver/pkg/apiserver/customresource_handler.go:328 (v0.36.3)";

    private const string Schema = """
        {"type":"object","properties":{
        "spec":{"type":"object","required":["size"],"properties":{
        "size":{"type":"integer","minimum":1,"maximum":10},
        "replicas":{"type":"integer"},
        "color":{"type":"string","enum":["red","green"],"default":"red"},
        "name":{"type":"string","pattern":"^[a-z]+$","minLength":2,"maxLength":5},
        "when":{"type":"string","format":"date-time"},
        "tags":{"type":"array","items":{"type":"string"},"minItems":1,"maxItems":2,"x-kubernetes-list-type":"set"},
        "map":{"type":"object","additionalProperties":{"type":"integer"},"maxProperties":2},
        "any":{"type":"object","x-kubernetes-preserve-unknown-fields":true},
        "either":{"x-kubernetes-int-or-string":true},
        "maybe":{"type":"string","nullable":true},
        "ports":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["port"],"items":{"type":"object","required":["port"],"properties":{"port":{"type":"integer"},"note":{"type":"string"}}}}}},
        "status":{"type":"object","properties":{"replicas":{"type":"integer"},"selector":{"type":"string"}}}}}
        """;

    public static IEnumerable<Row> Definition =>
    [
        Seen(Kubectl, "a definition that is posted is accepted, established and served at once", static async s =>
        {
            var group = s.ReserveNamespace() + ".example.com";
            await s.PostAsync(Definitions, Text(group));
            await ServedAsync(s, group);
            await s.GetAsync($"{Definitions}/widgets.{group}");
            await s.GetAsync($"/apis/{group}");
            var list = (await s.QuietAsync("GET", $"/apis/{group}/v1")).Json;
            foreach (var resource in list.GetProperty("resources").EnumerateArray()) s.Show(string.Join(',', resource.EnumerateObject().Where(m => m.Name != "storageVersionHash").Select(m => m.Name + ":" + m.Value.GetRawText())));
            await s.GetAsync(In(s, group));
        }),
        Seen(Python, "a definition that is not valid is refused, with every cause", static async s =>
        {
            var group = s.ReserveNamespace() + ".example.com";
            await s.PostAsync(Definitions, Text(group).Replace("\"widgets.", "\"others.", StringComparison.Ordinal));
            await s.PostAsync(Definitions, $$$$$$"""{"metadata":{"name":"widgets.{{{{{{group}}}}}}"},"spec":{"group":"{{{{{{group}}}}}}","scope":"Everywhere","names":{"plural":"widgets","kind":"Widget"},"versions":[{"name":"v1","served":true,"storage":false,"schema":{"openAPIV3Schema":{"type":"object"}}}]}}""");
            await s.PostAsync(Definitions, $$$$$$"""{"metadata":{"name":"widgets.{{{{{{group}}}}}}"},"spec":{"group":"{{{{{{group}}}}}}","scope":"Namespaced","names":{"plural":"widgets","kind":"Widget"},"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"properties":{"spec":{"type":"strange"}}}}}]}}""");
        }),
        Seen(Python, "a definition without a schema is refused", static async s =>
        {
            var group = s.ReserveNamespace() + ".example.com";
            await s.PostAsync(Definitions, $$$"""{"metadata":{"name":"widgets.{{{group}}}"},"spec":{"group":"{{{group}}}","scope":"Namespaced","names":{"plural":"widgets","kind":"Widget"},"versions":[{"name":"v1","served":true,"storage":true}]}}""");
        }),
        Seen(Python, "a deleted definition takes its objects along, and its path", static async s =>
        {
            var group = await DefineAsync(s);
            await s.QuietAsync("POST", In(s, group), Widget(group, "a", """{"size":1}"""));
            using var watch = await s.WatchAsync($"{In(s, group)}?watch=1&timeoutSeconds=20&resourceVersion=0");
            await watch.ReadAsync(1);
            await s.QuietAsync("DELETE", $"{Definitions}/widgets.{group}");
            await watch.ReadAsync(1);
            for (var i = 0; i < 200 && (await s.QuietAsync("GET", In(s, group))).Code != 404; i++) await Task.Delay(50);
            await s.GetAsync(In(s, group));
            await s.GetAsync($"{Definitions}/widgets.{group}");
        }),
        Seen(Python, "a definition is served in its versions, scope and subresources alone", static async s =>
        {
            var group = await DefineAsync(s);
            await s.GetAsync($"/apis/{group}/v3/namespaces/{s.Namespace}/widgets");
            await s.GetAsync($"/apis/{group}/v1/namespaces/{s.Namespace}/gadgets");
            await s.DeleteAsync($"/apis/{group}/v1/widgets");
            await s.GetAsync($"/apis/{group}/v1/widgets/a");
            await s.GetAsync(In(s, group, "v2") + "/a/scale");
        }),
    ];

    public static IEnumerable<Row> Objects =>
    [
        Seen(Python, "a custom object: created, read, replaced, deleted", static async s =>
        {
            var group = await DefineAsync(s);
            var made = await s.PostAsync(In(s, group), Widget(group, "a", """{"size":1}"""));
            await s.GetAsync(In(s, group) + "/a");
            await s.PutAsync(In(s, group) + "/a", Widget(group, "a", """{"size":2}""", made.ResourceVersion));
            await s.PutAsync(In(s, group) + "/a", Widget(group, "a", """{"size":3}""", made.ResourceVersion));
            await s.GetAsync(In(s, group));
            await s.DeleteAsync(In(s, group) + "/a");
        }),
        Seen(Python, "a custom object is replaced only under its resourceVersion", static async s =>
        {
            var group = await DefineAsync(s);
            await s.QuietAsync("POST", In(s, group), Widget(group, "a", """{"size":1}"""));
            await s.PutAsync(In(s, group) + "/a", Widget(group, "a", """{"size":3}"""));
        }),
        Seen(Python, "its kind and version must be those of the path", static async s =>
        {
            var group = await DefineAsync(s);
            await s.PostAsync(In(s, group), """{"metadata":{"name":"a"},"spec":{"size":1}}""");
            await s.PostAsync(In(s, group), $$$"""{"apiVersion":"{{{group}}}/v2","kind":"Widget","metadata":{"name":"a"},"spec":{"size":1}}""");
            await s.PostAsync(In(s, group), $$$"""{"apiVersion":"{{{group}}}/v1","kind":"Gadget","metadata":{"name":"a"},"spec":{"size":1}}""");
        }),
        Bad("a field that is missing, of the wrong type, out of bounds", """{}""", """{"size":"x"}""", """{"size":1.5}""", """{"size":0}""", """{"size":11}"""),
        Bad("strings: enum, pattern, length, format", """{"size":1,"color":"blue"}""", """{"size":1,"name":"AB"}""", """{"size":1,"name":"a"}""", """{"size":1,"name":"abcdef"}""", """{"size":1,"when":"x"}"""),
        Bad("lists and maps", """{"size":1,"tags":[]}""", """{"size":1,"tags":["a","b","c"]}""", """{"size":1,"tags":["a","a"]}""", """{"size":1,"map":{"a":"x"}}""", """{"size":1,"map":{"a":1,"b":2,"c":3}}""", """{"size":1,"either":true}""", """{"size":1,"ports":[{"port":1},{"port":1}]}"""),
        Seen(Python, "what the schema does not know is pruned, and defaults are put in", static async s =>
        {
            var group = await DefineAsync(s);
            await s.PostAsync(In(s, group), Widget(group, "a", """{"size":1,"unknown":{"a":1},"any":{"z":1.50,"y":2},"maybe":null,"either":"5"}"""));
        }),
        Seen(Python, "status and the rest are written apart, and only the rest counts as a generation", static async s =>
        {
            var group = await DefineAsync(s);
            await s.PostAsync(In(s, group), Widget(group, "a", """{"size":1}""").Replace("\"spec\"", "\"status\":{\"replicas\":9},\"spec\"", StringComparison.Ordinal));
            await s.PatchAsync(In(s, group) + "/a", """{"spec":{"size":2},"status":{"replicas":5}}""");
            await s.PatchAsync(In(s, group) + "/a/status", """{"spec":{"size":3},"status":{"replicas":5},"metadata":{"labels":{"a":"b"}}}""");
            await s.PatchAsync(In(s, group) + "/a", """{"metadata":{"labels":{"a":"b"}}}""");
            await s.GetAsync(In(s, group) + "/a/status");
        }),
        Seen(Python, "several versions show the same object, each under its own name", static async s =>
        {
            var group = await DefineAsync(s);
            await s.QuietAsync("POST", In(s, group), Widget(group, "a", """{"size":1}"""));
            await s.GetAsync(In(s, group, "v2") + "/a");
            await s.GetAsync(In(s, group, "v2"));
            await s.PatchAsync(In(s, group, "v2") + "/a", """{"spec":{"size":4}}""");
            await s.GetAsync(In(s, group) + "/a");
        }),
        Seen(Source, "patches: JSON merge and JSON patch, no strategic one", static async s =>
        {
            var group = await DefineAsync(s);
            await s.QuietAsync("POST", In(s, group), Widget(group, "a", """{"size":1,"tags":["x"]}"""));
            await s.PatchAsync(In(s, group) + "/a", """{"spec":{"tags":["y"],"color":null}}""");
            await s.PatchAsync(In(s, group) + "/a", """[{"op":"replace","path":"/spec/size","value":7},{"op":"add","path":"/spec/tags/-","value":"z"}]""", Scenario.JsonPatch);
            await s.PatchAsync(In(s, group) + "/a", """[{"op":"replace","path":"/spec/size","value":70}]""", Scenario.JsonPatch);
            await s.PatchAsync(In(s, group) + "/a", """{"spec":{"size":2}}""", Scenario.StrategicPatch);
        }),
        Seen(Python, "a watch of custom objects, from what is there to DELETED", static async s =>
        {
            var group = await DefineAsync(s);
            await s.QuietAsync("POST", In(s, group), Widget(group, "a", """{"size":1}"""));
            using var watch = await s.WatchAsync($"{In(s, group)}?watch=1&timeoutSeconds=20&resourceVersion=0");
            await watch.ReadAsync(1);
            await s.QuietAsync("PATCH", In(s, group) + "/a", """{"spec":{"size":2}}""", Scenario.MergePatch);
            await s.QuietAsync("DELETE", In(s, group) + "/a");
            await watch.ReadAsync(2);
        }),
        Seen(Kubectl, "a table with the columns of the definition", static async s =>
        {
            var group = await DefineAsync(s);
            await s.QuietAsync("POST", In(s, group), Widget(group, "a", """{"size":1}"""));
            await s.GetAsync(In(s, group), Scenario.Table);
        }),
        Seen(Python, "deletecollection, dry run and pages of custom objects", static async s =>
        {
            var group = await DefineAsync(s);
            foreach (var name in (string[])["a", "b", "c"]) await s.QuietAsync("POST", In(s, group), Widget(group, name, """{"size":1}"""));
            var page = await s.GetAsync(In(s, group) + "?limit=2");
            await s.GetAsync(In(s, group) + "?limit=2&continue=" + Uri.EscapeDataString(page.Continue));
            await s.PostAsync(In(s, group) + "?dryRun=All", Widget(group, "d", """{"size":1}"""));
            s.Shown.Versions = false;
            await s.DeleteAsync(In(s, group));
            await s.GetAsync(In(s, group));
        }),
        Seen(Kubectl, "scale: read, written and checked", static async s =>
        {
            var group = await DefineAsync(s);
            await s.QuietAsync("POST", In(s, group), Widget(group, "a", """{"size":1,"replicas":3}"""));
            await s.QuietAsync("PATCH", In(s, group) + "/a/status", """{"status":{"replicas":2,"selector":"x=y"}}""", Scenario.MergePatch);
            var scale = await s.GetAsync(In(s, group) + "/a/scale");
            await s.PutAsync(In(s, group) + "/a/scale", $$$"""{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"a","namespace":"{{{s.Namespace}}}","resourceVersion":"{{{scale.ResourceVersion}}}"},"spec":{"replicas":5}}""");
            await s.PutAsync(In(s, group) + "/a/scale", $$$"""{"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"a","namespace":"{{{s.Namespace}}}","resourceVersion":"{{{scale.ResourceVersion}}}"},"spec":{"replicas":6}}""");
            await s.PatchAsync(In(s, group) + "/a/scale", """{"spec":{"replicas":-1}}""");
            await s.PatchAsync(In(s, group) + "/a/scale", """{"spec":{"replicas":7}}""");
            await s.GetAsync(In(s, group) + "/none/scale");
            await s.GetAsync(In(s, group) + "/a");
        }),
    ];

    /// <summary>
    /// A row that the real server is not asked, but another witness: a kube-apiserver 1.20 that was built with Go 1.18 or later walks through maps by an undefined pointer when it reads a
    /// custom object or indents one (its reflect2 is older than that Go), and ends by chance with «fatal error: fault»: it would take the other rows along.
    /// </summary>
    private static Row Seen(string witness, string name, Func<Scenario, Task> run) => new(name, Parts.CustomResources, run) { Since = 25, Witness = witness };

    /// <summary>Defines Widgets in a group of the row's own and waits until they are served.</summary>
    internal static async Task<string> DefineAsync(Scenario s)
    {
        var group = s.ReserveNamespace() + ".example.com";
        var made = await s.QuietAsync("POST", Definitions, Text(group));
        Assert.True(made.Code == 201, made.Text);
        await ServedAsync(s, group);
        return group;
    }

    internal static string In(Scenario s, string group, string version = "v1") => $"/apis/{group}/{version}/namespaces/{s.Namespace}/widgets";

    internal static string Widget(string group, string name, string spec, string? resourceVersion = null) =>
        $$$"""{"apiVersion":"{{{group}}}/v1","kind":"Widget","metadata":{"name":"{{{name}}}"{{{(resourceVersion is null ? "" : $",\"resourceVersion\":\"{resourceVersion}\"")}}}},"spec":{{{spec}}}}""";

    /// <summary>A real server serves a definition a moment after it is established.</summary>
    private static async Task ServedAsync(Scenario s, string group)
    {
        s.Forget($"{Definitions}/widgets.{group}");
        for (var i = 0; i < 400; i++)
        {
            var version = s.IsReal ? await s.QuietAsync("GET", $"/apis/{group}/v2") : await s.QuietAsync("GET", "/version");
            if (version.Code == 200 && (await s.QuietAsync("GET", In(s, group))).Code == 200) return;
            await Task.Delay(50);
        }
        throw new InvalidOperationException("The definition is not served.");
    }

    private static string Text(string group) => $$$"""
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"widgets.{{{group}}}"},"spec":{"group":"{{{group}}}","scope":"Namespaced",
        "names":{"plural":"widgets","singular":"widget","kind":"Widget","listKind":"WidgetList","shortNames":["wd"],"categories":["all"]},
        "versions":[{"name":"v1","served":true,"storage":true,"subresources":{"status":{},"scale":{"specReplicasPath":".spec.replicas","statusReplicasPath":".status.replicas","labelSelectorPath":".status.selector"}},
        "additionalPrinterColumns":[{"name":"Size","type":"integer","jsonPath":".spec.size","description":"How big."},{"name":"Color","type":"string","priority":1,"jsonPath":".spec.color"}],
        "schema":{"openAPIV3Schema":{{{Schema}}}}},
        {"name":"v2","served":true,"storage":false,"subresources":{"status":{}},"schema":{"openAPIV3Schema":{{{Schema}}}}}]}}
        """.ReplaceLineEndings("");

    private static Row Bad(string what, params string[] specs) => Seen(Python, "refused by the schema: " + what, async s =>
    {
        var group = await DefineAsync(s);
        foreach (var spec in specs) await s.PostAsync(In(s, group), Widget(group, "bad", spec));
    });
}
