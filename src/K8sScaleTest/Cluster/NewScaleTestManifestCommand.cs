using System.Globalization;
using System.Management.Automation;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Cluster;
using K8sScaleTest.Engine.Cluster.Manifests;
using K8sScaleTest.Engine.Drivers;
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
/// New-ScaleTestManifest -Part Driver, Watch -Resource flunders -Image host/team/k8sscaletest:0.1.0 -Check -Context staging
/// </code>
/// Asks the cluster of the context staging first whether it would take them (its version, and a dry run of each object).
/// </example>
/// <seealso cref="InstallFlunderApiCommand"/>
/// <seealso cref="StartConfigMapDriverCommand"/>
/// <seealso href="about_K8sScaleTest"/>
[Cmdlet(VerbsCommon.New, "ScaleTestManifest")]
[OutputType(typeof(string))]
public sealed class NewScaleTestManifestCommand : TargetCmdlet
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(65);

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

    /// <summary>The driver's creates per second over all workers, or Max; 1 by default.</summary>
    [Parameter]
    [Alias("Lambda")]
    [Rate]
    public double Rate { get; set; } = 1;

    /// <summary>How many objects the driver creates over all workers; 300 by default, without limit when -Duration is given.</summary>
    [Parameter]
    [Alias("N")]
    public long Count { get; set; }

    /// <summary>How long the driver creates objects: 90 (seconds), 90s, 5m or a timespan.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Duration { get; set; }

    /// <summary>The mean number of the driver's objects that live at once; 100 by default.</summary>
    [Parameter]
    [Alias("Maxpop")]
    public long MaxPopulation { get; set; }

    /// <summary>Updates of each object; 0 by default.</summary>
    [Parameter]
    public int Updates { get; set; }

    /// <summary>Bytes of data in each object; the driver's own default otherwise.</summary>
    [Parameter]
    [Alias("Datalen")]
    public int DataLength { get; set; }

    /// <summary>The run's ID. Without it one worker makes its own, and several get one from here.</summary>
    [Parameter]
    public string? RunId { get; set; }

    /// <summary>Seed of the schedule. Without it one worker draws its own, and several get one from here.</summary>
    [Parameter]
    public ulong Seed { get; set; }

    /// <summary>Pods that share the driver's one schedule; 1 by default. More make it an Indexed Job, for Kubernetes 1.24 and later.</summary>
    [Parameter]
    public int Workers { get; set; } = 1;

    /// <summary>
    /// The moment at which the driver's schedule begins, such as 2026-11-24T12:00:00Z: one by which all of its pods run, so that workers begin together. A pod
    /// that is ready only after it refuses to start.
    /// </summary>
    [Parameter]
    public DateTime StartAt { get; set; }

    /// <summary>
    /// What a driver's pod does that finds objects of its own run and worker, as one that replaces another: Refuse, as the driver does by default, or Delete, which
    /// deletes them and begins anew. It gets a -RunId from here where none is given, so that the next pod can know them.
    /// </summary>
    [Parameter]
    [ValidateSet("Refuse", "Delete")]
    public string IfRunExists { get; set; } = "Refuse";

    /// <summary>Asks the cluster first whether it would take the manifests: its version, and a dry run of each object.</summary>
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
            using var client = new ApiClient(target, System.Net.HttpVersion.Version20, ModuleVersion.UserAgent("New-ScaleTestManifest"), RequestTimeout, HttpVersionPolicy.RequestVersionOrLower);
            Run(cancellationToken => ManifestCheck.RunAsync(client, options, objects, cancellationToken));
        }

        foreach (var item in objects) WriteObject("---\n" + item.ToYaml().TrimEnd());
    }

    private ManifestOptions ReadOptions()
    {
        var shared = Workers > 1;
        var runId = RunId ?? (shared || IsBound(nameof(IfRunExists)) ? RunIdentity.NewRunId(DateTimeOffset.Now, Random.Shared) : null);
        return new ManifestOptions
        {
            Parts = [.. Part.Distinct(StringComparer.OrdinalIgnoreCase).Select(part => Enum.Parse<ManifestPart>(part, ignoreCase: true))],
            Image = Image,
            Resources = [.. Resource.Distinct(StringComparer.OrdinalIgnoreCase).Select(name => name.Equals("flunders", StringComparison.OrdinalIgnoreCase) ? FlunderApi.Resource : ApiResource.ConfigMaps)],
            Namespace = Namespace,
            AllNamespaces = AllNamespaces,
            Replicas = Replicas,
            Workers = Workers,
            MetricsPort = MetricsPort,
            RunId = runId,
            DriverParameters = DriverParameters(shared),
        };
    }

    private List<KeyValuePair<string, string>> DriverParameters(bool shared)
    {
        var invariant = CultureInfo.InvariantCulture;
        CheckDriver();
        List<KeyValuePair<string, string>> words = [new("Rate", double.IsPositiveInfinity(Rate) ? "Max" : Rate.ToString("R", invariant))];
        Add(nameof(Count), Count.ToString(invariant));
        Add(nameof(Duration), Duration.TotalSeconds.ToString("R", invariant));
        Add(nameof(MaxPopulation), MaxPopulation.ToString(invariant));
        Add(nameof(Updates), Updates.ToString(invariant));
        Add(nameof(DataLength), DataLength.ToString(invariant));
        if (shared && !IsBound(nameof(Seed))) words.Add(new(nameof(Seed), Random.Shared.Next().ToString(invariant)));
        Add(nameof(Seed), Seed.ToString(invariant));
        if (IsBound(nameof(StartAt))) words.Add(new(nameof(StartAt), ReadStartAt()));
        Add(nameof(IfRunExists), IfRunExists);
        return words;

        void Add(string name, string value)
        {
            if (IsBound(name)) words.Add(new(name, value));
        }
    }

    /// <summary>What the driver would refuse in its pod is refused here, where somebody reads it.</summary>
    private void CheckDriver()
    {
        var fullSpeed = double.IsPositiveInfinity(Rate);
        var options = new DriverOptions
        {
            RunId = RunId ?? "a",
            Workers = Math.Max(1, Workers),
            Mode = fullSpeed ? Engine.Records.RunMode.FullSpeed : Engine.Records.RunMode.OpenLoop,
            Rate = fullSpeed ? DriverOptions.MaxRate : Rate,
            Count = IsBound(nameof(Count)) ? Count : IsBound(nameof(Duration)) ? null : 1,
            Duration = IsBound(nameof(Duration)) ? Duration : null,
            MaxPopulation = IsBound(nameof(MaxPopulation)) ? MaxPopulation : 100,
            Updates = Updates,
            DataLength = DataLength,
            UpdateDataLength = Updates > 0 && Resource.Contains("configmaps", StringComparer.OrdinalIgnoreCase) ? ObjectTemplate.ConfigMapUpdateLength : 0,
        };
        try
        {
            options.Validate();
        }
        catch (ArgumentException e)
        {
            throw Invalid(e);
        }
    }

    private string ReadStartAt()
    {
        try
        {
            return StartMoment.Read(StartAt, DateTimeOffset.UtcNow).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
        }
        catch (ArgumentException e)
        {
            throw Invalid(e);
        }
    }

    private InvalidOperationException Invalid(ArgumentException e) =>
        Terminating($"Invalid{e.ParamName}", ErrorCategory.InvalidArgument, e.Message.Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal), e.ParamName);

    private bool IsBound(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);
}
