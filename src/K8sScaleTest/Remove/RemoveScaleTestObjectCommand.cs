using System.Diagnostics;
using System.Management.Automation;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Objects;

namespace K8sScaleTest;

/// <summary>Deletes what a run left behind, found by its labels, until nothing is left; ends by itself, or at Ctrl+C.</summary>
/// <remarks>
/// <para>
/// Every object of a driver carries the labels purpose=scaletest and scaletest/run. A run that was killed, or stopped with -NoCleanup, leaves objects behind;
/// this cmdlet lists them by these labels and deletes them in parallel, and lists again until nothing is left.
/// </para>
/// <para>
/// It deletes ConfigMaps and, where the server has them, Flunders; -Resource names others. What cannot be deleted is said in an error at the end, with the
/// server's reasons: a resource whose server is down keeps no other from being deleted.
/// </para>
/// <para>-All, which deletes the objects of every run in the namespaces, asks first.</para>
/// </remarks>
/// <example>
/// <code>
/// Remove-ScaleTestObject -RunId 1124.0930.0042
/// </code>
/// The ID stands in every record of the run, and in every name of its objects.
/// </example>
/// <example>
/// <code>
/// Import-Csv run.csv | Remove-ScaleTestObject
/// </code>
/// Deletes what is left of the run, or runs, whose records the file holds, in the namespaces that these name.
/// </example>
/// <example>
/// <code>
/// Remove-ScaleTestObject -All -Namespace scaletest -WhatIf
/// </code>
/// Says what would be deleted, and where.
/// </example>
/// <example>
/// <code>
/// Remove-ScaleTestObject -All -Resource configmaps -Confirm:$false
/// </code>
/// For scripts: deletes the ConfigMaps of all runs in the namespace scaletest.
/// </example>
/// <seealso cref="StartConfigMapDriverCommand"/>
/// <seealso cref="StartFlunderDriverCommand"/>
/// <seealso href="about_K8sScaleTest"/>
[Cmdlet(VerbsCommon.Remove, "ScaleTestObject", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium, DefaultParameterSetName = RunSet)]
[OutputType(typeof(RemoveResult))]
public sealed class RemoveScaleTestObjectCommand : TargetCmdlet
{
    private const string RunSet = "Run";
    private const string AllSet = "All";
    private const string AllRuns = "*";
    private const string DefaultNamespace = "scaletest";
    private const int ProgressId = 1;
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(65);
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(250);

    private readonly HashSet<string> _done = [];
    private readonly List<ErrorRecord> _failures = [];
    private readonly List<string> _leftovers = [];
    private long _progressShown;

    /// <summary>The runs whose objects are deleted. It binds by property name: records of a run can be piped in, and each run is deleted once.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = RunSet, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] RunId { get; set; } = [];

    /// <summary>
    /// Deletes the objects of all runs (label purpose=scaletest) in the namespaces, of runs under way too. Asks first, unless -Confirm:$false is given.
    /// </summary>
    [Parameter(Mandatory = true, ParameterSetName = AllSet)]
    public SwitchParameter All { get; set; }

    /// <summary>
    /// The namespaces to delete them in; scaletest by default. With -RunId it binds by property name, as the run does: records bring their own, and one without
    /// a namespace means the default. Tab completes them with the namespaces of the server.
    /// </summary>
    [Parameter(ParameterSetName = RunSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = AllSet)]
    [NamespaceName(AllowsEmpty = true)]
    [ArgumentCompleter(typeof(NamespaceCompleter))]
    public string[] Namespace { get; set; } = [DefaultNamespace];

    /// <summary>
    /// The resources to delete, as kubectl takes them; by default configmaps, and flunders where the server has them. One that is named must be served.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ResourceCompleter))]
    public string[] Resource { get; set; } = ["configmaps", "flunders"];

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        // What is bound by now stands on the command line, where an empty name is a mistake: of a variable that was never set.
        if (MyInvocation.BoundParameters.ContainsKey(nameof(Namespace)) && (Namespace is not { Length: > 0 } || Namespace.Any(string.IsNullOrEmpty)))
            throw Terminating("InvalidNamespace", ErrorCategory.InvalidArgument, "-Namespace is empty: name the namespaces, or leave it out for 'scaletest'.", null);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var runs = All ? [AllRuns] : RunId.Distinct(StringComparer.Ordinal).ToArray();
        foreach (var run in runs)
        {
            if (!All && RunIdentity.Fault(run) is { } fault) throw Terminating("InvalidRunId", ErrorCategory.InvalidArgument, fault, run);
        }

        // A run's records all come down the pipeline: its objects are deleted once in each namespace.
        var namespaces = (Namespace ?? []).Where(ns => !string.IsNullOrEmpty(ns)).DefaultIfEmpty(DefaultNamespace).Distinct(StringComparer.Ordinal);
        (string Namespace, string Run)[] places = [.. namespaces.SelectMany(ns => runs.Select(run => (ns, run))).Where(place => _done.Add($"{Kubeconfig}\n{place.ns}\n{place.run}"))];
        if (places.Length == 0) return;
        var description = DescribeTarget();
        if (!IsConfirmed(places, description)) return;
        using var target = ResolveTarget();
        using var client = new ApiClient(
            target, System.Net.HttpVersion.Version20, ModuleVersion.UserAgent("Remove-ScaleTestObject"), RequestTimeout, HttpVersionPolicy.RequestVersionOrLower);
        foreach (var resource in FindResources(client))
        {
            foreach (var (ns, run) in places) Remove(client, resource, ns, run);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_leftovers.Count > 0) _failures.Add(new(new InvalidOperationException(string.Join(" ", _leftovers)), "ObjectsRemain", ErrorCategory.InvalidResult, null));
        if (_failures.Count == 0) return;
        foreach (var failure in _failures.SkipLast(1)) WriteError(failure);
        ThrowTerminatingError(_failures[^1]);
    }

    private bool IsConfirmed(IReadOnlyCollection<(string Namespace, string Run)> places, TargetDescription description)
    {
        var what = $"Delete {string.Join(" and ", Resource)} of {(All ? "ALL runs (label purpose=scaletest)" : $"run {string.Join(", ", places.Select(place => place.Run).Distinct())}")}";
        var where = $"namespace {string.Join(" and ", places.Select(place => $"'{place.Namespace}'").Distinct())} of {description.Url} ({description.Source})";
        if (!ShouldProcess(where, what)) return false;
        // PowerShell knows one impact for all parameter sets; -All alone has a high one.
        var asks = All && !MyInvocation.BoundParameters.ContainsKey("Confirm") && SessionState.PSVariable.GetValue("ConfirmPreference")?.ToString() != nameof(ConfirmImpact.None);
        return !asks || ShouldContinue($"{what} in {where}?", "Remove-ScaleTestObject -All");
    }

    private List<ApiResource> FindResources(ApiClient client)
    {
        var chosen = MyInvocation.BoundParameters.ContainsKey(nameof(Resource));
        List<ApiResource> found = [];
        foreach (var name in Resource.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var skipped = "";
            RunOrGoOn(async cancellationToken =>
            {
                try
                {
                    found.Add(await ApiDiscovery.FindByNameAsync(client, name, cancellationToken: cancellationToken));
                }
                catch (ApiException e) when (!chosen && e.Reason == ApiReasons.GroupNotServed)
                {
                    skipped = e.Message;
                }
            });
            if (skipped.Length > 0) WriteVerbose(skipped);
        }

        return found;
    }

    /// <summary>
    /// Keeps what the server says about one resource, such as that the aggregated server behind it is down, for the end: the others can be deleted. What would
    /// be said of every resource, or was asked for by a wrong name, ends the cmdlet.
    /// </summary>
    private void RunOrGoOn(Func<CancellationToken, Task> work) => Run(async cancellationToken =>
    {
        try
        {
            await work(cancellationToken);
        }
        catch (ApiException e) when (e.StatusCode != 0 && e.Reason != ApiReasons.Unauthorized && Explain(e) is { } failure)
        {
            if (_failures.All(known => known.Exception.Message != e.Message)) _failures.Add(failure);
        }
    });

    private void Remove(ApiClient client, ApiResource resource, string ns, string run)
    {
        var selector = run == AllRuns ? RunIdentity.SelectorOfAll : RunIdentity.SelectorOf(run);
        RemovalResult? result = null;
        RunOrGoOn(async cancellationToken =>
            result = await new ObjectRemover(client).RemoveAsync(resource, ns, selector, progress => Post(() => Show(resource, run, progress)), cancellationToken));
        WriteProgress(new ProgressRecord(ProgressId, "Remove-ScaleTestObject", "done") { RecordType = ProgressRecordType.Completed });
        if (result is null) return;
        if (result.Remaining > 0) _leftovers.Add(Explain(resource, ns, run, result));
        WriteObject(new RemoveResult
        {
            RunId = run,
            Resource = resource.QualifiedName,
            Namespace = ns,
            Found = result.Found,
            Deleted = result.Deleted,
            AlreadyGone = result.AlreadyGone,
            Failed = result.Failed,
            Remaining = result.Remaining,
            Seconds = result.Elapsed.TotalSeconds,
        });
    }

    private void Show(ApiResource resource, string run, RemovalProgress progress)
    {
        if (Stopwatch.GetElapsedTime(_progressShown) < ProgressInterval) return;
        _progressShown = Stopwatch.GetTimestamp();
        var status = $"{progress.Deleted:N0} deleted, {progress.AlreadyGone:N0} gone already, {progress.Failed:N0} failed, listing {progress.Round}";
        WriteProgress(new ProgressRecord(ProgressId, $"Deleting {resource.QualifiedName} of {(run == AllRuns ? "all runs" : $"run {run}")}", status));
    }

    private static string Explain(ApiResource resource, string ns, string run, RemovalResult result)
    {
        var causes = result.Failures.OrderByDescending(each => each.Value).Select(each => $"{each.Value:N0} deletes failed: {each.Key}").ToList();
        if (result.Finalizing > 0) causes.Add($"{result.Finalizing:N0} are marked as deleted: finalizers? See 'kubectl get {resource.QualifiedName} -n {ns} -o yaml'");
        return $"{result.Remaining:N0} {resource.QualifiedName} of {(run == AllRuns ? "the runs" : $"run {run}")} in namespace '{ns}' are still there after {result.Rounds} listings ({string.Join("; ", causes)}).";
    }
}
