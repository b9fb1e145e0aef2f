using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using K8sScaleTest.Engine.Results.Objectives;
using K8sScaleTest.Engine.Results.Verdicts;

namespace K8sScaleTest;

/// <summary>Holds a run against objectives and fails a CI step when one is missed or cannot be told; ends when its input does, or at Ctrl+C.</summary>
/// <remarks>
/// <para>
/// Emits one result for the verdict on each run and one for each objective, and ends with a terminating error when the verdict is neither Valid nor named by -Accept
/// (VerdictNotAccepted), when an objective was missed (ObjectiveMissed), when it cannot be told, such as a p99 of 200 samples (ObjectiveUndetermined), or when no record came
/// (NothingMeasured). The error ends the script, whatever its $ErrorActionPreference, and pwsh -File then exits with 1.
/// </para>
/// <para>
/// What fails before it, such as a server that refuses the run or an objective with a slip in it, ends a statement alone in PowerShell, and the script goes on: begin a
/// CI step with $ErrorActionPreference = 'Stop'.
/// </para>
/// <para>An objective is a text:</para>
/// <code>
/// [configmaps.|flunders.][create.|update.|delete.|all.]
///   service|response|pacer|connectionWait . p50|p90|p99|p99.9|max|mean  &lt;= 1s     800us, 250ms, 1s, 1m30s
///   succeeded|failed|rejected|unknown|notSent|timeouts                  == 0      a number, or a share: 1%
///   rate                                                                &gt;= 99%    of -Rate, or 95/s: creates due a second, unless another kind or all is named
///   throughput                                                          &gt;= 250/s   finished with success a second, of all kinds unless one is named
/// </code>
/// <para>
/// Comparisons are &lt;=, &lt;, &gt;= and &gt;, and of numbers == and != too. Times and rates are of Steady and of operations that succeeded; numbers and shares are of the
/// whole run. A run whose verdict is Valid and that missed an objective is Failed.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// Start-ConfigMapDriver -Rate 100 -Count 5000 | Test-ScaleTest -Objective 'create.response.p99 &lt;= 1s', 'failed == 0'
/// </code>
/// A missed objective ends the script: pwsh -File, and with it the CI step, then exits with 1.
/// </example>
/// <example>
/// <code>
/// Test-ScaleTest run.csv -Objective 'create.service.p99 &lt;= 250ms', 'delete.service.p99 &lt;= 250ms', 'rate &gt;= 99%'
/// </code>
/// With run.csv.run.json beside it, since the verdict counts too.
/// </example>
/// <example>
/// <code>
/// Start-ConfigMapDriver -Rate Max -Duration 1m -OutFile ceiling.csv | Test-ScaleTest -Objective 'throughput &gt;= 500/s'
/// Start-ConfigMapDriver -Rate 2000 -Duration 1m -OutFile beyond.csv | Test-ScaleTest -Objective 'throughput &gt;= 500/s' -Accept Overloaded
/// </code>
/// At full speed only throughput is a finding. At a rate beyond what the server can do, too: it is Overloaded then, as was intended.
/// </example>
/// <example>
/// <code>
/// Measure-ScaleTest configmaps.csv, flunders.csv | Test-ScaleTest -Objective 'configmaps.create.response.p99 &lt;= 100ms', 'flunders.create.response.p99 &lt;= 200ms'
/// </code>
/// An objective without a resource is held against every run.
/// </example>
/// <example>
/// <code>
/// Invoke-ScaleTest -Plan nightly.yaml -OutFile run.csv | Test-ScaleTest -Objective 'create.response.p99 &lt;= 1s', 'failed == 0'
/// </code>
/// Its verdict is of events too: a lost one fails the step.
/// </example>
/// <seealso cref="MeasureScaleTestCommand"/>
/// <seealso cref="InvokeScaleTestCommand"/>
/// <seealso cref="StartConfigMapDriverCommand"/>
/// <seealso cref="StartFlunderDriverCommand"/>
/// <seealso href="about_K8sScaleTest"/>
[Cmdlet(VerbsDiagnostic.Test, "ScaleTest", DefaultParameterSetName = ObjectSet)]
[OutputType(typeof(ObjectiveResult))]
public sealed class TestScaleTestCommand : ScaleTestInputCommand
{
    /// <summary>What is asked of the server; see the description. Without objectives the verdict alone decides.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ValidateObjective]
    public string[] Objective { get; set; } = [];

    /// <summary>Verdicts that are fine besides Valid: Inconclusive, Invalid, Overloaded. A missed objective is an error all the same.</summary>
    [Parameter]
    [ValidateSet(nameof(VerdictKind.Inconclusive), nameof(VerdictKind.Invalid), nameof(VerdictKind.Overloaded))]
    public string[] Accept { get; set; } = [];

    /// <inheritdoc/>
    private protected override void Complete(IReadOnlyList<ScaleTestSummary> summaries)
    {
        // A step that measured nothing must not look like one that passed.
        if (summaries.Count == 0)
        {
            Fail("NothingMeasured", "No record came: there is nothing to hold against the objectives.", null);
        }

        var objectives = Objective.Select(Engine.Results.Objectives.Objective.Parse).ToList();
        var results = summaries.SelectMany(summary => ObjectiveCheck.Of(summary, objectives, Accept)).ToList();
        var ofNoRun = objectives.Where(objective => !summaries.Any(summary => objective.AppliesTo(summary.Resource)));
        results.AddRange(ofNoRun.Select(objective => OfNoRun(objective, summaries)));
        WriteObject(results, enumerateCollection: true);

        var broken = results.Where(result => result.Passed != true).ToList();
        if (broken.Count == 0) return;
        var id = broken.Any(result => result.Unit is null && result.Passed == false) ? "VerdictNotAccepted"
            : broken.Any(result => result.Passed == false) ? "ObjectiveMissed"
            : "ObjectiveUndetermined";
        Fail(id, string.Join(" ", broken.Select(Describe)), broken);
    }

    private static string Describe(ObjectiveResult result)
    {
        var of = result.RunId is null ? "" : $" by {result.Resource} of run {result.RunId}";
        return result.Passed is null
            ? $"Objective '{result.Objective}' cannot be told{of}: {result.Reason}."
            : result.Unit is null
                ? $"The verdict on {result.Resource} of run {result.RunId} is {result.Actual}, and accepted is {result.Limit}: {result.Reason}"
                : $"Objective '{result.Objective}' was missed{of}: {result.Reason}.";
    }

    private static ObjectiveResult OfNoRun(Objective objective, IReadOnlyList<ScaleTestSummary> summaries) => new()
    {
        Objective = objective.Text,
        Limit = objective.Show(objective.Limit),
        LimitValue = objective.Limit,
        Unit = objective.Unit.ToString(),
        Reason = $"no run is of '{objective.Resource}', but of {string.Join(", ", summaries.Select(summary => summary.Resource).Distinct())}",
    };

    /// <summary>Ends the script, as its own throw would.</summary>
    /// <remarks>
    /// ThrowTerminatingError ends the statement alone: pwsh -File would go on with the next one and exit with 0. A throw knows no command, so its name is
    /// put where the engine would.
    /// </remarks>
    [DoesNotReturn]
    private static void Fail(string id, string message, object? target)
    {
        var fullId = $"{id},{typeof(TestScaleTestCommand).FullName}";
        var record = new ErrorRecord(new InvalidOperationException(message), fullId, ErrorCategory.InvalidResult, target);
        record.CategoryInfo.Activity = $"{VerbsDiagnostic.Test}-ScaleTest";
        throw new RuntimeException(message, record.Exception, record) { WasThrownFromThrowStatement = true };
    }
}
