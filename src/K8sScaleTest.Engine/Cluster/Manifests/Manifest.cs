using k8s.Models;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Cluster.Manifests;

/// <summary>The objects that run parts of a scale test in a cluster, each with the rights that it needs and no other.</summary>
public static class Manifest
{
    private static readonly string[] DriverVerbs = ["create", "patch", "delete", "list"];
    private static readonly string[] ObserverVerbs = ["get", "list", "watch"];

    /// <summary>The objects of the parts, in the order in which they must be made.</summary>
    /// <param name="options">What shall run; validated.</param>
    public static IReadOnlyList<ClusterObject> Build(ManifestOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var objects = new List<ClusterObject>();
        if (options.Parts.Contains(ManifestPart.Namespace)) objects.Add(NamespaceObject(options));
        foreach (var part in (ManifestPart[])[ManifestPart.Driver, ManifestPart.Logger, ManifestPart.Watch])
        {
            if (!options.Parts.Contains(part)) continue;
            foreach (var resource in options.Resources)
            {
                var name = NameOf(part, resource);
                objects.AddRange(Account(options, part, resource, name));
                objects.Add(part == ManifestPart.Driver ? Workload.Job(options, resource, name) : Workload.ReplicaSet(options, part, resource, name));
            }
        }

        if (options.Parts.Contains(ManifestPart.Metrics)) objects.Add(Service(options));
        return objects;
    }

    /// <summary>The name of a part's objects: <c>configmap-driver</c>, <c>flunder-watch</c>.</summary>
    /// <param name="part">The part.</param>
    /// <param name="resource">What it drives or observes.</param>
    public static string NameOf(ManifestPart part, ApiResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return $"{resource.Kind}-{part}".ToLowerInvariant();
    }

    /// <summary>What a part may do to its resource; nothing else is granted to it.</summary>
    /// <param name="part">The part.</param>
    public static IReadOnlyList<string> VerbsOf(ManifestPart part) => part == ManifestPart.Driver ? DriverVerbs : ObserverVerbs;

    private static ClusterObject NamespaceObject(ManifestOptions options) => ClusterObject.Of(new V1Namespace
    {
        Metadata = new V1ObjectMeta
        {
            Name = options.Namespace,
            Labels = new Dictionary<string, string>
            {
                [Objects.RunIdentity.PurposeLabel] = Objects.RunIdentity.Purpose,
                ["pod-security.kubernetes.io/enforce"] = "restricted",
                ["pod-security.kubernetes.io/warn"] = "restricted",
            },
        },
    });

    private static IEnumerable<ClusterObject> Account(ManifestOptions options, ManifestPart part, ApiResource resource, string name)
    {
        var everywhere = options.AllNamespaces && part != ManifestPart.Driver;
        // What belongs to the whole cluster is told apart by the namespace of its account.
        var roleName = everywhere ? $"{options.Namespace}-{name}" : name;
        var rule = new V1PolicyRule { ApiGroups = [resource.Group], Resources = [resource.Plural], Verbs = [.. VerbsOf(part)] };
        var role = new V1RoleRef { ApiGroup = "rbac.authorization.k8s.io", Kind = everywhere ? "ClusterRole" : "Role", Name = roleName };
        var account = new Rbacv1Subject { Kind = "ServiceAccount", Name = name, NamespaceProperty = options.Namespace };
        yield return ClusterObject.Of(new V1ServiceAccount { Metadata = Metadata(options, name, name), AutomountServiceAccountToken = false });
        if (everywhere)
        {
            yield return ClusterObject.Of(new V1ClusterRole { Metadata = Metadata(null, roleName, name), Rules = [rule] });
            yield return ClusterObject.Of(new V1ClusterRoleBinding { Metadata = Metadata(null, roleName, name), RoleRef = role, Subjects = [account] });
        }
        else
        {
            yield return ClusterObject.Of(new V1Role { Metadata = Metadata(options, roleName, name), Rules = [rule] });
            yield return ClusterObject.Of(new V1RoleBinding { Metadata = Metadata(options, roleName, name), RoleRef = role, Subjects = [account] });
        }
    }

    /// <summary>Without a cluster IP: Prometheus asks every pod for itself.</summary>
    private static ClusterObject Service(ManifestOptions options)
    {
        var metadata = Metadata(options, "scaletest-metrics", null);
        metadata.Annotations = new Dictionary<string, string>
        {
            ["prometheus.io/path"] = "/metrics",
            ["prometheus.io/port"] = options.MetricsPort.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["prometheus.io/scrape"] = "true",
        };
        return ClusterObject.Of(new V1Service
        {
            Metadata = metadata,
            Spec = new V1ServiceSpec
            {
                ClusterIP = "None",
                Selector = new Dictionary<string, string> { [Workload.PartOfLabel] = Workload.PartOf },
                Ports = [new V1ServicePort { Name = Workload.MetricsPortName, Port = options.MetricsPort, TargetPort = Workload.MetricsPortName, Protocol = "TCP" }],
            },
        });
    }

    internal static V1ObjectMeta Metadata(ManifestOptions? options, string name, string? label) => new()
    {
        Name = name,
        NamespaceProperty = options?.Namespace,
        Labels = label is null
            ? new Dictionary<string, string> { [Workload.PartOfLabel] = Workload.PartOf }
            : new Dictionary<string, string> { [Ownership.NameLabel] = label, [Workload.PartOfLabel] = Workload.PartOf },
    };
}
