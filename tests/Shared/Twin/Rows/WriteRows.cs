namespace K8sScaleTest.Twin;

/// <summary>Create, get, replace, patch, delete.</summary>
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
        }),
    ];
}
