using System.Security.Cryptography;
using System.Text;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Resources;

namespace K8sScaleTest.LocalApi.Discovery;

/// <summary>What is served: the legacy documents, one for each group and version, and the aggregated one (apidiscovery.k8s.io/v2).</summary>
internal sealed class DiscoveryDocuments(ResourceRegistry registry)
{
    // In the order in which a real server lists them for custom resources.
    private static readonly string[] CustomVerbs = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];
    private static readonly string[] Verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
    private static readonly string[] AllParts = ["finalize", "scale", "status"];
    private static readonly string[] PartVerbs = ["get", "patch", "update"];
    private static readonly string[] FinalizeVerbs = ["update"];
    private static readonly string[] VerbsWithoutCollection = ["create", "delete", "get", "list", "patch", "update", "watch"];

    public static void CoreVersions(JsonBuffer to, string address)
    {
        to.Raw("{\"kind\":\"APIVersions\",\"versions\":[\"v1\"],\"serverAddressByClientCIDRs\":[{\"clientCIDR\":\"0.0.0.0/0\",\"serverAddress\":"u8);
        to.String(address);
        to.Raw("}]}"u8);
    }

    public void Groups(JsonBuffer to)
    {
        to.Raw("{\"kind\":\"APIGroupList\",\"apiVersion\":\"v1\",\"groups\":["u8);
        foreach (var group in GroupNames())
        {
            to.Separate();
            to.Byte((byte)'{');
            GroupBody(to, group);
        }
        to.Raw("]}"u8);
    }

    public void Group(JsonBuffer to, string group)
    {
        to.Raw("{\"kind\":\"APIGroup\",\"apiVersion\":\"v1\""u8);
        GroupBody(to, group);
    }

    public void Resources(JsonBuffer to, string group, string version)
    {
        // The core's own document has never had an apiVersion.
        to.Raw(group.Length == 0 ? "{\"kind\":\"APIResourceList\""u8 : "{\"kind\":\"APIResourceList\",\"apiVersion\":\"v1\""u8);
        to.Property("groupVersion"u8, group.Length == 0 ? version : group + "/" + version);
        to.Name("resources"u8);
        to.Byte((byte)'[');
        foreach (var resource in In(group, version))
        {
            to.Separate();
            to.Byte((byte)'{');
            to.Property("name"u8, resource.Plural);
            to.Property("singularName"u8, resource.Singular);
            to.Name("namespaced"u8);
            to.Boolean(resource.Namespaced);
            to.Property("kind"u8, resource.Kind);
            Names(to, "verbs"u8, VerbsOf(resource));
            Names(to, "shortNames"u8, resource.ShortNames);
            Names(to, "categories"u8, resource.Categories);
            if (resource.Review is null) to.Property("storageVersionHash"u8, StorageHash(resource));
            to.Byte((byte)'}');
            foreach (var part in PartsOf(resource, version)) Part(to, resource, part);
        }
        to.Raw("]}"u8);
    }

    /// <summary>The aggregated document: of the core, or of all other groups.</summary>
    public void Aggregated(JsonBuffer to, bool core)
    {
        to.Raw("{\"kind\":\"APIGroupDiscoveryList\",\"apiVersion\":\"apidiscovery.k8s.io/v2\",\"metadata\":{},\"items\":["u8);
        foreach (var group in core ? [""] : GroupNames())
        {
            to.Separate();
            to.Raw("{\"metadata\":{"u8);
            if (group.Length > 0) to.Property("name"u8, group);
            to.Raw("},\"versions\":["u8);
            foreach (var version in VersionsOf(group))
            {
                to.Separate();
                to.Byte((byte)'{');
                to.Property("version"u8, version);
                to.Raw(",\"resources\":["u8);
                foreach (var resource in In(group, version)) AggregatedResource(to, resource, version);
                to.Raw("],\"freshness\":\"Current\"}"u8);
            }
            to.Raw("]}"u8);
        }
        to.Raw("]}"u8);
    }

    private static void AggregatedResource(JsonBuffer to, ResourceType resource, string version)
    {
        to.Separate();
        to.Byte((byte)'{');
        to.Property("resource"u8, resource.Plural);
        to.Raw(",\"responseKind\":{"u8);
        to.Property("group"u8, resource.Group);
        to.Property("version"u8, version);
        to.Property("kind"u8, resource.Kind);
        to.Byte((byte)'}');
        to.Property("scope"u8, resource.Namespaced ? "Namespaced" : "Cluster");
        to.Property("singularResource"u8, resource.Singular);
        Names(to, "verbs"u8, VerbsOf(resource));
        Names(to, "shortNames"u8, resource.ShortNames);
        Names(to, "categories"u8, resource.Categories);
        var parts = PartsOf(resource, version);
        if (parts.Length > 0)
        {
            to.Raw(",\"subresources\":["u8);
            foreach (var part in parts)
            {
                to.Separate();
                to.Byte((byte)'{');
                to.Property("subresource"u8, part);
                to.Raw(",\"responseKind\":{"u8);
                to.Property("group"u8, part == "scale" ? "autoscaling" : resource.Group);
                to.Property("version"u8, part == "scale" ? "v1" : version);
                to.Property("kind"u8, part == "scale" ? "Scale" : resource.Kind);
                to.Byte((byte)'}');
                Names(to, "verbs"u8, VerbsOfPart(part));
                to.Byte((byte)'}');
            }
            to.Byte((byte)']');
        }
        to.Byte((byte)'}');
    }

    /// <summary>The legacy form: a resource of its own, named with a slash.</summary>
    private static void Part(JsonBuffer to, ResourceType resource, string part)
    {
        to.Separate();
        to.Byte((byte)'{');
        to.Property("name"u8, resource.Plural + "/" + part);
        to.Property("singularName"u8, "");
        to.Name("namespaced"u8);
        to.Boolean(resource.Namespaced);
        if (part == "scale") to.Raw(",\"group\":\"autoscaling\",\"version\":\"v1\""u8);
        to.Property("kind"u8, part == "scale" ? "Scale" : resource.Kind);
        Names(to, "verbs"u8, VerbsOfPart(part));
        to.Byte((byte)'}');
    }

    private static string[] PartsOf(ResourceType resource, string version) =>
        [.. AllParts.Where(resource.Versions[resource.VersionIndex(version)].Has).OrderBy(part => resource.IsCustom && part != "status")];

    private static string[] VerbsOfPart(string part) => part == "finalize" ? FinalizeVerbs : PartVerbs;

    private static string[] VerbsOf(ResourceType resource) => resource.Review is not null ? ["create"] : resource.IsCustom ? CustomVerbs : resource.SupportsDeleteCollection ? Verbs : VerbsWithoutCollection;

    private static void Names(JsonBuffer to, ReadOnlySpan<byte> name, string[] values)
    {
        if (values.Length == 0) return;
        to.Name(name);
        to.Byte((byte)'[');
        foreach (var value in values)
        {
            to.Separate();
            to.String(value);
        }
        to.Byte((byte)']');
    }

    private static string StorageHash(ResourceType resource) =>
        Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"{resource.Group}/{resource.Versions[0].Version}/{resource.Kind}")).AsSpan(0, 8));

    private void GroupBody(JsonBuffer to, string group)
    {
        var versions = VersionsOf(group);
        to.Property("name"u8, group);
        to.Raw(",\"versions\":["u8);
        foreach (var version in versions) GroupVersion(to, group, version);
        to.Raw("],\"preferredVersion\":"u8);
        GroupVersion(to, group, versions[0], separate: false);
        to.Byte((byte)'}');
    }

    private static void GroupVersion(JsonBuffer to, string group, string version, bool separate = true)
    {
        if (separate) to.Separate();
        to.Byte((byte)'{');
        to.Property("groupVersion"u8, group + "/" + version);
        to.Property("version"u8, version);
        to.Byte((byte)'}');
    }

    private IEnumerable<string> GroupNames() => registry.All.Select(r => r.Group).Where(g => g.Length > 0).Distinct();

    /// <summary>The most stable version first: it is the preferred one.</summary>
    private string[] VersionsOf(string group) =>
        [.. registry.All.Where(r => r.Group == group).SelectMany(r => r.Versions).Where(v => v.IsServed).Select(v => v.Version).Distinct().OrderByDescending(VersionPriority.Of)];

    private IEnumerable<ResourceType> In(string group, string version) =>
        registry.All.Where(r => r.Group == group && r.VersionIndex(version) >= 0).OrderBy(r => r.Plural, StringComparer.Ordinal);
}
