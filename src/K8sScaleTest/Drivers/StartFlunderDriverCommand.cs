using System.Management.Automation;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Objects;

namespace K8sScaleTest;

/// <summary>Drives Flunders at a rate and streams one OperationRecord per API write; ends at -Count, -Duration or Ctrl+C.</summary>
/// <remarks>
/// <para>
/// Creates Flunders (of Kubernetes' sample-apiserver) at the rate given, updates each as often as asked, deletes each at the end of its lifetime, and times
/// every one of these writes. Against a cluster the path is the one of every aggregated API: through kube-apiserver to the server behind an APIService. With
/// -Server it goes straight to that one.
/// </para>
/// <para>
/// Everything that Get-Help Start-ConfigMapDriver says of the schedule, of stopping and of records holds here too. The group is discovered
/// (wardle.example.com, or wardle.k8s.io as it was long ago), and the version is the one that the server prefers. A server that serves no Flunders is an
/// error that says what does: the sample-apiserver, a CRD of that group, or Start-LocalApiServer.
/// </para>
/// <para>Replaces the Go program flunder-driver.</para>
/// </remarks>
/// <example>
/// <code>
/// Start-LocalApiServer | Start-FlunderDriver -Rate 500 -Count 2000 | Measure-ScaleTest
/// </code>
/// Starts a local API server, creates and deletes 2000 Flunders at 500 a second, and sums up.
/// </example>
/// <example>
/// <code>
/// $core = Start-ConfigMapDriver -Rate 20 -Duration 5m -DataLength 0 -OutFile core.csv
/// $aggregated = Start-FlunderDriver -Rate 20 -Duration 5m -OutFile flunders.csv
/// $core.Steady.ServiceP99Ms, $aggregated.Steady.ServiceP99Ms
/// </code>
/// What the hop through the aggregator and the other server cost.
/// </example>
/// <example>
/// <code>
/// Start-FlunderDriver -Rate 20 -Count 1000 -Server https://10.0.0.7:443 -InsecureSkipTlsVerify | Export-Csv straight.csv
/// </code>
/// The same credentials, another server: as the Go flag override-server.
/// </example>
/// <example>
/// <code>
/// Start-FlunderDriver -Rate 10 -Count 500 -ApiVersion v1alpha1 -DataLength 300 -OutFile alpha.csv
/// </code>
/// Writes v1alpha1 with 300 bytes of data in each Flunder.
/// </example>
/// <seealso cref="StartConfigMapDriverCommand"/>
/// <seealso cref="MeasureScaleTestCommand"/>
/// <seealso cref="RemoveScaleTestObjectCommand"/>
/// <seealso cref="StartLocalApiServerCommand"/>
/// <seealso href="about_K8sScaleTest"/>
[Cmdlet(VerbsLifecycle.Start, "FlunderDriver", SupportsShouldProcess = true)]
[OutputType(typeof(OperationRecord), typeof(ScaleTestSummary))]
public sealed class StartFlunderDriverCommand : DriverCmdlet
{
    /// <summary>Bytes of data in each Flunder, as its reference; 0 by default: none, as the Go program. Up to 1048576.</summary>
    [Parameter]
    [Alias("Datalen")]
    public int DataLength { get; set; }

    /// <summary>The version to write, such as v1alpha1 or wardle.example.com/v1beta1; the one that the server prefers by default.</summary>
    [Parameter]
    public string? ApiVersion { get; set; }

    /// <inheritdoc/>
    protected override string ObjectsName => "Flunders";

    private protected override int DataLengthInEffect => DataLength;

    private protected override async Task<ObjectTemplate> BuildTemplateAsync(ApiTarget target, DriverOptions options, ObjectIdentity identity, CancellationToken cancellationToken)
    {
        using var client = new ApiClient(target, options.HttpVersion, "flunder-driver", options.RequestTimeout);
        var resource = await ApiDiscovery.FindAsync(client, "flunders", ApiDiscovery.FlunderGroups, ApiVersion, cancellationToken);
        return ObjectTemplate.Flunder(resource, identity, options.DataLength);
    }
}
