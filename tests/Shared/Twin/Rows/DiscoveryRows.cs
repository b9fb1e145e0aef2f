using System.Text.Json;

namespace K8sScaleTest.Twin;

/// <summary>What a server says about what it serves: discovery, OpenAPI, version, health, metrics.</summary>
internal static class DiscoveryRows
{
    private const string Aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    private const string Kubectl = "kubectl (It_finds_the_resources_and_explains_them)";

    // What both servers serve of the core.
    private static readonly string[] CoreResources = ["configmaps", "endpoints", "events", "namespaces", "namespaces/finalize", "namespaces/status", "secrets", "services"];

    public static IEnumerable<Row> Discovery =>
    [
        new("discovery: the versions of the core", Parts.Around, static s => s.GetAsync("/api")),
        new("discovery: the resources of the core", Parts.Around, static async s =>
        {
            var list = (await s.QuietAsync("GET", "/api/v1")).Json;
            s.Show($"{list.GetProperty("kind").GetString()} {list.GetProperty("groupVersion").GetString()}");
            foreach (var resource in Resources(list).Where(r => CoreResources.Contains(r.GetProperty("name").GetString()))) s.Show(WithoutHash(resource));
        })
        {
            Changed = "Resources have a singular name: apiserver/pkg/endpoints/installer.go:1116 (v0.36.3); Services can be deleted as a collection",
        },
        new("discovery: the group of Flunders and its versions", Parts.Around, static async s =>
        {
            await s.GetAsync("/apis/wardle.example.com");
            await s.GetAsync("/apis/wardle.example.com/");
            var groups = (await s.QuietAsync("GET", "/apis")).Json.GetProperty("groups");
            s.Show(groups.EnumerateArray().Single(g => g.GetProperty("name").GetString() == "wardle.example.com").GetRawText());
        }),
        new("discovery: the resources of Flunders, version by version", Parts.Around, static async s =>
        {
            foreach (var version in (string[])["v1alpha1", "v1beta1"])
            {
                var list = (await s.QuietAsync("GET", "/apis/wardle.example.com/" + version)).Json;
                s.Show($"{list.GetProperty("kind").GetString()} {list.GetProperty("groupVersion").GetString()}");
                foreach (var resource in Resources(list)) s.Show(WithoutHash(resource));
            }
        })
        {
            Changed = "Resources have a singular name: apiserver/pkg/endpoints/installer.go:1116 (v0.36.3)",
        },
        new("discovery: the resources of Leases and of CustomResourceDefinitions", Parts.Around, static async s =>
        {
            foreach (var group in (string[])["coordination.k8s.io/v1", "apiextensions.k8s.io/v1"])
            {
                foreach (var resource in Resources((await s.QuietAsync("GET", "/apis/" + group)).Json)) s.Show(WithoutHash(resource));
            }
        })
        {
            Changed = "Definitions are of the category api-extensions: apiextensions-apiserver/pkg/registry/customresourcedefinition/etcd.go:79 (v0.36.3)",
        },
        new("discovery: what is not there is not found", Parts.Around, static async s =>
        {
            await s.GetAsync("/api/v2");
            await s.GetAsync("/apis/nothing.example.org");
            await s.GetAsync("/apis/nothing.example.org/v1");
            await s.GetAsync("/apis/wardle.example.com/v9");
            await PathsAsync(s, "/nowhere");
        }),
        new("aggregated discovery: a group with its versions, resources and subresources", Parts.Around, static async s =>
        {
            foreach (var path in (string[])["/api", "/apis"])
            {
                var answer = await s.QuietAsync("GET", path, accept: Aggregated);
                s.Show($"{answer.Code} {answer.Headers["Content-Type"]}");
                foreach (var group in answer.Json.GetProperty("items").EnumerateArray())
                {
                    var name = group.GetProperty("metadata").TryGetProperty("name", out var named) ? named.GetString() : "";
                    if (name is "" or "wardle.example.com" or "coordination.k8s.io") s.Show(group.GetRawText());
                }
            }
        })
        {
            Since = 30,
            Witness = Kubectl,
        },
        new("aggregated discovery: an ETag, and 304 while nothing has changed", Parts.Around, static async s =>
        {
            s.Shown.Headers.Add("ETag");
            var first = await s.QuietAsync("GET", "/api", accept: Aggregated);
            var same = await s.QuietAsync("GET", "/api", accept: Aggregated, headers: ("If-None-Match", first.Headers["ETag"]));
            s.Show($"{first.Code} {same.Code} {same.Text.Length}");
        })
        {
            Since = 30,
            Witness = "unwitnessed: apiserver/pkg/endpoints/discovery/aggregated/etag.go:55 (v0.36.3)",
        },
    ];

    public static IEnumerable<Row> OpenApi =>
    [
        new("OpenAPI v2: the definitions that kubectl validates by", Parts.Around, static async s =>
        {
            var document = (await s.QuietAsync("GET", "/openapi/v2")).Json;
            s.Show(document.GetProperty("swagger").GetString()!);
            foreach (var name in (string[])["io.k8s.api.core.v1.ConfigMap", "io.k8s.api.core.v1.Secret", "io.k8s.api.coordination.v1.Lease"])
            {
                var definition = document.GetProperty("definitions").GetProperty(name);
                s.Show($"{name} {definition.GetProperty("type")} {definition.GetProperty("x-kubernetes-group-version-kind").GetRawText()}");
                foreach (var property in definition.GetProperty("properties").EnumerateObject().OrderBy(each => each.Name, StringComparer.Ordinal)) s.Show($"  {property.Name} {Shape(property.Value)}");
            }
        }),
        new("OpenAPI v3: one document for each group and version, under its hash", Parts.Around, static async s =>
        {
            var paths = (await s.QuietAsync("GET", "/openapi/v3")).Json.GetProperty("paths");
            foreach (var path in (string[])["api/v1", "apis/wardle.example.com/v1beta1"])
            {
                var at = paths.GetProperty(path).GetProperty("serverRelativeURL").GetString()!;
                s.Show($"{path} {at.Split("?hash=")[0]} {at.Contains("?hash=", StringComparison.Ordinal)}");
                var document = await s.QuietAsync("GET", at);
                s.Show($"{document.Code} {document.Headers["Content-Type"]} {document.Json.GetProperty("openapi").GetString()}");
            }
        })
        {
            Since = 27,
            Witness = Kubectl,
        },
    ];

    public static IEnumerable<Row> State =>
    [
        new("version: its members", Parts.Around, static async s =>
        {
            var version = (await s.QuietAsync("GET", "/version")).Json;
            s.Show(string.Join(' ', version.EnumerateObject().Select(m => m.Name)));
            s.Show($"{version.GetProperty("major").GetString()}.{version.GetProperty("minor").GetString()} {version.GetProperty("platform").GetString()} {version.GetProperty("compiler").GetString()}");
        })
        {
            Changed = "Emulated and compatible versions stand there too: apimachinery/pkg/version/types.go:28 (v0.36.3)",
        },
        new("healthz, livez, readyz say ok in plain text", Parts.Around, static async s =>
        {
            foreach (var path in (string[])["/healthz", "/livez", "/readyz", "/healthz/ping", "/livez/ping", "/readyz/ping", "/readyz/etcd", "/healthz/log"]) await s.GetAsync(path);
        }),
        new("healthz?verbose names its checks one by one, ?exclude leaves some out", Parts.Around, static async s =>
        {
            var all = (await s.QuietAsync("GET", "/readyz?verbose")).Text.Split('\n');
            s.Show(all[0]);
            s.Show(all[1]);
            s.Show(all[^2]);
            s.Show(string.Join('\n', (await s.QuietAsync("GET", "/readyz?verbose&exclude=etcd")).Text.Split('\n').Where(l => l.Contains("etcd ", StringComparison.Ordinal))));
        }),
        new("healthz: a check that is none is not found", Parts.Around, static async s =>
        {
            await PathsAsync(s, "/healthz/none");
            await PathsAsync(s, "/readyz/none/such");
        }),
        new("metrics: requests and watches under the names and labels of the real server", Parts.Around, static async s =>
        {
            await s.QuietAsync("GET", s.ConfigMaps);
            var answer = await s.QuietAsync("GET", "/metrics");
            s.Show(answer.Headers["Content-Type"].Split(';')[0]);
            foreach (var name in (string[])["apiserver_request_total", "apiserver_request_duration_seconds_count", "apiserver_current_inflight_requests", "apiserver_longrunning_requests", "process_cpu_seconds_total", "process_resident_memory_bytes", "process_start_time_seconds"])
            {
                s.Show(Labels(answer.Text, name));
            }
        })
        {
            Changed = "Labels and names: apiserver/pkg/endpoints/metrics/metrics.go:76 (v0.36.3), which has no contentType and component label of old on requests, and apiserver_longrunning_requests for the gauge of 1.20",
        },
    ];

    private static JsonElement.ArrayEnumerator Resources(JsonElement list) => list.GetProperty("resources").EnumerateArray();

    // The hash of the storage version is that of an encoding, which a release may change.
    private static string WithoutHash(JsonElement resource) => "{" + string.Join(",", resource.EnumerateObject().Where(m => m.Name != "storageVersionHash").Select(m => $"\"{m.Name}\":{m.Value.GetRawText()}")) + "}";

    private static string Shape(JsonElement field) => field.TryGetProperty("$ref", out var other) ? other.GetString()! : field.GetProperty("type").GetString()! + (field.TryGetProperty("format", out var format) ? " " + format.GetString() : "");

    /// <summary>The first sample of a metric with the values of its labels left out.</summary>
    private static string Labels(string text, string name)
    {
        var line = text.Split('\n').FirstOrDefault(l => l.StartsWith(name + "{", StringComparison.Ordinal) || l.StartsWith(name + " ", StringComparison.Ordinal));
        if (line is null) return name + " is not there";
        var labels = System.Text.RegularExpressions.Regex.Matches(line, "([a-zA-Z_]+)=\"").Select(m => m.Groups[1].Value);
        return $"{name}{{{string.Join(',', labels)}}}";
    }

    /// <summary>What is nowhere is answered with the paths that there are: of those only what every server has.</summary>
    private static async Task PathsAsync(Scenario s, string path)
    {
        var answer = await s.QuietAsync("GET", path);
        var paths = answer.Json.GetProperty("paths").EnumerateArray().Select(each => each.GetString()!).ToList();
        s.Show($"{path}: {answer.Code} {answer.Headers["Content-Type"]}, sorted: {paths.SequenceEqual(paths.Order(StringComparer.Ordinal))}");
        s.Show(string.Join(' ', paths.Where(each => each is "/apis" or "/apis/" or "/apis/apiextensions.k8s.io" or "/healthz" or "/livez" or "/metrics" or "/openapi/v2" or "/readyz" or "/version")));
    }
}
