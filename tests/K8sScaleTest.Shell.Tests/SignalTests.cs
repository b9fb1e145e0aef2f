using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Shell.Tests;

public sealed class SignalTests
{
    // Runs until it is stopped, then takes its time to clean up, as a driver does that drains.
    private const string Work =
        "try { $Host.UI.WriteLine('working'); while ($true) { [Threading.Thread]::Sleep(20) } } "
        + "finally { $Host.UI.WriteLine('draining'); [Threading.Thread]::Sleep(700); $Host.UI.WriteLine('drained') }; 'not reached'";

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("HUP", 129)]
    public async Task A_signal_stops_what_runs_lets_it_clean_up_and_ends_with_its_code(string signal, int exitCode)
    {
        using var shell = ShellProcess.Start("-Command", Work);
        await shell.WaitForAsync("working");
        await shell.SignalAsync(signal);
        var result = await shell.WaitAsync();
        Assert.Equal((exitCode, "working\ndraining\ndrained\n", string.Empty), (result.ExitCode, result.Output, result.Error));
    }

    [Fact]
    public async Task A_second_interrupt_says_what_a_third_one_does()
    {
        using var shell = ShellProcess.Start("-Command", Work);
        await shell.WaitForAsync("working");
        await shell.SignalAsync("INT");
        await shell.WaitForAsync("draining");
        await shell.SignalAsync("INT");
        var result = await shell.WaitAsync();
        Assert.Equal(130, result.ExitCode);
        Assert.Contains("drained", result.Output, StringComparison.Ordinal);
        Assert.Contains("cleaning up. Ctrl+C once more leaves at once", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_third_interrupt_leaves_at_once()
    {
        using var shell = ShellProcess.Start("-Command", Work.Replace("700", "30000", StringComparison.Ordinal));
        await shell.WaitForAsync("working");
        await shell.SignalAsync("INT");
        await shell.WaitForAsync("draining");
        await shell.SignalAsync("INT");
        await shell.WaitForAsync("cleaning up");
        await shell.SignalAsync("INT");
        var result = await shell.WaitAsync();
        Assert.Equal(130, result.ExitCode);
        Assert.DoesNotContain("drained", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_cannot_go_on_after_a_signal()
    {
        using var file = new ScriptFile("try { $Host.UI.WriteLine('working'); while ($true) { [Threading.Thread]::Sleep(20) } } catch { 'caught' }; exit 7");
        using var shell = ShellProcess.Start(file.Path);
        await shell.WaitForAsync("working");
        await shell.SignalAsync("TERM");
        var result = await shell.WaitAsync();
        Assert.Equal((143, "working\n"), (result.ExitCode, result.Output));
    }
}
