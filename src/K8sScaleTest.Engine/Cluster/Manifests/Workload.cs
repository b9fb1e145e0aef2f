using System.Globalization;
using k8s.Models;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Cluster.Manifests;

/// <summary>The pods of drivers, loggers and watches.</summary>
internal static class Workload
{
    public const string PartOfLabel = "app.kubernetes.io/part-of";
    public const string PartOf = "k8sscaletest";
    public const string MetricsPortName = "metrics";

    /// <summary>The pod's own namespace, for its command: what kustomize puts elsewhere works there.</summary>
    private const string NamespaceVariable = "SCALETEST_NAMESPACE";

    /// <summary>The user of the image, which is not root.</summary>
    private const long User = 65532;

    // Beside the deletes of what lives: awaiting what is under way, a search for what is left, the last records.
    private const int EndSeconds = 40;

    public static ClusterObject Job(ManifestOptions options, ApiResource resource, string name)
    {
        var workers = options.Workers;
        List<CommandParameter> parameters = [.. options.DriverParameters, .. Version(options, resource)];
        if (options.RunId is not null) parameters.Add(new("RunId", options.RunId));
        parameters.Add(CommandParameter.Of("DrainTimeout", options.DrainTimeout));
        var pod = Pod(options, resource, name, $"Start-{resource.Kind}Driver", parameters, everywhere: false, Resources("500m", "256Mi", "2", "1Gi"));
        pod.TerminationGracePeriodSeconds = (long)Math.Ceiling(options.DrainTimeout.TotalSeconds) + EndSeconds;
        pod.RestartPolicy = "Never";
        // The worker's number comes from Kubernetes, as JOB_COMPLETION_INDEX; how many there are does not.
        if (workers > 1) pod.Containers[0].Env.Add(new V1EnvVar { Name = "SCALETEST_WORKERS", Value = workers.ToString(CultureInfo.InvariantCulture) });
        return ClusterObject.Of(new V1Job
        {
            Metadata = Manifest.Metadata(options, name, name),
            Spec = new V1JobSpec
            {
                // A run that failed is looked at, not run again: two half runs are no measurement.
                BackoffLimit = 0,
                Completions = workers > 1 ? workers : null,
                Parallelism = workers > 1 ? workers : null,
                CompletionMode = workers > 1 ? "Indexed" : null,
                Template = Template(name, pod),
            },
        });
    }

    public static ClusterObject ReplicaSet(ManifestOptions options, ManifestPart part, ApiResource resource, string name)
    {
        var isLogger = part == ManifestPart.Logger;
        List<CommandParameter> parameters = [.. isLogger ? options.LoggerParameters : options.WatchParameters, .. Version(options, resource)];
        var pod = Pod(options, resource, name, isLogger ? $"Start-{resource.Kind}Logger" : $"Invoke-{resource.Kind}Watch", parameters, options.AllNamespaces, Resources("100m", "128Mi", "1", "512Mi"));
        var template = Template(name, pod);
        return ClusterObject.Of(new V1ReplicaSet
        {
            Metadata = Manifest.Metadata(options, name, name),
            Spec = new V1ReplicaSetSpec { Replicas = options.Replicas, Selector = new V1LabelSelector { MatchLabels = template.Metadata.Labels }, Template = template },
        });
    }

    private static V1PodTemplateSpec Template(string name, V1PodSpec pod) => new()
    {
        Metadata = new V1ObjectMeta { Labels = new Dictionary<string, string> { [Ownership.NameLabel] = name, [PartOfLabel] = PartOf } },
        Spec = pod,
    };

    /// <summary>ConfigMaps have one version; which of the Flunders' is meant can be said.</summary>
    private static CommandParameter[] Version(ManifestOptions options, ApiResource resource) =>
        options.FlunderVersion is { } version && resource.Plural == FlunderApi.Plural ? [new("ApiVersion", version)] : [];

    private static V1PodSpec Pod(ManifestOptions options, ApiResource resource, string name, string cmdlet, IEnumerable<CommandParameter> parameters, bool everywhere, V1ResourceRequirements resources)
    {
        // Kubernetes would take $(...) for one of its variables.
        var told = string.Join(' ', [cmdlet, .. parameters.Select(each => each.ToString())]).Replace("$", "$$", StringComparison.Ordinal);
        var where = everywhere ? "" : $" -Namespace $({NamespaceVariable})";
        var text = string.Create(CultureInfo.InvariantCulture, $"{told}{where} -OutFile - -Format JsonLines -MetricsPort {options.MetricsPort}");
        return new V1PodSpec
        {
            ServiceAccountName = name,
            AutomountServiceAccountToken = true,
            EnableServiceLinks = false,
            TerminationGracePeriodSeconds = EndSeconds,
            SecurityContext = new V1PodSecurityContext { RunAsNonRoot = true, RunAsUser = User, RunAsGroup = User, SeccompProfile = new V1SeccompProfile { Type = "RuntimeDefault" } },
            // Observers and workers on one node would measure each other.
            TopologySpreadConstraints =
            [
                new V1TopologySpreadConstraint
                {
                    MaxSkew = 1,
                    TopologyKey = "kubernetes.io/hostname",
                    WhenUnsatisfiable = "ScheduleAnyway",
                    LabelSelector = new V1LabelSelector { MatchLabels = new Dictionary<string, string> { [PartOfLabel] = PartOf } },
                },
            ],
            Containers =
            [
                new V1Container
                {
                    Name = name[(resource.Kind.Length + 1)..],
                    Image = options.Image,
                    Args = ["-NonInteractive", "-Command", text],
                    Env = everywhere ? null : [new V1EnvVar { Name = NamespaceVariable, ValueFrom = new V1EnvVarSource { FieldRef = new V1ObjectFieldSelector { FieldPath = "metadata.namespace" } } }],
                    Ports = [new V1ContainerPort { Name = MetricsPortName, ContainerPort = options.MetricsPort, Protocol = "TCP" }],
                    LivenessProbe = Probe(initialDelay: 10, period: 10),
                    ReadinessProbe = Probe(initialDelay: 1, period: 5),
                    Resources = resources,
                    SecurityContext = new V1SecurityContext { AllowPrivilegeEscalation = false, ReadOnlyRootFilesystem = true, Capabilities = new V1Capabilities { Drop = ["ALL"] } },
                    VolumeMounts = [new V1VolumeMount { Name = "scratch", MountPath = "/tmp" }],
                },
            ],
            Volumes = [new V1Volume { Name = "scratch", EmptyDir = new V1EmptyDirVolumeSource() }],
        };
    }

    private static V1Probe Probe(int initialDelay, int period) =>
        new() { HttpGet = new V1HTTPGetAction { Path = "/healthz", Port = MetricsPortName }, InitialDelaySeconds = initialDelay, PeriodSeconds = period, TimeoutSeconds = 3, FailureThreshold = 6 };

    private static V1ResourceRequirements Resources(string cpu, string memory, string cpuLimit, string memoryLimit) => new()
    {
        Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new(cpu), ["memory"] = new(memory) },
        Limits = new Dictionary<string, ResourceQuantity> { ["cpu"] = new(cpuLimit), ["memory"] = new(memoryLimit) },
    };
}
