namespace K8sScaleTest.Twin;

/// <summary>Who may do what, and what an answer carries for everybody.</summary>
internal static class AccessRows
{
    private const string NoCreationTimestamp = "Reviews show no creationTimestamp of null: apimachinery/pkg/apis/meta/v1/types.go:208 (v0.36.3)";
    private const string Reviews = "/apis/authorization.k8s.io/v1/";

    public static IEnumerable<Row> Authentication =>
    [
        new("no token, an unknown one, or none that is one: 401 for every path", Parts.Around, static async s =>
        {
            s.User = TwinUser.Anonymous;
            await s.GetAsync(s.ConfigMaps);
            await s.GetAsync("/healthz");
            await s.GetAsync("/nowhere");
            foreach (var authorization in (string[])["Bearer", "Bearer 0123456789abcdef", "Basic YWRtaW46YWRtaW4="]) await s.SendAsync("GET", s.ConfigMaps, headers: ("Authorization", authorization));
        }),
        new("a client certificate is as good as a token, and goes before one", Parts.Around, static async s =>
        {
            s.User = TwinUser.Certificate;
            await s.GetAsync(s.ConfigMaps);
            await s.PostAsync(Reviews + "selfsubjectaccessreviews", """{"spec":{"resourceAttributes":{"verb":"delete","resource":"namespaces"}}}""");
            await s.SendAsync("GET", s.ConfigMaps, headers: ("Authorization", "Bearer 0123456789abcdef"));
        })
        {
            Changed = NoCreationTimestamp,
        },
    ];

    public static IEnumerable<Row> Authorization =>
    [
        Refused("every verb on objects", static s => [("GET", s.ConfigMaps), ("GET", s.ConfigMaps + "?watch=1"), ("GET", s.ConfigMaps + "/a"), ("POST", s.ConfigMaps), ("PUT", s.ConfigMaps + "/a"), ("PATCH", s.ConfigMaps + "/a"), ("DELETE", s.ConfigMaps + "/a"), ("DELETE", s.ConfigMaps)]),
        Refused("the whole cluster, namespaces, one name by a field selector", static s => [("GET", "/api/v1/configmaps"), ("GET", "/api/v1/namespaces"), ("GET", "/api/v1/namespaces/" + s.Namespace), ("GET", s.ConfigMaps + "?fieldSelector=metadata.name%3Dfoo")]),
        Refused("Flunders, subresources, what does not exist", static s => [("POST", s.Flunders), ("PATCH", "/apis/foo.example.com/v1/bars/x/status"), ("GET", "/apis/nothing.example.org/v1/nothings")]),
        Refused("paths that are no resources", static _ => [("GET", "/metrics"), ("POST", "/metrics"), ("GET", "/"), ("GET", "/nowhere"), ("GET", "/foo%3Cbar%3E")]),
        new("who has no rights sees discovery, health and version", Parts.Around, static async s =>
        {
            s.User = TwinUser.NoRights;
            foreach (var path in (string[])["/api", "/apis", "/api/v1", "/apis/wardle.example.com/v1beta1", "/openapi/v2", "/healthz", "/livez", "/readyz", "/version"]) s.Show($"{path} {(await s.QuietAsync("GET", path)).Code}");
        }),
        new("a read-only user reads and watches, and writes nothing", Parts.Around, static async s =>
        {
            await s.FillAsync("a");
            if (s.IsReal)
            {
                // The local server's user of this name has these rights from the start.
                await s.QuietAsync("POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles", """{"metadata":{"name":"reader"},"rules":[{"verbs":["get","list","watch"],"apiGroups":["*"],"resources":["*"]},{"verbs":["get"],"nonResourceURLs":["*"]}]}""");
                await s.QuietAsync("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", """{"metadata":{"name":"reader"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"reader"},"subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"reader"}]}""");
                s.Forget("/apis/rbac.authorization.k8s.io/v1/clusterroles/reader");
                s.Forget("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/reader");
                for (var i = 0; i < 100 && (await s.QuietAsync("GET", s.ConfigMaps, headers: As("reader"))).Code == 403; i++) await Task.Delay(50);
            }
            await s.SendAsync("GET", s.ConfigMaps + "/a", headers: As("reader"));
            await s.SendAsync("GET", s.ConfigMaps + "?watch=1&timeoutSeconds=1", headers: As("reader"));
            await s.SendAsync("POST", s.ConfigMaps, """{"metadata":{"name":"b"}}""", headers: As("reader"));
            await s.SendAsync("DELETE", s.ConfigMaps + "/a", headers: As("reader"));
            await s.SendAsync("POST", "/healthz", "{}", headers: As("reader"));
            await s.SendAsync("POST", Reviews + "selfsubjectaccessreviews", """{"spec":{"resourceAttributes":{"verb":"list","resource":"pods"}}}""", headers: As("reader"));
        })
        {
            Changed = NoCreationTimestamp,
        },
        new("the administrator acts as others, and others as nobody", Parts.Around, static async s =>
        {
            await s.SendAsync("GET", s.ConfigMaps, headers: As("bob"));
            await s.SendAsync("GET", s.ConfigMaps, headers: [("Impersonate-User", "bob"), ("Impersonate-Group", "system:masters")]);
            s.User = TwinUser.NoRights;
            await s.SendAsync("GET", s.ConfigMaps, headers: As("bob"));
            await s.SendAsync("GET", s.ConfigMaps, headers: As("system:serviceaccount:ns:bob"));
        }),
    ];

    public static IEnumerable<Row> AccessReviews =>
    [
        new("SelfSubjectAccessReview: the administrator may everything", Parts.Around, static s => s.PostAsync(Reviews + "selfsubjectaccessreviews", """{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{"resourceAttributes":{"namespace":"x","verb":"list","group":"wardle.example.com","resource":"flunders"}}}"""))
        {
            Changed = NoCreationTimestamp,
        },
        new("SelfSubjectAccessReview: of who has no rights, and why he may what he may", Parts.Around, static async s =>
        {
            s.User = TwinUser.NoRights;
            await s.PostAsync(Reviews + "selfsubjectaccessreviews", """{"spec":{"resourceAttributes":{"verb":"list","resource":"configmaps"}}}""");
            await s.PostAsync(Reviews + "selfsubjectaccessreviews", """{"spec":{"nonResourceAttributes":{"verb":"get","path":"/api"}}}""");
        })
        {
            Changed = NoCreationTimestamp,
        },
        new("SelfSubjectAccessReview: what asks nothing, or too much, is invalid", Parts.Around, static async s =>
        {
            await s.PostAsync(Reviews + "selfsubjectaccessreviews", """{"spec":{}}""");
            await s.PostAsync(Reviews + "selfsubjectaccessreviews", """{"spec":{"nonResourceAttributes":{"verb":"get","path":"/healthz"},"resourceAttributes":{"verb":"list","resource":"pods"}}}""");
            await s.GetAsync(Reviews + "selfsubjectaccessreviews");
        }),
        new("SubjectAccessReview and LocalSubjectAccessReview of others", Parts.Around, static async s =>
        {
            await s.PostAsync(Reviews + "subjectaccessreviews", """{"spec":{"user":"bob","groups":["system:masters"],"resourceAttributes":{"verb":"list","resource":"pods"}}}""");
            await s.PostAsync($"{Reviews}namespaces/{s.Namespace}/localsubjectaccessreviews", $$$$"""{"metadata":{"namespace":"{{{{s.Namespace}}}}"},"spec":{"user":"bob","resourceAttributes":{"namespace":"{{{{s.Namespace}}}}","verb":"list","resource":"pods"}}}""");
            await s.PostAsync(Reviews + "subjectaccessreviews", """{"spec":{"resourceAttributes":{"verb":"list","resource":"pods"}}}""");
        })
        {
            Changed = NoCreationTimestamp,
        },
        new("SelfSubjectReview says who one is", Parts.Around, static async s =>
        {
            await s.PostAsync("/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}");
            s.User = TwinUser.NoRights;
            await s.PostAsync("/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}");
        })
        {
            Since = 28,
            Witness = "kubectl (Kubectl_knows_who_it_is_and_what_it_may_do: auth whoami)",
        },
    ];

    public static IEnumerable<Row> Headers =>
    [
        new("priority and fairness: its two headers", Parts.Around, static async s =>
        {
            s.Shown.Headers.UnionWith(["X-Kubernetes-Pf-Flowschema-Uid", "X-Kubernetes-Pf-Prioritylevel-Uid"]);
            s.User = TwinUser.Limited;
            await s.GetAsync(s.ConfigMaps + "/none");
            await s.GetAsync(s.Flunders + "/none");
        }),
        new("audit: every answer has an Audit-Id, the client's own where it gave one", Parts.Around, static async s =>
        {
            s.Shown.Headers.Add("Audit-Id");
            await s.GetAsync(s.ConfigMaps + "/none");
            await s.SendAsync("GET", s.ConfigMaps + "/none", headers: ("Audit-ID", "my-own"));
            await s.GetAsync(s.ConfigMaps + "/none");
        })
        {
            Since = 21,
            Witness = "unwitnessed: apiserver/pkg/endpoints/filters/audit_init.go:37 (v0.36.3)",
        },
        new("a deprecated version warns: Flunders and Fischers of v1alpha1", Parts.Around, static async s =>
        {
            s.Shown.Headers.Add("Warning");
            await s.GetAsync(s.Flunders);
            await s.GetAsync("/apis/wardle.example.com/v1alpha1/fischers/none");
            await s.GetAsync(s.FlundersBeta);
        })
        {
            Since = 21,
            Witness = "kubectl (It_shows_the_warnings_of_the_server)",
        },
        new("answers may not be cached, and say what they are", Parts.Around, static async s =>
        {
            foreach (var path in (string[])[s.ConfigMaps, "/healthz", "/api", "/nowhere"])
            {
                var headers = (await s.QuietAsync("GET", path)).Headers;
                s.Show($"{path} {headers["Cache-Control"]} {headers["Content-Type"]}");
            }
        }),
    ];

    private static (string, string)[] As(string user) => [("Impersonate-User", user)];

    private static Row Refused(string what, Func<Scenario, (string Method, string Path)[]> requests) => new("403 for who has no rights: " + what, Parts.Around, async s =>
    {
        s.User = TwinUser.NoRights;
        foreach (var (method, path) in requests(s)) await s.SendAsync(method, path, method == "GET" ? null : "{}");
    });
}
