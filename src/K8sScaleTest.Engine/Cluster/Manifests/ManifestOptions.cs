using System.Text.RegularExpressions;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Objects;

namespace K8sScaleTest.Engine.Cluster.Manifests;

/// <summary>What the manifests shall run.</summary>
public sealed partial record ManifestOptions
{
    /// <summary>The port that metrics are served on unless another is chosen; the Go drivers' own.</summary>
    public const int DefaultMetricsPort = 9376;

    /// <summary>The parts.</summary>
    public required IReadOnlyList<ManifestPart> Parts { get; init; }

    /// <summary>The image of this project.</summary>
    public required string Image { get; init; }

    /// <summary>The resources that are driven and observed: ConfigMaps, Flunders.</summary>
    public IReadOnlyList<ApiResource> Resources { get; init; } = [ApiResource.ConfigMaps];

    /// <summary>The namespace of pods and objects.</summary>
    public string Namespace { get; init; } = "scaletest";

    /// <summary>Loggers and watches observe all namespaces.</summary>
    public bool AllNamespaces { get; init; }

    /// <summary>Pods of each ReplicaSet.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>Pods that share the driver's schedule.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>The port that metrics are served on, in every pod.</summary>
    public int MetricsPort { get; init; } = DefaultMetricsPort;

    /// <summary>The run's ID; null for one that the driver makes. Workers need one.</summary>
    public string? RunId { get; init; }

    /// <summary>The version of Flunders to write and observe; null for the one that the server prefers.</summary>
    public string? FlunderVersion { get; init; }

    /// <summary>How long a driver that was told to end may delete what lives; its pod gets that time, and some more.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The driver's parameters beside those above.</summary>
    public IReadOnlyList<CommandParameter> DriverParameters { get; init; } = [];

    /// <summary>The loggers' parameters beside those above.</summary>
    public IReadOnlyList<CommandParameter> LoggerParameters { get; init; } = [];

    /// <summary>The watches' parameters beside those above.</summary>
    public IReadOnlyList<CommandParameter> WatchParameters { get; init; } = [];

    /// <summary>The oldest Kubernetes whose API has all that the manifests say.</summary>
    public Version NeededVersion => Workers > 1 ? new Version(1, 24) : new Version(1, 19);

    /// <summary>Says what is wrong with the options, in words for their user.</summary>
    /// <exception cref="ArgumentException">An option is out of range, or is missing.</exception>
    public void Validate()
    {
        if (!ImageName().IsMatch(Image)) throw Bad(nameof(Image), $"'{Image}' is no image name: give it as registry/namespace/name:tag, in lower case, without blanks.");
        if (Parts.Contains(ManifestPart.Namespace) && (Namespace == "default" || Namespace.StartsWith("kube-", StringComparison.Ordinal)))
            throw Bad("Part", $"The namespace '{Namespace}' is the cluster's own: it would be made to refuse the pods of others. Leave Namespace out of the parts, or choose another.");
        if (Replicas is < 0 or > 10_000) throw Bad(nameof(Replicas), $"Replicas is {Replicas}; it must be from 0 to 10,000.");
        if (Workers is < 1 or > 10_000) throw Bad(nameof(Workers), $"Workers is {Workers}; it must be from 1 to 10,000.");
        if (MetricsPort is < 1024 or > 65535) throw Bad(nameof(MetricsPort), $"MetricsPort is {MetricsPort}; it must be from 1024 to 65535: the pods do not run as root.");
        if (Workers > 1 && RunId is null) throw Bad(nameof(RunId), "Workers share one run: a RunId is needed.");
        if (FlunderVersion is not null && Resources.All(resource => resource.Plural != FlunderApi.Plural)) throw Bad("ApiVersion", $"ApiVersion '{FlunderVersion}' is one of Flunders, and Resource names none: add flunders, or leave it out.");
        if (FlunderVersion is not null && !FlunderVersions().IsMatch(FlunderVersion)) throw Bad("ApiVersion", $"ApiVersion '{FlunderVersion}' is none of {FlunderApi.Group}, which the roles are for: give it as v1alpha1 or {FlunderApi.Group}/v1alpha1.");
        if (RunId is not null && RunIdentity.Fault(RunId) is { } fault) throw Bad(nameof(RunId), fault);
    }

    private static ArgumentException Bad(string parameter, string message) => new(message, parameter);

    [GeneratedRegex(@"\A(wardle\.example\.com/)?v[0-9]+((alpha|beta)[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex FlunderVersions();

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9._-]*[a-z0-9])?(:[0-9]+)?(/[a-z0-9]([a-z0-9._-]*[a-z0-9])?)*(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex ImageName();
}
