using System.Text;

namespace K8sScaleTest.LocalApi.Http;

/// <summary>/healthz, /livez and /readyz with their single checks, named as those of kube-apiserver 1.36; a server that answers has passed all of them.</summary>
internal static class HealthChecks
{
    private static readonly string[] Hooks =
    [
        "start-apiserver-admission-initializer", "generic-apiserver-start-informers", "priority-and-fairness-config-consumer", "priority-and-fairness-filter",
        "storage-object-count-tracker-hook", "start-apiextensions-informers", "start-apiextensions-controllers", "crd-informer-synced", "start-system-namespaces-controller",
        "start-cluster-authentication-info-controller", "start-kube-apiserver-identity-lease-controller", "start-kube-apiserver-identity-lease-garbage-collector",
        "start-legacy-token-tracking-controller", "start-service-ip-repair-controllers", "rbac/bootstrap-roles", "scheduling/bootstrap-system-priority-classes",
        "priority-and-fairness-config-producer", "bootstrap-controller", "start-kubernetes-service-cidr-controller", "aggregator-reload-proxy-client-cert",
        "start-kube-aggregator-informers", "apiservice-status-local-available-controller", "apiservice-status-remote-available-controller", "apiservice-registration-controller",
        "apiservice-discovery-controller", "kube-apiserver-autoregistration", "\0autoregister-completion", "apiservice-openapi-controller", "apiservice-openapiv3-controller",
    ];

    private static readonly string[] Kinds = ["healthz", "livez", "readyz"];
    private static readonly string[] Live = ["ping", "log", "etcd", .. Hooks.Select(Named)];
    private static readonly string[] Ready = ["ping", "log", "etcd", "etcd-readiness", "informer-sync", .. Hooks.Select(Named), "shutdown"];

    /// <summary>All paths, for the index.</summary>
    public static IEnumerable<string> Paths => Kinds.SelectMany(kind => Of(kind).Select(c => $"/{kind}/{c}").Prepend("/" + kind));

    /// <summary>Answers a path below one of the three; null for a check that does not exist.</summary>
    public static Task? Handle(HttpContext http, string path)
    {
        var parts = path.TrimStart('/').Split('/', 2);
        var checks = Of(parts[0]);
        if (parts.Length == 1) return All(http, parts[0], checks);
        return checks.Contains(parts[1]) ? Answer.Bytes(http, 200, "ok"u8, "text/plain; charset=utf-8") : null;
    }

    private static Task All(HttpContext http, string kind, string[] checks)
    {
        var query = QueryOptions.Parse(http.Request.QueryString.Value);
        var excluded = query.All("exclude").ToHashSet();
        if (query["verbose"] is null) return Answer.Text(http, 200, "ok");
        var text = new StringBuilder();
        foreach (var check in checks) text.Append("[+]").Append(check).Append(excluded.Remove(check) ? " excluded: ok\n" : " ok\n");
        if (excluded.Count > 0) text.Append("warn: some health checks cannot be excluded: no matches for ").AppendJoin(", ", excluded.Order(StringComparer.Ordinal).Select(Go.Quote)).Append('\n');
        return Answer.Text(http, 200, text.Append(kind).Append(" check passed\n").ToString());
    }

    private static string[] Of(string kind) => kind == "readyz" ? Ready : Live;

    private static string Named(string hook) => hook[0] == '\0' ? hook[1..] : "poststarthook/" + hook;
}
