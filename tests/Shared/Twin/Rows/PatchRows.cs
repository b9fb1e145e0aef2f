namespace K8sScaleTest.Twin;

/// <summary>The patch types but for apply, deletes and their preconditions.</summary>
internal static class PatchRows
{
    public static IEnumerable<Row> Patches =>
    [
        new("JSON merge patch: set, replace, remove by null", Parts.Write, static async s =>
        {
            await s.PostAsync(s.ConfigMaps, """{"metadata":{"name":"a","labels":{"x":"y","z":"w"}},"data":{"k":"v","l":"m"}}""");
            await s.PatchAsync(s.ConfigMaps + "/a", """{"metadata":{"labels":{"x":null,"new":"1"}},"data":{"k":"w"}}""");
            await s.PatchAsync(s.ConfigMaps + "/a", """{"data":null}""");
        }),
        new("JSON merge patch replaces lists whole", Parts.Write, static async s =>
        {
            await s.ConfigMapAsync("a", ""","finalizers":["example.com/x"]""");
            await s.PatchAsync(s.ConfigMaps + "/a", """{"metadata":{"finalizers":["example.com/y","example.com/z"]}}""");
            await s.PatchAsync(s.ConfigMaps + "/a", """{"metadata":{"finalizers":[]}}""");
        }),
        new("strategic merge patch of owner references by uid", Parts.Write, static async s =>
        {
            await s.ConfigMapAsync("a", ""","ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"o","uid":"11111111-2222-3333-4444-555555555555"}]""");
            await s.PatchAsync(s.ConfigMaps + "/a", """{"metadata":{"ownerReferences":[{"uid":"11111111-2222-3333-4444-555555555555","name":"renamed"},{"apiVersion":"v1","kind":"ConfigMap","name":"p","uid":"11111111-2222-3333-4444-666666666666"}]}}""", Scenario.StrategicPatch);
            await s.PatchAsync(s.ConfigMaps + "/a", """{"metadata":{"ownerReferences":[{"uid":"11111111-2222-3333-4444-555555555555","$patch":"delete"}]}}""", Scenario.StrategicPatch);
        }),
        new("JSON patch: add, replace, remove, test", Parts.Write, static async s =>
        {
            await s.ConfigMapAsync("a");
            await s.PatchAsync(s.ConfigMaps + "/a", """[{"op":"test","path":"/data/k","value":"v"},{"op":"replace","path":"/data/k","value":"w"},{"op":"add","path":"/data/new","value":"1"},{"op":"add","path":"/metadata/labels","value":{"x":"y"}}]""", Scenario.JsonPatch);
            await s.PatchAsync(s.ConfigMaps + "/a", """[{"op":"remove","path":"/data/new"},{"op":"copy","from":"/data/k","path":"/data/l"},{"op":"move","from":"/data/l","path":"/data/m"}]""", Scenario.JsonPatch);
        }),
        new("JSON patch: a failed test", Parts.Write, static async s =>
        {
            await s.ConfigMapAsync("a");
            await s.PatchAsync(s.ConfigMaps + "/a", """[{"op":"test","path":"/data/k","value":"other"}]""", Scenario.JsonPatch);
        }),
        new("JSON patch: a path that is not there", Parts.Write, static async s =>
        {
            await s.ConfigMapAsync("a");
            await s.PatchAsync(s.ConfigMaps + "/a", """[{"op":"remove","path":"/data/none"}]""", Scenario.JsonPatch);
        }),
        new("a patch that changes nothing keeps the resourceVersion", Parts.Write, static async s =>
        {
            await s.ConfigMapAsync("a");
            await s.PatchAsync(s.ConfigMaps + "/a", """{"data":{"k":"v"}}""");
            await s.PatchAsync(s.ConfigMaps + "/a", "{}");
        }),
        new("a patch with a resourceVersion is a precondition", Parts.Write, static async s =>
        {
            var made = await s.ConfigMapAsync("a");
            await s.PatchAsync(s.ConfigMaps + "/a", $$$"""{"metadata":{"resourceVersion":"{{{made.ResourceVersion}}}"},"data":{"k":"w"}}""");
            await s.PatchAsync(s.ConfigMaps + "/a", $$$"""{"metadata":{"resourceVersion":"{{{made.ResourceVersion}}}"},"data":{"k":"x"}}""");
        }),
        new("a patch of what is not there is not found", Parts.Write, static async s =>
        {
            await s.PatchAsync(s.ConfigMaps + "/none", "{}");
            await s.PatchAsync(s.Flunders + "/none", "{}");
        }),
        new("a patch to another name", Parts.Write, static async s =>
        {
            await s.ConfigMapAsync("a");
            await s.PatchAsync(s.ConfigMaps + "/a", """{"metadata":{"name":"b"}}""");
        }),
        new("a patch with dryRun stores nothing", Parts.Write, static async s =>
        {
            await s.ConfigMapAsync("a");
            await s.PatchAsync(s.ConfigMaps + "/a?dryRun=All", """{"data":{"k":"dry"}}""");
            await s.GetAsync(s.ConfigMaps + "/a");
        }),
        new("patches of Flunders: a merge patch in both versions, a strategic one", Parts.Write, static async s =>
        {
            await s.PostAsync(s.Flunders, """{"metadata":{"name":"a"},"spec":{"reference":"x","referenceType":"Fischer"}}""");
            await s.PatchAsync(s.FlundersBeta + "/a", """{"spec":{"fischerReference":"y"}}""");
            await s.PatchAsync(s.Flunders + "/a", """{"metadata":{"labels":{"x":"y"}}}""", Scenario.StrategicPatch);
        }),
    ];

    public static IEnumerable<Row> Deletes =>
    [
        new("delete, and once more", Parts.Write, static async s =>
        {
            await s.ConfigMapAsync("a");
            await s.DeleteAsync(s.ConfigMaps + "/a");
            await s.DeleteAsync(s.ConfigMaps + "/a");
        }),
        new("delete with a body of DeleteOptions", Parts.Write, static async s =>
        {
            await s.FillAsync("a", "b");
            await s.DeleteAsync(s.ConfigMaps + "/a", """{"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Background","gracePeriodSeconds":0}""");
            await s.DeleteAsync(s.ConfigMaps + "/b", "{}");
        }),
        new("delete: a uid precondition", Parts.Write, static async s =>
        {
            var made = await s.ConfigMapAsync("a");
            await s.DeleteAsync(s.ConfigMaps + "/a", """{"preconditions":{"uid":"00000000-1111-2222-3333-444444444444"}}""");
            await s.DeleteAsync(s.ConfigMaps + "/a", $$$$"""{"preconditions":{"uid":"{{{{made.Uid}}}}"}}""");
        }),
        new("delete: a resourceVersion precondition", Parts.Write, static async s =>
        {
            var made = await s.ConfigMapAsync("a");
            var changed = await s.PatchAsync(s.ConfigMaps + "/a", """{"data":{"k":"w"}}""");
            await s.DeleteAsync(s.ConfigMaps + "/a", $$$$"""{"preconditions":{"resourceVersion":"{{{{made.ResourceVersion}}}}"}}""");
            await s.DeleteAsync(s.ConfigMaps + "/a", $$$$"""{"preconditions":{"resourceVersion":"{{{{changed.ResourceVersion}}}}"}}""");
        }),
        new("delete with dryRun, by query and by body", Parts.Write, static async s =>
        {
            await s.ConfigMapAsync("a");
            await s.DeleteAsync(s.ConfigMaps + "/a?dryRun=All");
            await s.DeleteAsync(s.ConfigMaps + "/a", """{"dryRun":["All"]}""");
            await s.DeleteAsync(s.ConfigMaps + "/a?dryRun=Some");
            await s.GetAsync(s.ConfigMaps + "/a");
        }),
        new("delete with a body that is none", Parts.Write, static async s =>
        {
            await s.ConfigMapAsync("a");
            await s.DeleteAsync(s.ConfigMaps + "/a", "hello");
            await s.DeleteAsync(s.ConfigMaps + "/a", """{"kind":"Nothing","apiVersion":"v1"}""");
        }),
        new("deletecollection: all, and its answer", Parts.Write, static async s =>
        {
            await s.FillAsync("a", "b");
            s.Shown.Versions = false;
            await s.DeleteAsync(s.ConfigMaps);
            await s.GetAsync(s.ConfigMaps);
        }),
        new("deletecollection by selectors", Parts.Write, static async s =>
        {
            await s.FillAsync("a", "b", "c");
            await s.DeleteAsync(s.ConfigMaps + "?labelSelector=is%3Da");
            await s.DeleteAsync(s.ConfigMaps + "?fieldSelector=metadata.name%3Db");
            Assert.Equal(["c"], (await s.GetAsync(s.ConfigMaps)).Names);
        }),
        new("deletecollection with dryRun deletes nothing", Parts.Write, static async s =>
        {
            await s.FillAsync("a");
            await s.DeleteAsync(s.ConfigMaps + "?dryRun=All");
            await s.GetAsync(s.ConfigMaps + "/a");
        }),
        new("deletecollection of nothing", Parts.Write, static s => s.DeleteAsync(s.ConfigMaps + "?labelSelector=none")),
        new("deletecollection with finalizers marks", Parts.Write, static async s =>
        {
            await s.ConfigMapAsync("a", ""","finalizers":["example.com/x"]""");
            await s.DeleteAsync(s.ConfigMaps);
            await s.GetAsync(s.ConfigMaps + "/a");
            await s.PatchAsync(s.ConfigMaps + "/a", """{"metadata":{"finalizers":null}}""");
        }),
        new("the delete of a Flunder", Parts.Write, static async s =>
        {
            await s.PostAsync(s.Flunders, """{"metadata":{"name":"a"}}""");
            await s.DeleteAsync(s.FlundersBeta + "/a");
            await s.DeleteAsync(s.Flunders + "/a");
        }),
    ];
}
