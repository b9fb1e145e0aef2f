using System.Management.Automation;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Cluster;
using K8sScaleTest.Engine.Cluster.Manifests;
using K8sScaleTest.Engine.Objects;

namespace K8sScaleTest;

/// <summary>Writes the manifests that run drivers, loggers and watches in a cluster, each with the rights that it needs and no other.</summary>
/// <remarks>
/// <para>
/// It emits YAML, one document an object, for kubectl apply: the namespace; for each part a service account, a Role (a ClusterRole where it observes all
/// namespaces) and its binding; a Job for a driver, a ReplicaSet for loggers and for watches; and a headless Service with Prometheus' scrape annotation on the
/// port that the pods serve. The pods satisfy the pod security standard "restricted", write their records to standard output as JSON lines and are probed on
/// their metrics port.
/// </para>
/// <para>
/// A driver may create, patch, delete and list its resource in its namespace; a logger or watch may get, list and watch. Nothing else is granted. No request
/// is sent, unless -Check is given.
/// </para>
/// <para>
/// The load has the parameters of Start-ConfigMapDriver, Start-ConfigMapLogger and Invoke-ConfigMapWatch, under the names that Invoke-ScaleTest gives them; what one
/// of these would refuse in its pod is refused here. Each of -Replicas pods has -Watchers watchers, or one logger with -LoggerThreads workers.
/// </para>
/// <para>
/// -Workers makes the driver an Indexed Job (Kubernetes 1.24 and later) whose pods play one schedule; they get one -RunId and -Seed. The folder deploy of the
/// module has the same manifests as files.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// New-ScaleTestManifest -Part Namespace, Logger, Metrics -Image host/team/k8sscaletest:0.1.0 -Replicas 20 | kubectl apply -f -
/// </code>
/// Twenty pods that log every change of a ConfigMap in the namespace scaletest.
/// </example>
/// <example>
/// <code>
/// New-ScaleTestManifest -Part Driver -Image host/team/k8sscaletest:0.1.0 -Rate 100 -Count 60000 -MaxPopulation 500 -Updates 1 | kubectl apply -f -
/// </code>
/// A Job that drives 60,000 ConfigMaps; kubectl logs job/configmap-driver has the records, and the summary at their end.
/// </example>
/// <example>
/// <code>
/// New-ScaleTestManifest -Part Watch -Image host/team/k8sscaletest:0.1.0 -Replicas 10 -Watchers 500 -TimeoutSeconds 60..120 -LabelSelector purpose=scaletest | kubectl apply -f -
/// </code>
/// Five thousand watchers in ten pods, which list again every minute or two.
/// </example>
/// <example>
/// <code>
/// New-ScaleTestManifest -Part Driver, Watch -Resource flunders -Image host/team/k8sscaletest:0.1.0 -Check -Context staging
/// </code>
/// Asks the cluster of the context staging first whether it would take them (its version, and a dry run of each object).
/// </example>
/// <seealso cref="InstallFlunderApiCommand"/>
/// <seealso cref="StartConfigMapDriverCommand"/>
/// <seealso href="about_K8sScaleTest"/>
[Cmdlet(VerbsCommon.New, "ScaleTestManifest")]
[OutputType(typeof(string))]
public sealed class NewScaleTestManifestCommand : PodLoadCmdlet
{
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(65);

    /// <summary>What shall run: Namespace, Driver, Logger, Watch, Metrics (the Service for Prometheus); all of them by default.</summary>
    [Parameter(Position = 0)]
    [ValidateSet("Namespace", "Driver", "Logger", "Watch", "Metrics")]
    public string[] Part { get; set; } = ["Namespace", "Driver", "Logger", "Watch", "Metrics"];

    /// <summary>The image of this project, as registry/namespace/name:tag; build.ps1 -Task Image makes it.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string Image { get; set; } = "";

    /// <summary>What is driven and observed: configmaps (default), flunders, or both.</summary>
    [Parameter]
    [ValidateSet("configmaps", "flunders")]
    public string[] Resource { get; set; } = ["configmaps"];

    /// <summary>The namespace of the pods and of the objects that they write; scaletest by default.</summary>
    [Parameter]
    [NamespaceName]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string Namespace { get; set; } = "scaletest";

    /// <summary>Lets loggers and watches observe all namespaces, by a ClusterRole.</summary>
    [Parameter]
    public SwitchParameter AllNamespaces { get; set; }

    /// <summary>Pods of each ReplicaSet (loggers, watches); 1 by default.</summary>
    [Parameter]
    public int Replicas { get; set; } = 1;

    /// <summary>The port on which every pod serves metrics and health; 9376 by default.</summary>
    [Parameter]
    public int MetricsPort { get; set; } = ManifestOptions.DefaultMetricsPort;

    /// <summary>Pods that share the driver's one schedule; 1 by default. More make it an Indexed Job, for Kubernetes 1.24 and later.</summary>
    [Parameter]
    public int Workers { get; set; } = 1;

    /// <summary>Of Flunders, the version to write and observe, such as v1alpha1; the one that the server prefers by default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ApiVersion { get; set; }

    /// <summary>Asks the cluster first whether it would take the manifests: its version, a dry run of each object, and whether a Job of an earlier run is in the way.</summary>
    [Parameter]
    public SwitchParameter Check { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var options = ReadOptions();
        IReadOnlyList<ClusterObject> objects;
        try
        {
            objects = Manifest.Build(options);
        }
        catch (ArgumentException e)
        {
            throw Invalid(e);
        }

        if (Check)
        {
            using var target = ResolveTarget();
            using var client = new ApiClient(target, System.Net.HttpVersion.Version20, ModuleVersion.UserAgent("New-ScaleTestManifest"), CheckTimeout, HttpVersionPolicy.RequestVersionOrLower);
            Run(cancellationToken => ManifestCheck.RunAsync(client, options, objects, cancellationToken));
        }

        foreach (var item in objects) WriteObject("---\n" + item.ToYaml().TrimEnd());
    }

    private ManifestOptions ReadOptions()
    {
        var runId = RunId ?? (Workers > 1 || IsBound(nameof(IfRunExists)) ? RunIdentity.NewRunId(DateTimeOffset.Now, Random.Shared) : null);
        ManifestPart[] parts = [.. Part.Distinct(StringComparer.OrdinalIgnoreCase).Select(part => Enum.Parse<ManifestPart>(part, ignoreCase: true))];
        WarnOfNoEffect(parts);
        return new ManifestOptions
        {
            Parts = parts,
            Image = Image,
            Resources = [.. Resource.Distinct(StringComparer.OrdinalIgnoreCase).Select(name => name.Equals("flunders", StringComparison.OrdinalIgnoreCase) ? FlunderApi.Resource : ApiResource.ConfigMaps)],
            FlunderVersion = ApiVersion,
            Namespace = Namespace,
            AllNamespaces = AllNamespaces,
            Replicas = Replicas,
            Workers = Workers,
            MetricsPort = MetricsPort,
            RunId = runId,
            DrainTimeout = DrainTimeout,
            DriverParameters = DriverParameters(Workers),
            LoggerParameters = LoggerParameters(),
            WatchParameters = WatchParameters(),
        };
    }

    private protected override bool DrivesConfigMaps => Resource.Contains("configmaps", StringComparer.OrdinalIgnoreCase);

    /// <summary>Who gives a rate and no driver may have meant something else.</summary>
    private void WarnOfNoEffect(ManifestPart[] parts)
    {
        static IEnumerable<string> TakenBy(ManifestPart part) => part switch
        {
            ManifestPart.Driver => [.. NamesOf(part), nameof(Workers)],
            ManifestPart.Logger or ManifestPart.Watch => [.. NamesOf(part), nameof(Replicas), nameof(AllNamespaces)],
            _ => [],
        };
        string[] without = [.. Enum.GetValues<ManifestPart>().SelectMany(TakenBy).Except(parts.SelectMany(TakenBy)).Where(IsBound)];
        if (without.Length > 0) WriteWarning($"-{string.Join(", -", without)}: no part of this manifest (-Part {string.Join(", ", parts)}) takes that.");
    }
}
