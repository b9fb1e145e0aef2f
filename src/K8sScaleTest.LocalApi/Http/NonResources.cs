using System.Security.Cryptography;
using System.Text;
using K8sScaleTest.LocalApi.Discovery;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Metrics;
using K8sScaleTest.LocalApi.Resources;

namespace K8sScaleTest.LocalApi.Http;

/// <summary>Everything that is no resource: discovery, OpenAPI, version, health.</summary>
internal sealed class NonResources(ResourceRegistry registry, ServerMetrics metrics, Func<string> address)
{
    private const string AggregatedType = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    private readonly DiscoveryDocuments _discovery = new(registry);
    private readonly OpenApiDocuments _openApi = new(registry);

    /// <summary>Whether a group and version are served at all.</summary>
    private bool Knows(string group, string version) => registry.All.Any(r => r.Group == group && r.VersionIndex(version) >= 0);

    /// <summary>Whether it is a version of which the router knows all resources: custom ones stand with nobody before they are defined.</summary>
    public bool IsRouted(string group, string version) => registry.All.Any(r => !r.IsCustom && r.Group == group && r.VersionIndex(version) >= 0);

    public Task HandleAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        // Go's own handlers look at no method.
        if (path.Split('/', 3) is ["", "healthz" or "livez" or "readyz", ..]) return HealthChecks.Handle(http, path) ?? Unknown(http);
        switch (path)
        {
            case "/": return Answer.Bytes(http, 200, Paths(), "application/json");
            case "/metrics": return Answer.Bytes(http, 200, MetricsDocument.Create(metrics, registry), MetricsText.ContentType);
            case "/openapi/v2": return _openApi.Version2(http);
            case "/openapi/v3": return _openApi.Version3Index(http);
            default: break;
        }
        if (path.StartsWith("/openapi/v3/", StringComparison.Ordinal)) return _openApi.Version3(http, path["/openapi/v3/".Length..]) ?? Unknown(http);
        // What the router serves may have a slash at its end, and is there to be got.
        var document = path[^1] == '/' ? path[..^1] : path;
        var parts = document.Split('/');
        if (parts is ["", "apis", var named] && registry.All.Any(r => r.Group == named)) return Write(http, to => _discovery.Group(to, named));
        var (group, version) = parts switch { ["", "api", var v] => ("", v), ["", "apis", var g, var v] => (g, v), _ => ("", "") };
        var isVersion = version.Length > 0 && Knows(group, version);
        if (!isVersion && document is not ("/version" or "/api" or "/apis")) return Unknown(http);
        if (http.Request.Method != "GET") return Answer.Status(http, ApiStatus.MethodNotAllowed());
        return document switch
        {
            _ when isVersion => Write(http, to => _discovery.Resources(to, group, version)),
            "/version" => Answer.Bytes(http, 200, ServerVersion.Document(), "application/json"),
            _ when WantsAggregated(http) => Aggregated(http, document == "/api"),
            "/api" => Write(http, to => DiscoveryDocuments.CoreVersions(to, address())),
            _ => Write(http, _discovery.Groups),
        };
    }

    private static bool WantsAggregated(HttpContext http) =>
        http.Request.Headers.Accept.ToString().Split(',').Any(a => a.Contains("as=APIGroupDiscoveryList", StringComparison.Ordinal) && a.Contains("g=apidiscovery.k8s.io", StringComparison.Ordinal) && a.Contains("v=v2;", StringComparison.Ordinal) | a.EndsWith("v=v2", StringComparison.Ordinal));

    /// <summary>With an ETag, and 304 for who has it already (apiserver/pkg/endpoints/discovery/aggregated/etag.go, ServeHTTPWithETag).</summary>
    private Task Aggregated(HttpContext http, bool core)
    {
        var to = JsonBuffer.Rent();
        _discovery.Aggregated(to, core);
        var tag = $"\"{Convert.ToHexString(SHA512.HashData(to.Written))}\"";
        var headers = http.Response.Headers;
        headers.ETag = tag;
        headers.Vary = "Accept";
        headers.CacheControl = "public";
        if (http.Request.Headers.IfNoneMatch == tag) http.Response.StatusCode = 304;
        else Answer.Buffer(http, 200, to, AggregatedType);
        to.Return();
        return Task.CompletedTask;
    }

    private static Task Write(HttpContext http, Action<JsonBuffer> write, string contentType = "application/json")
    {
        var to = JsonBuffer.Rent();
        write(to);
        Answer.Buffer(http, 200, to, contentType);
        to.Return();
        return Task.CompletedTask;
    }

    /// <summary>What lies below /apis is nobody's, but for the groups built in; elsewhere a Go server says what there is.</summary>
    private Task Unknown(HttpContext http) => http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal) || IsBelowBuiltIn(http.Request.Path)
        ? Answer.Status(http, ApiStatus.NoSuchResource())
        : http.Request.Path.StartsWithSegments("/apis", StringComparison.Ordinal)
        ? Answer.Text(http, 404, "404 page not found\n")
        : Answer.Bytes(http, 404, Paths(), "application/json");

    /// <summary>The router knows the groups of its own server, and says so for any version of them.</summary>
    private bool IsBelowBuiltIn(PathString path) =>
        registry.All.Any(r => r.Group.EndsWith(".k8s.io", StringComparison.Ordinal) && !r.IsCustom && path.StartsWithSegments("/apis/" + r.Group, StringComparison.Ordinal));

    private byte[] Paths()
    {
        var paths = new SortedSet<string>(StringComparer.Ordinal) { "/api", "/apis", "/apis/", "/metrics", "/openapi/v2", "/openapi/v3", "/openapi/v3/", "/version" };
        paths.UnionWith(HealthChecks.Paths);
        foreach (var resource in registry.All)
        {
            foreach (var version in resource.Versions) paths.Add(resource.Group.Length == 0 ? $"/api/{version.Version}" : $"/apis/{resource.Group}/{version.Version}");
            if (resource.Group.Length > 0) paths.Add("/apis/" + resource.Group);
        }
        return Encoding.UTF8.GetBytes("{\n  \"paths\": [\n" + string.Join(",\n", paths.Select(p => $"    \"{p}\"")) + "\n  ]\n}");
    }
}
