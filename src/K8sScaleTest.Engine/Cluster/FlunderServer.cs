using System.Globalization;
using k8s.Models;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Cluster;

/// <summary>The sample-apiserver with an etcd of its own, and all that a cluster needs to serve Flunders through it.</summary>
public static class FlunderServer
{
    /// <summary>The image of the sample-apiserver, as Kubernetes' own tests use it.</summary>
    public const string DefaultServerImage = "registry.k8s.io/e2e-test-images/sample-apiserver:1.29.2";

    /// <summary>The image of its etcd.</summary>
    public const string DefaultEtcdImage = "registry.k8s.io/etcd:3.5.21-0";

    private const int SecurePort = 8443;
    private const int ServicePort = 443;
    private const string CertificateFolder = "/apiserver.local.config/certificates";
    private const string DataFolder = "/var/lib/etcd";
    private const string PodLabel = "app.kubernetes.io/component";
    private const long User = 65532;
    private const string Rbac = "rbac.authorization.k8s.io";
    private const string Delegator = "system:auth-delegator";
    private const string Reader = "extension-apiserver-authentication-reader";
    private static readonly string[] Reading = ["get", "list", "watch"];

    /// <summary>The namespace of the server.</summary>
    /// <param name="ns">Its name.</param>
    /// <param name="installer">Who installs it, for its annotation.</param>
    public static ClusterObject NamespaceObject(string ns, string installer)
    {
        var metadata = FlunderApi.Metadata(ns, null, installer);
        metadata.Labels["pod-security.kubernetes.io/enforce"] = "restricted";
        return ClusterObject.Of(new V1Namespace { Metadata = metadata });
    }

    /// <summary>The certificate and its key, as the server mounts them.</summary>
    /// <param name="ns">The server's namespace.</param>
    /// <param name="certificate">The certificate.</param>
    /// <param name="installer">Who installs it, for its annotation.</param>
    public static ClusterObject SecretObject(string ns, ServingCertificate certificate, string installer)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return ClusterObject.Of(new V1Secret
        {
            Metadata = FlunderApi.Metadata(FlunderApi.Name, ns, installer),
            Type = "kubernetes.io/tls",
            Data = new Dictionary<string, byte[]>
            {
                ["ca.crt"] = certificate.AuthorityPem.ToArray(),
                ["tls.crt"] = certificate.CertificatePem.ToArray(),
                ["tls.key"] = certificate.KeyPem.ToArray(),
            },
        });
    }

    /// <summary>
    /// What Kubernetes asks of whoever gives the server's account its rights, so that nobody gives what they do not have: <c>escalate</c> to make the role and
    /// <c>bind</c> to bind each, or all that the role grants. A role that is being made has no name yet for <c>escalate</c> to be limited to.
    /// </summary>
    public static IReadOnlyList<AccessRight> Grants
    {
        get
        {
            AccessRight[] own = [.. Rules.SelectMany(rule => rule.Resources.SelectMany(plural => rule.Verbs.Select(verb => Right(verb, rule.ApiGroups[0], plural))))];
            AccessRight[] delegator = [Right("create", "authentication.k8s.io", "tokenreviews"), Right("create", "authorization.k8s.io", "subjectaccessreviews")];
            AccessRight[] reader = [.. Reading.Select(verb => Right(verb, "", "configmaps", "kube-system", "extension-apiserver-authentication"))];
            return
            [
                Right("escalate", Rbac, "clusterroles") with { Or = own },
                Right("bind", Rbac, "clusterroles", null, FlunderApi.Name) with { Or = own },
                Right("bind", Rbac, "clusterroles", null, Delegator) with { Or = delegator },
                Right("bind", Rbac, "roles", "kube-system", Reader) with { Or = reader },
            ];
        }
    }

    /// <summary>What runs the server and gives it the rights that it needs, in the order of their making; without namespace and Secret.</summary>
    /// <param name="ns">The server's namespace.</param>
    /// <param name="serverImage">The image of the sample-apiserver.</param>
    /// <param name="etcdImage">The image of etcd.</param>
    /// <param name="installer">Who installs it, for their annotations.</param>
    public static IReadOnlyList<ClusterObject> WorkloadObjects(string ns, string serverImage, string etcdImage, string installer)
    {
        V1ObjectMeta Named(string name, string? where) => FlunderApi.Metadata(name, where, installer);
        var account = new Rbacv1Subject { Kind = "ServiceAccount", Name = FlunderApi.Name, NamespaceProperty = ns };
        var labels = new Dictionary<string, string> { [Ownership.NameLabel] = FlunderApi.Name, [PodLabel] = "server" };
        return
        [
            ClusterObject.Of(new V1ServiceAccount { Metadata = Named(FlunderApi.Name, ns) }),
            ClusterObject.Of(new V1ClusterRole
            {
                Metadata = Named(FlunderApi.Name, null),
                Rules = [.. Rules],
            }),
            ClusterObject.Of(new V1ClusterRoleBinding { Metadata = Named(FlunderApi.Name, null), RoleRef = Role("ClusterRole", FlunderApi.Name), Subjects = [account] }),
            // It asks the main server who a caller is and what it may do.
            ClusterObject.Of(new V1ClusterRoleBinding { Metadata = Named(FlunderApi.Name + "-auth-delegator", null), RoleRef = Role("ClusterRole", Delegator), Subjects = [account] }),
            // It reads by which certificate the main server makes itself known.
            ClusterObject.Of(new V1RoleBinding { Metadata = Named(FlunderApi.Name + "-auth-reader", "kube-system"), RoleRef = Role("Role", Reader), Subjects = [account] }),
            ClusterObject.Of(new V1Service
            {
                Metadata = Named(FlunderApi.Name, ns),
                Spec = new V1ServiceSpec { Selector = labels, Ports = [new V1ServicePort { Name = "https", Port = ServicePort, TargetPort = SecurePort, Protocol = "TCP" }] },
            }),
            ClusterObject.Of(new V1Deployment
            {
                Metadata = Named(FlunderApi.Name, ns),
                Spec = new V1DeploymentSpec
                {
                    Replicas = 1,
                    // The data lies in the pod: two at once would serve different Flunders.
                    Strategy = new V1DeploymentStrategy { Type = "Recreate" },
                    Selector = new V1LabelSelector { MatchLabels = labels },
                    Template = new V1PodTemplateSpec { Metadata = new V1ObjectMeta { Labels = labels }, Spec = Pod(serverImage, etcdImage) },
                },
            }),
        ];
    }

    /// <summary>The registrations by which the cluster's API server passes requests on.</summary>
    /// <param name="ns">The server's namespace.</param>
    /// <param name="authorityPem">Whose certificates the server may show.</param>
    /// <param name="installer">Who installs it, for their annotations.</param>
    public static IReadOnlyList<ClusterObject> RegistrationObjects(string ns, ReadOnlyMemory<byte> authorityPem, string installer) =>
    [
        .. FlunderApi.Versions.Select(version => ClusterObject.Of(new V1APIService
        {
            Metadata = FlunderApi.Metadata($"{version}.{FlunderApi.Group}", null, installer),
            Spec = new V1APIServiceSpec
            {
                Group = FlunderApi.Group,
                Version = version,
                GroupPriorityMinimum = 1000,
                VersionPriority = 15,
                CaBundle = authorityPem.ToArray(),
                Service = new Apiregistrationv1ServiceReference { Name = FlunderApi.Name, NamespaceProperty = ns, Port = ServicePort },
            },
        })),
    ];

    private static V1PodSpec Pod(string serverImage, string etcdImage) => new()
    {
        ServiceAccountName = FlunderApi.Name,
        SecurityContext = new V1PodSecurityContext { RunAsNonRoot = true, RunAsUser = User, RunAsGroup = User, FsGroup = User, SeccompProfile = new V1SeccompProfile { Type = "RuntimeDefault" } },
        Containers =
        [
            new V1Container
            {
                Name = "server",
                Image = serverImage,
                Args =
                [
                    "--etcd-servers=http://127.0.0.1:2379",
                    string.Create(CultureInfo.InvariantCulture, $"--secure-port={SecurePort}"),
                    $"--tls-cert-file={CertificateFolder}/tls.crt",
                    $"--tls-private-key-file={CertificateFolder}/tls.key",
                ],
                Ports = [new V1ContainerPort { Name = "https", ContainerPort = SecurePort, Protocol = "TCP" }],
                ReadinessProbe = new V1Probe { HttpGet = new V1HTTPGetAction { Scheme = "HTTPS", Port = "https", Path = "/readyz" }, PeriodSeconds = 2 },
                Resources = Resources("100m", "128Mi", "512Mi"),
                SecurityContext = Restricted(),
                VolumeMounts = [new V1VolumeMount { Name = "certificate", MountPath = CertificateFolder, ReadOnlyProperty = true }, new V1VolumeMount { Name = "scratch", MountPath = "/tmp" }],
            },
            new V1Container
            {
                Name = "etcd",
                Image = etcdImage,
                Command =
                [
                    // Of this pod alone: nobody else may write past the server.
                    "etcd", $"--data-dir={DataFolder}", "--listen-client-urls=http://127.0.0.1:2379", "--advertise-client-urls=http://127.0.0.1:2379", "--listen-peer-urls=http://127.0.0.1:2380",
                ],
                Resources = Resources("100m", "128Mi", "1Gi"),
                SecurityContext = Restricted(),
                VolumeMounts = [new V1VolumeMount { Name = "data", MountPath = DataFolder }],
            },
        ],
        Volumes =
        [
            new V1Volume { Name = "certificate", Secret = new V1SecretVolumeSource { SecretName = FlunderApi.Name } },
            new V1Volume { Name = "data", EmptyDir = new V1EmptyDirVolumeSource() },
            new V1Volume { Name = "scratch", EmptyDir = new V1EmptyDirVolumeSource() },
        ],
    };

    private static V1SecurityContext Restricted() => new()
    {
        AllowPrivilegeEscalation = false,
        ReadOnlyRootFilesystem = true,
        Capabilities = new V1Capabilities { Drop = ["ALL"] },
    };

    private static V1ResourceRequirements Resources(string cpu, string memory, string memoryLimit) => new()
    {
        Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new(cpu), ["memory"] = new(memory) },
        Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new(memoryLimit) },
    };

    private static IEnumerable<V1PolicyRule> Rules => [Reads("", "namespaces"), Reads("admissionregistration.k8s.io", "*"), Reads("flowcontrol.apiserver.k8s.io", "flowschemas", "prioritylevelconfigurations")];

    private static V1PolicyRule Reads(string group, params string[] resources) => new() { ApiGroups = [group], Resources = resources, Verbs = [.. Reading] };

    private static AccessRight Right(string verb, string group, string plural, string? ns = null, string? name = null) => new(verb, new ApiResource(group, "v1", plural, "", ns is not null), ns) { Name = name };

    private static V1RoleRef Role(string kind, string name) => new() { ApiGroup = Rbac, Kind = kind, Name = name };
}
