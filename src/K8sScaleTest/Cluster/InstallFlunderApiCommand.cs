using System.Management.Automation;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Cluster;

namespace K8sScaleTest;

/// <summary>Makes a cluster serve Flunders, as a custom resource or through the sample-apiserver, and ends when they are served.</summary>
/// <remarks>
/// <para>
/// Flunders are the objects of Kubernetes' sample-apiserver: what is measured with them is an aggregated API server, or the machinery of custom resources.
/// Most clusters serve none. This cmdlet installs the group wardle.example.com with the versions v1alpha1 and v1beta1 and waits until both are discovered and
/// can be listed; Start-FlunderDriver and all others then work as they are.
/// </para>
/// <para>
/// -AsCustomResource (default) makes a CustomResourceDefinition with the fields of the Go types. There is no conversion between the versions: an object
/// written in one keeps its fields when it is read in the other. -Aggregated runs the sample-apiserver with an etcd of its own in a pod, and registers it,
/// with a certificate made for it. Its data goes with the pod.
/// </para>
/// <para>
/// First it asks which rights the user has (SelfSubjectAccessReviews), and what is there: missing rights are listed, all of them, and what others installed is
/// refused with whose it is; nothing has been changed then. Everything that it makes carries the labels app.kubernetes.io/managed-by=K8sScaleTest and
/// app.kubernetes.io/name=flunder-api, and Uninstall-FlunderApi removes just that. Run again, it brings what is there up to date and waits on.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// Install-FlunderApi; Start-FlunderDriver -Rate 20 -Count 1000 -CreateNamespace -OutFile run.csv
/// </code>
/// Makes the cluster of the current context serve Flunders as a custom resource, and drives it.
/// </example>
/// <example>
/// <code>
/// Install-FlunderApi -Aggregated -Namespace wardle -Timeout 10m
/// </code>
/// The sample-apiserver behind the cluster's own, with time to pull its images.
/// </example>
/// <example>
/// <code>
/// Install-FlunderApi -Aggregated -WhatIf
/// </code>
/// Says what would be installed, and where. No request is sent.
/// </example>
/// <seealso cref="UninstallFlunderApiCommand"/>
/// <seealso cref="StartFlunderDriverCommand"/>
/// <seealso href="about_K8sScaleTest"/>
[Cmdlet(VerbsLifecycle.Install, "FlunderApi", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = CustomResourceSet)]
[OutputType(typeof(ClusterObjectResult))]
public sealed class InstallFlunderApiCommand : TargetCmdlet
{
    private const string CustomResourceSet = "CustomResource";
    private const string AggregatedSet = "Aggregated";
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(65);

    /// <summary>Installs a CustomResourceDefinition; this is the default.</summary>
    [Parameter(ParameterSetName = CustomResourceSet)]
    public SwitchParameter AsCustomResource { get; set; }

    /// <summary>Installs the sample-apiserver with etcd, its Service, rights and certificate, and registers it with the cluster's API server.</summary>
    [Parameter(Mandatory = true, ParameterSetName = AggregatedSet)]
    public SwitchParameter Aggregated { get; set; }

    /// <summary>The namespace of the sample-apiserver; wardle by default. It is made if it does not exist; one that exists is used as it is.</summary>
    [Parameter(ParameterSetName = AggregatedSet)]
    [NamespaceName]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string Namespace { get; set; } = FlunderApi.DefaultNamespace;

    /// <summary>The image of the sample-apiserver; by default the one that Kubernetes' own tests run.</summary>
    [Parameter(ParameterSetName = AggregatedSet)]
    [ValidateNotNullOrEmpty]
    public string ServerImage { get; set; } = FlunderServer.DefaultServerImage;

    /// <summary>The image of etcd; by default Kubernetes' own.</summary>
    [Parameter(ParameterSetName = AggregatedSet)]
    [ValidateNotNullOrEmpty]
    public string EtcdImage { get; set; } = FlunderServer.DefaultEtcdImage;

    /// <summary>How long it may take until Flunders are served: 90 (seconds), 90s, 5m or a timespan; 3m by default. What was installed stays after it.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(3);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var description = DescribeTarget();
        var options = new FlunderApiOptions
        {
            Aggregated = Aggregated,
            Namespace = Namespace,
            ServerImage = ServerImage,
            EtcdImage = EtcdImage,
            Installer = ModuleVersion.UserAgent("Install-FlunderApi"),
            Timeout = Timeout,
        };
        var what = Aggregated
            ? $"Install the Flunder API aggregated (sample-apiserver {ServerImage} and etcd {EtcdImage} in namespace '{Namespace}', Service, rights, certificate, APIServices {string.Join(" and ", FlunderApi.Versions)}.{FlunderApi.Group})"
            : $"Install the Flunder API as a custom resource ({ClusterObject.Describe(FlunderApi.Definitions, null, FlunderApi.DefinitionName)})";
        if (!ShouldProcess($"{description.Url} ({description.Source})", what)) return;
        using var target = ResolveTarget();
        using var client = new ApiClient(target, System.Net.HttpVersion.Version20, options.Installer, RequestTimeout, HttpVersionPolicy.RequestVersionOrLower);
        Run(cancellationToken => new FlunderApiInstaller(client, options).InstallAsync(
            applied => Post(() => WriteObject(ClusterObjectResult.From(applied))), cancellationToken));
        WriteVerbose($"{target.Url} serves Flunders as {string.Join(" and ", FlunderApi.Versions.Select(version => $"{FlunderApi.Group}/{version}"))}.");
    }
}
