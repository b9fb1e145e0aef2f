using System.Globalization;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Timed.Tests;

/// <summary>The examples need a verdict, and that a machine of their own.</summary>
public sealed class ExampleTests
{
    private static readonly string Examples = Path.Combine(ShellProcess.RepositoryRoot, "examples");

    [Fact]
    public async Task The_first_run_shows_a_valid_run_of_each_kind_and_ends_with_0()
    {
        var result = await RunUndisturbedAsync("first-run.ps1", "-Count", "500");
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.Equal(2, result.Output.Split("Valid: ").Length - 1);
        Assert.Contains("configmaps, run ", result.Output, StringComparison.Ordinal);
        Assert.Contains("flunders.wardle.example.com, run ", result.Output, StringComparison.Ordinal);
        Assert.Empty(result.Error);
    }

    [Fact]
    public async Task The_CI_step_passes_when_the_objectives_are_met()
    {
        var result = await RunUndisturbedAsync("ci.ps1", "-Objective", "failed == 0");
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.Contains("failed == 0", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_CI_step_fails_and_says_which_objective_was_missed()
    {
        var result = await RunUndisturbedAsync("ci.ps1", "-Objective", "create.response.p50 <= 1us");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("create.response.p50 <= 1us", result.Error, StringComparison.Ordinal);
        Assert.Contains("missed", result.Error, StringComparison.Ordinal);
    }

    /// <summary>
    /// Runs an example until its verdict is not Invalid, five times at most. When it never is, the machine's quiet decides: on a quiet one that
    /// is the example's result; where most attempts had a disturbed one, Invalid is the truth, and says so, and the rest cannot be shown here.
    /// </summary>
    private static async Task<ShellResult> RunUndisturbedAsync(string example, params string[] arguments)
    {
        const int attempts = 5;
        var late = new List<double> { await QuietMachine.LateShareNowAsync() };
        for (var attempt = 1; ; attempt++)
        {
            var result = await ShellProcess.RunAsync([Path.Combine(Examples, example), .. arguments]);
            if (!(result.Output + result.Error).Contains("Invalid", StringComparison.Ordinal)) return result;
            late.Add(await QuietMachine.LateShareNowAsync());
            if (attempt < attempts) continue;
            if (late.Count(share => share > QuietMachine.LateShare) <= late.Count / 2) return result;
            Assert.Equal(1, result.ExitCode);
            Assert.Skip($"This machine is not quiet enough to be measured on: of {attempts} runs none was Valid, and between them {string.Join(", ", late.Select(share => share.ToString("P1", CultureInfo.InvariantCulture)))} of a sleeping thread's wake-ups came more than 2 ms late.");
        }
    }
}
