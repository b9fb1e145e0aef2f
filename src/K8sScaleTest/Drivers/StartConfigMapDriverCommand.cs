using System.Management.Automation;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Objects;

namespace K8sScaleTest;

/// <summary>Drives ConfigMaps at a rate and streams one OperationRecord per API write; ends at -Count, -Duration or Ctrl+C.</summary>
/// <remarks>
/// <para>
/// Creates ConfigMaps at the rate given, updates each as often as asked, deletes each at the end of its lifetime, and times every one of these writes: when
/// it was due, when it was handed over, when its stream was granted, when its response was whole.
/// </para>
/// <para>
/// The load is an open loop: the schedule waits for no response, so that a slow server faces what it would face from independent clients, and its delays are
/// seen in full. The schedule is a pure function of -Rate, -Arrival and -Seed. Nothing is retried; an operation that failed is a record like any other.
/// </para>
/// <para>
/// Before the load every connection is opened with a create that changes nothing (dryRun=All), which proves rights and namespace: what would fail every
/// create ends the run before it begins.
/// </para>
/// <para>
/// Stopped early (Ctrl+C, SIGTERM, Select-Object -First, an error downstream), it creates no more, awaits what is under way and deletes what lives within
/// -DrainTimeout. What a killed run left is found by its labels: Remove-ScaleTestObject.
/// </para>
/// <para>
/// Pipe the records to Measure-ScaleTest for percentiles and a verdict, or write them with -OutFile, which gives the summary at once. Replaces the Go program
/// cmdriver.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// Start-LocalApiServer | Start-ConfigMapDriver -Rate 500 -Count 2000 | Measure-ScaleTest
/// </code>
/// Starts a local API server, creates and deletes 2000 ConfigMaps at 500 a second, and sums up. Stop-LocalApiServer ends the server.
/// </example>
/// <example>
/// <code>
/// Start-ConfigMapDriver -Rate 20 -Duration 10m -MaxPopulation 200 -Updates 1 -OutFile run.csv
/// </code>
/// 60 writes a second for ten minutes with 200 ConfigMaps alive on average. Shows progress, ends with the summary, and leaves run.csv and run.csv.run.json.
/// </example>
/// <example>
/// <code>
/// Start-ConfigMapDriver -Rate 100 -Count 10000 -MaxPopulation 500 -Updates 2 -WhatIf
/// </code>
/// Says how many operations, writes per second, objects and bytes that would be. No request is sent.
/// </example>
/// <example>
/// <code>
/// Start-ConfigMapDriver -Rate 50 -Count 1000 | Where-Object { -not $_.Succeeded } | Group-Object Outcome, StatusCode, Reason
/// </code>
/// Counts the failures by their reason.
/// </example>
/// <example>
/// <code>
/// Start-ConfigMapDriver -Rate Max -MaxInFlight 64 -Duration 30s -OutFile ceiling.csv
/// </code>
/// Keeps 64 operations going for 30 seconds: what the server can do, not how fast it answers.
/// </example>
/// <example>
/// <code>
/// Start-ConfigMapDriver -Context staging -Namespace load -CreateNamespace -Lambda 5 -N 1000 -Maxpop 100 -Datalen 500 -OutFile driver.csv -Format Original
/// </code>
/// The old flag names are aliases.
/// </example>
/// <example>
/// <code>
/// Start-ConfigMapDriver -Rate 200 -Duration 1m -RunId nightly -Seed 42 -Worker 0 -Workers 2 -OutFile worker-0.csv
/// </code>
/// One of two workers, which plays every second arrival of the one schedule. On the other machine the same with -Worker 1; Measure-ScaleTest worker-*.csv
/// then sums both up as one run.
/// </example>
/// <seealso cref="StartFlunderDriverCommand"/>
/// <seealso cref="MeasureScaleTestCommand"/>
/// <seealso cref="TestScaleTestCommand"/>
/// <seealso cref="RemoveScaleTestObjectCommand"/>
/// <seealso cref="StartLocalApiServerCommand"/>
/// <seealso href="about_K8sScaleTest"/>
[Cmdlet(VerbsLifecycle.Start, "ConfigMapDriver", SupportsShouldProcess = true)]
[OutputType(typeof(OperationRecord), typeof(ScaleTestSummary))]
public sealed class StartConfigMapDriverCommand : DriverCmdlet
{
    private const int OriginalDataLength = 2000;

    /// <summary>Bytes of data in each ConfigMap (zeros in key1), up to 1048576, and 1048476 with -Updates, which add 100; 2000 by default. Replaces the Go flag datalen.</summary>
    [Parameter]
    [Alias("Datalen")]
    public int DataLength { get; set; } = OriginalDataLength;

    /// <inheritdoc/>
    protected override string ObjectsName => "ConfigMaps";

    private protected override int DataLengthInEffect => DataLength;

    private protected override int UpdateDataLength => Updates > 0 ? ObjectTemplate.ConfigMapUpdateLength : 0;

    private protected override Task<ObjectTemplate> BuildTemplateAsync(ApiTarget target, DriverOptions options, ObjectIdentity identity, CancellationToken cancellationToken) =>
        Task.FromResult(ObjectTemplate.ConfigMap(identity, options.DataLength));
}
