using System.Text.Json;
using K8sScaleTest.LocalApi.Schema;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.Resources;

/// <summary>The namespaced built-in resources.</summary>
internal static class CoreResources
{
    public static IEnumerable<ResourceType> All(RevisionCounter core, int history)
    {
        yield return new ResourceType
        {
            Group = "",
            Plural = "configmaps",
            Singular = "configmap",
            Kind = "ConfigMap",
            ShortNames = ["cm"],
            Versions = [Version("", "v1", "ConfigMap", CoreTypes.ConfigMap)],
            Store = new ObjectStore(core, history),
            Rules = new ConfigMapRules(),
            Columns = [
                TableColumn.NameColumn,
                new("Data", "string", "", CoreTypes.ConfigMap.Fields[ConfigMapRules.Data].Description, 0, static (item, _) => TableColumn.Count(item, "data") + TableColumn.Count(item, "binaryData")),
                TableColumn.Age],
        };
        yield return new ResourceType
        {
            Group = "",
            Plural = "secrets",
            Singular = "secret",
            Kind = "Secret",
            Versions = [Version("", "v1", "Secret", MoreTypes.Secret)],
            Store = new ObjectStore(core, history),
            Rules = new SecretRules(),
            SelectableFields = ["type"],
            Columns = [
                TableColumn.NameColumn,
                new("Type", "string", "", "Used to facilitate programmatic handling of secret data.", 0, static (item, _) => TableColumn.Text(item, "type")),
                new("Data", "string", "", "Data contains the secret data.", 0, static (item, _) => TableColumn.Count(item, "data")),
                TableColumn.Age],
        };
        yield return new ResourceType
        {
            Group = "",
            Plural = "events",
            Singular = "event",
            Kind = "Event",
            ShortNames = ["ev"],
            Versions = [Version("", "v1", "Event", MoreTypes.Event)],
            Store = new ObjectStore(core, history),
            Rules = new EventRules(),
            SelectableFields = ["involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type"],
            Columns = EventColumns.All,
        };
        yield return new ResourceType
        {
            Group = "",
            Plural = "endpoints",
            Singular = "endpoints",
            Kind = "Endpoints",
            ShortNames = ["ep"],
            Versions = [new ServedVersion("", "v1", "Endpoints", MoreTypes.Endpoints, itemsHaveKind: false) { Deprecation = "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice" }],
            Store = new ObjectStore(core, history),
            Columns = [
                TableColumn.NameColumn,
                new("Endpoints", "string", "", "The set of all endpoints is the union of all subsets.", 0, Addresses),
                TableColumn.Age],
        };
        yield return new ResourceType
        {
            Group = "",
            Plural = "services",
            Singular = "service",
            Kind = "Service",
            ShortNames = ["svc"],
            Categories = ["all"],
            DeleteReturnsObject = true,
            Versions = [new ServedVersion("", "v1", "Service", ServiceType.Service, itemsHaveKind: false) { HasStatus = true }],
            Store = new ObjectStore(core, history),
            Rules = new ServiceRules(),
            SelectableFields = ["spec.clusterIP", "spec.type"],
            Columns = [
                TableColumn.NameColumn,
                new("Type", "string", "", "type determines how the Service is exposed.", 0, static (item, _) => TableColumn.Text(item, "spec", "type")),
                new("Cluster-IP", "string", "", "clusterIP is the IP address of the service and is usually assigned randomly.", 0, static (item, _) => TableColumn.Text(item, "spec", "clusterIP") ?? "<none>"),
                new("External-IP", "string", "", "externalIPs is a list of IP addresses for which nodes in the cluster will also accept traffic for this service.", 0, static (item, _) => TableColumn.Text(item, "spec", "externalName") ?? "<none>"),
                new("Port(s)", "string", "", "The list of ports that are exposed by this service.", 0, Ports),
                TableColumn.Age,
                new("Selector", "string", "", "Route service traffic to pods with label keys and values matching this selector.", 1, Selector)],
        };
        yield return new ResourceType
        {
            Group = "coordination.k8s.io",
            Plural = "leases",
            Singular = "lease",
            Kind = "Lease",
            Versions = [Version("coordination.k8s.io", "v1", "Lease", MoreTypes.Lease)],
            Store = new ObjectStore(core, history),
            Rules = new LeaseRules(),
            Columns = [
                TableColumn.NameColumn,
                new("Holder", "string", "", "holderIdentity contains the identity of the holder of a current lease.", 0, static (item, _) => TableColumn.Text(item, "spec", "holderIdentity") ?? ""),
                TableColumn.Age],
        };
        yield return new ResourceType
        {
            Group = "discovery.k8s.io",
            Plural = "endpointslices",
            Singular = "endpointslice",
            Kind = "EndpointSlice",
            Versions = [Version("discovery.k8s.io", "v1", "EndpointSlice", MoreTypes.EndpointSlice)],
            Store = new ObjectStore(core, history),
            Columns = [
                TableColumn.NameColumn,
                new("AddressType", "string", "", "addressType specifies the type of address carried by this EndpointSlice.", 0, static (item, _) => TableColumn.Text(item, "addressType")),
                new("Ports", "string", "", "ports specifies the list of network ports exposed by each endpoint in this slice.", 0, static (item, _) => Join(item, "ports", static p => p.TryGetProperty("port", out var port) ? port.ToString() : "*")),
                new("Endpoints", "string", "", "endpoints is a list of unique endpoints in this slice.", 0, static (item, _) => Join(item, "endpoints", static e => string.Join(",", e.GetProperty("addresses").EnumerateArray()))),
                TableColumn.Age],
        };
    }

    private static ServedVersion Version(string group, string version, string kind, ObjectType type) => new(group, version, kind, type, itemsHaveKind: false);

    private static string Addresses(JsonElement item, DateTimeOffset now)
    {
        var text = Join(item, "subsets", static subset =>
        {
            var ports = subset.TryGetProperty("ports", out var found) ? found.EnumerateArray().Select(p => ":" + p.GetProperty("port")).ToArray() : [""];
            var addresses = subset.TryGetProperty("addresses", out var ready) ? ready.EnumerateArray().Select(a => a.GetProperty("ip").GetString()!).ToArray() : [];
            return string.Join(",", ports.SelectMany(p => addresses.Select(a => a + p)));
        });
        return text.Length == 0 ? "<none>" : text;
    }

    private static string Ports(JsonElement item, DateTimeOffset now) =>
        item.TryGetProperty("spec", out var spec) && Join(spec, "ports", static p => $"{p.GetProperty("port")}/{TableColumn.Text(p, "protocol")}") is { Length: > 0 } text ? text : "<none>";

    private static string Selector(JsonElement item, DateTimeOffset now) =>
        item.TryGetProperty("spec", out var spec) && spec.TryGetProperty("selector", out var selector) && selector.EnumerateObject().Select(p => $"{p.Name}={p.Value}").ToArray() is { Length: > 0 } labels ? string.Join(',', labels) : "<none>";

    private static string Join(JsonElement item, string name, Func<JsonElement, string> text) =>
        item.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? string.Join(",", list.EnumerateArray().Select(text)) : "";
}
