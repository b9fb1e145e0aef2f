using System.Management.Automation;

namespace K8sScaleTest.Tests;

public sealed class TestScaleTestTests : IDisposable
{
    // The results come before the error, so that a script that catches it has them.
    private const string Collect = "$results = [Collections.Generic.List[object]]::new(); try { {0} | ForEach-Object { $results.Add($_) } } catch { $caught = $_ }; $results; $caught";

    private readonly RecordFixture _files = new();
    private readonly ModuleSession _session = new();

    public void Dispose()
    {
        _session.Dispose();
        _files.Dispose();
    }

    [Fact]
    public void Objectives_that_are_kept_end_without_an_error()
    {
        var results = _session.Run("Measure-ScaleTest $path | Test-ScaleTest -Objective 'create.response.p99 <= 1s', 'failed == 0', 'rate >= 99%'", ("path", _files.Run()));
        Assert.Equal(["verdict", "create.response.p99 <= 1s", "failed == 0", "rate >= 99%"], results.Select(result => (string)result.Properties["Objective"].Value));
        Assert.All(results, result => Assert.Equal(true, result.Properties["Passed"].Value));
        Assert.All(results, result => Assert.Equal("Valid", result.Properties["Verdict"].Value));
        Assert.Equal("1,000 ms", results[1].Properties["Limit"].Value);
        Assert.Equal(3100L, results[1].Properties["Samples"].Value);
    }

    [Fact]
    public void An_objective_that_is_missed_ends_with_an_error_and_makes_the_run_failed()
    {
        var (results, error) = Run("Test-ScaleTest $path -Objective 'create.response.p99 <= 1ms', 'failed == 0'");
        Assert.Equal([true, false, true], results.Select(result => result.Properties["Passed"].Value));
        Assert.All(results, result => Assert.Equal("Failed", result.Properties["Verdict"].Value));
        Assert.Equal("ObjectiveMissed,K8sScaleTest.TestScaleTestCommand", error!.FullyQualifiedErrorId);
        Assert.Contains("'create.response.p99 <= 1ms' was missed by configmaps of run 1124.0300.0042: measured 1.2", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_objective_that_cannot_be_told_is_an_error_too()
    {
        var (results, error) = Run("Test-ScaleTest $path -Objective 'create.response.p99.9 <= 1s'");
        Assert.Null(results[1].Properties["Passed"].Value);
        Assert.Equal("ObjectiveUndetermined,K8sScaleTest.TestScaleTestCommand", error!.FullyQualifiedErrorId);
        Assert.Contains("10,000 are needed", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_verdict_that_is_not_accepted_is_an_error_and_one_that_is_is_none()
    {
        var path = _files.Run(serviceMs: i => 12.5 + (i * 2.5));
        var (_, error) = Run("Test-ScaleTest $path -Objective 'throughput >= 50/s'", path);
        Assert.Equal("VerdictNotAccepted,K8sScaleTest.TestScaleTestCommand", error!.FullyQualifiedErrorId);
        Assert.Contains("is Overloaded", error.Exception.Message, StringComparison.Ordinal);
        (var results, error) = Run("Test-ScaleTest $path -Objective 'throughput >= 50/s' -Accept Overloaded", path);
        Assert.Null(error);
        Assert.Equal(2, results.Count);
    }

    [Fact]
    public void An_objective_of_a_resource_that_did_not_run_is_an_error()
    {
        var (results, error) = Run("Test-ScaleTest $path -Objective 'flunders.failed == 0'");
        Assert.StartsWith("ObjectiveUndetermined", error!.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("no run is of 'flunders'", (string)results[1].Properties["Reason"].Value, StringComparison.Ordinal);
    }

    // The session's preference is Continue: a statement's error would let the script go on, and a CI step pass.
    [Fact]
    public void Its_error_ends_the_script_whatever_the_preference()
    {
        var error = _session.RunToError("Test-ScaleTest $path -Objective 'failed > 0'; $global:wentOn = $true", ("path", _files.Run()));
        Assert.StartsWith("ObjectiveMissed", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Null(_session.Run("$global:wentOn")[0]);
    }

    [Fact]
    public void Nothing_measured_is_nothing_passed()
    {
        var error = _session.RunToError("@() | Test-ScaleTest -Objective 'failed == 0'");
        Assert.StartsWith("NothingMeasured", error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void An_objective_that_cannot_be_read_is_told_before_anything_begins()
    {
        var error = _session.RunToError("$ErrorActionPreference = 'Stop'; & { $global:begun = $true; 1 } | Test-ScaleTest -Objective 'create.respnse.p99 <= 1s'");
        Assert.Contains("'respnse' is not possible at position 8. Possible there: service, response", error.Exception.Message, StringComparison.Ordinal);
        Assert.Null(_session.Run("$global:begun")[0]);
    }

    private (IReadOnlyList<PSObject> Results, ErrorRecord? Error) Run(string command, string? path = null)
    {
        var all = _session.Run("$caught = $null; " + Collect.Replace("{0}", command, StringComparison.Ordinal), ("path", path ?? _files.Run())).Where(item => item is not null).ToList();
        var error = all[^1].BaseObject as ErrorRecord;
        return (error is null ? all : all[..^1], error);
    }
}
