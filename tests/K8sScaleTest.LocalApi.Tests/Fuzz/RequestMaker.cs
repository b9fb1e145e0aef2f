using System.Text;

namespace K8sScaleTest.LocalApi.Tests.Fuzz;

/// <summary>Makes requests that are nearly right: a valid one, with something wrong in its path, query, headers or body. A seed gives the same ones again.</summary>
internal sealed class RequestMaker(Random random, string ns)
{
    private static readonly string[] Methods = ["GET", "GET", "GET", "POST", "POST", "PUT", "PATCH", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "FROB"];

    private static readonly string[] Collections =
    [
        "/api/v1/namespaces/{0}/configmaps", "/api/v1/namespaces/{0}/configmaps", "/api/v1/namespaces/{0}/secrets", "/api/v1/namespaces/{0}/events", "/api/v1/namespaces/{0}/endpoints",
        "/api/v1/namespaces/{0}/services", "/apis/coordination.k8s.io/v1/namespaces/{0}/leases", "/apis/discovery.k8s.io/v1/namespaces/{0}/endpointslices",
        "/apis/wardle.example.com/v1alpha1/namespaces/{0}/flunders", "/apis/wardle.example.com/v1beta1/namespaces/{0}/flunders", "/api/v1/configmaps",
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", "/apis/authentication.k8s.io/v1/selfsubjectreviews",
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", "/apis/wardle.example.com/v1alpha1/fischers",
    ];

    private static readonly string[] Others = ["/", "/api", "/apis", "/api/v1", "/apis/wardle.example.com", "/version", "/healthz", "/readyz?verbose", "/livez/ping", "/metrics", "/openapi/v2", "/openapi/v3", "/openapi/v3/api/v1", "/nowhere"];

    private static readonly string[] ContentTypes =
    [
        "application/json", "application/json", "application/merge-patch+json", "application/strategic-merge-patch+json", "application/json-patch+json",
        "application/apply-patch+yaml", "application/yaml", "application/vnd.kubernetes.protobuf", "text/plain", "", "application/json; charset=utf-8",
    ];

    private static readonly string[] Accepts =
    [
        "application/json", "*/*", "application/json;as=Table;v=v1;g=meta.k8s.io", "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
        "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io", "application/vnd.kubernetes.protobuf", "application/json;as=;v=;g=", ";;;,,,=", "application/json;stream=watch",
    ];

    private static readonly string[] Options =
    [
        "limit", "continue", "resourceVersion", "resourceVersionMatch", "labelSelector", "fieldSelector", "watch", "timeoutSeconds", "allowWatchBookmarks", "sendInitialEvents",
        "dryRun", "fieldManager", "fieldValidation", "force", "gracePeriodSeconds", "propagationPolicy", "orphanDependents", "pretty", "includeObject", "verbose", "exclude", "as",
    ];

    private static readonly string[] Values =
    [
        "", "0", "1", "2", "-1", "10", "100", "1000000", "9223372036854775807", "9223372036854775808", "18446744073709551615", "1e3", "true", "false", "True", "All", "Exact", "NotOlderThan",
        "Strict", "Warn", "Ignore", "a=b", "a!=b", "a in (b,c)", "a notin (", "!a", "a,b", "metadata.name=a", "metadata.name!=a", "metadata.namespace=x", "spec.x=1", "=", "==", "(((", "%00", "\u00e9",
        "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MTAwLCJzdGFydCI6ImEifQ", "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6LTEsInN0YXJ0IjoiLi4vLi4vYSJ9", "Background", "Foreground", "Orphan", "None", "Metadata", "Object",
    ];

    private static readonly string[] Bodies =
    [
        """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{"a":"b"},"annotations":{"x":"y"},"finalizers":["example.com/f"],"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"o","uid":"u"}]},"data":{"k":"v"},"binaryData":{"b":"AAEC"},"immutable":false}""",
        """{"metadata":{"generateName":"g-"},"data":{"k":"\u00e9\ud83d\ude00"}}""",
        """{"apiVersion":"v1","kind":"Secret","metadata":{"name":"a"},"type":"Opaque","data":{"k":"AAEC"},"stringData":{"s":"t"}}""",
        """{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"a"},"spec":{"holderIdentity":"h","leaseDurationSeconds":10,"renewTime":"2026-01-01T00:00:00.000000Z"}}""",
        """{"apiVersion":"wardle.example.com/v1alpha1","kind":"Flunder","metadata":{"name":"a"},"spec":{"reference":"r","referenceType":"Flunder"}}""",
        """{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{"ports":[{"name":"p","port":80,"targetPort":"http"}],"selector":{"a":"b"}}}""",
        """{"apiVersion":"v1","kind":"Event","metadata":{"name":"a"},"involvedObject":{"namespace":"x","name":"y"},"firstTimestamp":"2026-01-01T00:00:00Z","count":1}""",
        """{"spec":{"resourceAttributes":{"verb":"get","resource":"configmaps","namespace":"x"}}}""",
        """{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"things.fuzz.example.com"},"spec":{"group":"fuzz.example.com","scope":"Namespaced","names":{"plural":"things","singular":"thing","kind":"Thing"},"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}}]}}""",
        """[{"op":"add","path":"/data/x","value":"y"},{"op":"test","path":"/data/k","value":"v"},{"op":"move","from":"/data/k","path":"/data/z"},{"op":"remove","path":"/metadata/labels"}]""",
        """{"metadata":{"labels":{"a":null,"c":"d"},"$patch":"replace"},"data":{"$retainKeys":["k"],"k":null}}""",
        """{"kind":"DeleteOptions","apiVersion":"v1","preconditions":{"uid":"u","resourceVersion":"1"},"gracePeriodSeconds":0,"propagationPolicy":"Background","dryRun":["All"]}""",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata: {k: v, <<: *x}\n",
        "",
    ];

    private static readonly string[] Tokens = ["null", "true", "-1", "1e999", "9223372036854775808", "\"\"", "{}", "[]", "[[[[[[[[", "{\"a\":", "\\u0000", "\\ud800", "\"metadata\":null,", "\"name\":{},", "\0", "\uFEFF", ",", "}", "\"", "\\"];

    private string One(string[] all) => all[random.Next(all.Length)];

    private bool Chance(double p) => random.NextDouble() < p;

    /// <summary>The next request. <paramref name="wild"/>: its path and method too may be no HTTP any more.</summary>
    public FuzzRequest Next(bool wild)
    {
        var method = One(Methods);
        var target = Chance(0.1) ? One(Others) : string.Format(null, One(Collections), ns);
        if (Chance(0.55)) target += "/" + (Chance(0.8) ? "a" : "g-" + random.Next(5));
        if (Chance(0.06)) target += "/" + (Chance(0.5) ? "status" : "scale");
        if (wild && Chance(0.5)) target = Text(target);
        // The first one counts: a watch ends by itself, or thousands would pile up.
        if (!wild || Chance(0.9)) target += (target.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "timeoutSeconds=1";
        for (var i = random.Next(4) - 1; i > 0; i--) target += (target.Contains('?', StringComparison.Ordinal) ? "&" : "?") + One(Options) + "=" + (wild ? One(Values) : Uri.EscapeDataString(One(Values)));
        if (!wild && !target.StartsWith('/')) target = "/" + target;

        var headers = new List<(string, string)>();
        if (Chance(0.4)) headers.Add(("Accept", One(Accepts)));
        if (Chance(0.2)) headers.Add(("Accept-Encoding", Chance(0.5) ? "gzip" : "gzip;q=0, br"));
        if (Chance(0.05)) headers.Add(("Impersonate-" + One(["User", "Group", "Extra-x", "Uid"]), One(Values).Trim() is { Length: > 0 } who && who.All(char.IsAsciiLetterOrDigit) ? who : "bob"));
        if (Chance(0.05)) headers.Add(("Audit-Id", "fuzz" + random.Next(10)));
        if (wild && Chance(0.1)) headers.Add((Text("X-Odd"), Text("value")));
        if (wild && Chance(0.02)) headers.Add(("X-Long", new string('x', random.Next(1, 70_000))));
        byte[]? body = null;
        if (method is not ("GET" or "HEAD" or "OPTIONS" or "CONNECT") || Chance(0.05))
        {
            body = Encoding.UTF8.GetBytes(One(Bodies));
            if (Chance(0.6)) body = Mangle(body);
            if (One(ContentTypes) is { Length: > 0 } type) headers.Add(("Content-Type", type));
        }
        return new FuzzRequest(wild && Chance(0.03) ? Text(method) : method, target, headers, body);
    }

    /// <summary>Bytes of any protocol, with some taken out, doubled, changed or put in.</summary>
    public byte[] Mangle(byte[] bytes)
    {
        var result = new List<byte>(bytes);
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var at = random.Next(result.Count + 1);
            switch (random.Next(6))
            {
                case 0 when result.Count > 0: result[Math.Min(at, result.Count - 1)] = (byte)random.Next(256); break;
                case 1: result.RemoveRange(at, Math.Min(random.Next(20), result.Count - at)); break;
                case 2: result.InsertRange(at, result.GetRange(at, Math.Min(random.Next(60), result.Count - at))); break;
                case 3: result.InsertRange(at, Encoding.UTF8.GetBytes(One(Tokens))); break;
                case 4: result.RemoveRange(at, result.Count - at); break;
                default: result.InsertRange(at, Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(One(Tokens), random.Next(1, 300))))); break;
            }
        }
        return [.. result];
    }

    private string Text(string text)
    {
        var result = new StringBuilder(text);
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(result.Length + 1);
            switch (random.Next(4))
            {
                case 0: result.Insert(at, One(["/", "//", "%2F", "%00", "%", "..", "?", "#", "&", "=", " ", "\t", "\u00e9", "%ff", ";", ":", "\\", "[", "\"", "<", "*"])); break;
                case 1 when result.Length > 1: result.Remove(Math.Min(at, result.Length - 1), 1); break;
                case 2: result.Append('/').Append(new string('x', random.Next(300))); break;
                default: result.Insert(at, (char)random.Next(33, 127)); break;
            }
        }
        return result.ToString();
    }
}
