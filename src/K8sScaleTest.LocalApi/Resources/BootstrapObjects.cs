using System.Net;
using System.Net.Sockets;
using System.Text;
using K8sScaleTest.LocalApi.Access;
using K8sScaleTest.LocalApi.Handlers;
using K8sScaleTest.LocalApi.Http;

namespace K8sScaleTest.LocalApi.Resources;

/// <summary>What is there before the first request.</summary>
internal sealed class BootstrapObjects(ResourceRegistry registry, ObjectWriter writer)
{
    private static readonly string[] Namespaces = ["default", "kube-node-lease", "kube-public", "kube-system", "scaletest"];

    public void CreateNamespaces()
    {
        foreach (var name in Namespaces) Create("", "namespaces", "", $$$"""{"metadata":{"name":"{{{name}}}"}}""");
    }

    /// <summary>The service by which clients inside of a cluster find the API servers, with the addresses that this one listens on.</summary>
    public void CreateKubernetesService(IReadOnlyList<IPAddress> addresses, int port)
    {
        var labels = """{"component":"apiserver","provider":"kubernetes"}""";
        Create("", "services", "default", $$$"""{"metadata":{"name":"kubernetes","labels":{{{labels}}}},"spec":{"ports":[{"name":"https","port":443,"targetPort":{{{port}}}}]}}""");
        var ips = string.Join(",", addresses.Select(a => $$$"""{"ip":"{{{a}}}"}"""));
        Create("", "endpoints", "default", $$$"""{"metadata":{"name":"kubernetes","labels":{"endpointslice.kubernetes.io/skip-mirror":"true"}},"subsets":[{"addresses":[{{{ips}}}],"ports":[{"name":"https","port":{{{port}}},"protocol":"TCP"}]}]}""");
        // A slice holds addresses of one family; the first of several has the service's own name.
        var name = "kubernetes";
        foreach (var family in addresses.GroupBy(a => a.AddressFamily))
        {
            var endpoints = string.Join(",", family.Select(a => $$$"""{"addresses":["{{{a}}}"],"conditions":{"ready":true}}"""));
            var type = family.Key == AddressFamily.InterNetworkV6 ? "IPv6" : "IPv4";
            Create("discovery.k8s.io", "endpointslices", "default", $$$"""{"metadata":{"name":"{{{name}}}","labels":{"kubernetes.io/service-name":"kubernetes"}},"addressType":"{{{type}}}","endpoints":[{{{endpoints}}}],"ports":[{"name":"https","port":{{{port}}},"protocol":"TCP"}]}""");
            name = "kubernetes-second-family";
        }
    }

    private void Create(string group, string plural, string ns, string json)
    {
        var resource = registry.Find(group, "v1", plural, out var version)!;
        var request = new ApiRequest
        {
            Http = new DefaultHttpContext(),
            Resource = resource,
            VersionIndex = version,
            Namespace = ns,
            User = new User("system:apiserver", "", [User.Masters]),
            Query = QueryOptions.Parse(null),
            Accept = new MediaType(Form.Object, "v1"),
        };
        var options = new WriteOptions(false, "kube-apiserver", "Ignore", null);
        resource.Store.TryCreate(writer.New(request, ObjectWriter.Decode(Encoding.UTF8.GetBytes(json), request), options));
    }
}
