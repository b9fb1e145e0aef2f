using System.Management.Automation;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Cluster;

namespace K8sScaleTest;

/// <summary>Removes what Install-FlunderApi installed, with all Flunders, and nothing else; ends when it is gone.</summary>
/// <remarks>
/// <para>
/// It removes the objects that carry the labels of Install-FlunderApi, of either form: the custom resource's definition, or the sample-apiserver with its
/// Service, rights, certificate and registrations. The Flunders go with it, whoever made them, so it asks first.
/// </para>
/// <para>
/// A namespace that Install-FlunderApi made is removed unless it holds anything of others. What others installed under the same names is left alone and
/// said in an error; where nothing is installed, nothing happens.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// Uninstall-FlunderApi
/// </code>
/// Asks, and removes the Flunder API from the cluster of the current context.
/// </example>
/// <example>
/// <code>
/// Uninstall-FlunderApi -Context kind-test -Confirm:$false
/// </code>
/// For scripts.
/// </example>
/// <seealso cref="InstallFlunderApiCommand"/>
/// <seealso href="about_K8sScaleTest"/>
[Cmdlet(VerbsLifecycle.Uninstall, "FlunderApi", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(ClusterObjectResult))]
public sealed class UninstallFlunderApiCommand : TargetCmdlet
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(65);

    /// <summary>How long the removal may take: 90 (seconds), 90s, 5m or a timespan; 3m by default.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(3);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var description = DescribeTarget();
        if (!ShouldProcess($"{description.Url} ({description.Source})", "Uninstall the Flunder API that Install-FlunderApi installed, with ALL Flunders")) return;
        using var target = ResolveTarget();
        using var client = new ApiClient(target, System.Net.HttpVersion.Version20, ModuleVersion.UserAgent("Uninstall-FlunderApi"), RequestTimeout, HttpVersionPolicy.RequestVersionOrLower);
        var removed = 0;
        var foreign = Run(cancellationToken => new FlunderApiUninstaller(client, Timeout).UninstallAsync(
            applied => Post(() =>
            {
                removed++;
                WriteObject(ClusterObjectResult.From(applied));
            }), cancellationToken));
        if (foreign is not null)
            throw Terminating(ApiReasons.ForeignObject, ErrorCategory.ResourceExists, $"This module did not install {foreign}: it is left alone.", null);
        if (removed == 0) WriteVerbose($"Nothing that Install-FlunderApi installed is at {target.Url}.");
    }
}
