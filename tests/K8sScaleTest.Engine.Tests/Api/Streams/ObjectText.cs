namespace K8sScaleTest.Engine.Tests.Api.Streams;

/// <summary>Objects and events as servers write them.</summary>
internal static class ObjectText
{
    public const string Uid = "7f2a1e52-2d3c-4e0e-9f2b-0a1b2c3d4e5f";

    /// <summary>A ConfigMap whose data looks like metadata; items of lists have no kind.</summary>
    public static string ConfigMap(string name, int version, string data = "x", bool typed = true, string annotations = """{"a":"1"}""", string uid = Uid)
    {
        var type = typed ? "\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\"," : "";
        return $$$$"""
            {{{{{type}}}}"metadata":{"name":"{{{{name}}}}","namespace":"ns","uid":"{{{{uid}}}}","resourceVersion":"{{{{version}}}}","creationTimestamp":"2026-11-24T04:12:27Z","labels":{"resourceVersion":"99"},"annotations":{{{{annotations}}}},"managedFields":[{"manager":"m","fieldsV1":{"f:metadata":{}}}]},"data":{"metadata":"{\"resourceVersion\":\"77\"}","key1":"{{{{data}}}}"}}
            """;
    }

    public static string Event(string type, string subject) => $$"""{"type":"{{type}}","object":{{subject}}}""" + "\n";

    public static string Bookmark(int version, bool initialEventsEnd = false)
    {
        var annotations = initialEventsEnd ? ",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}" : "";
        return Event("BOOKMARK", $$$"""{"kind":"ConfigMap","apiVersion":"v1","metadata":{"resourceVersion":"{{{version}}}","creationTimestamp":null{{{annotations}}}}}""");
    }

    public static string Error(int code, string reason, string message) => Event(
        "ERROR", $$"""{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"{{message}}","reason":"{{reason}}","code":{{code}}}""");
}
