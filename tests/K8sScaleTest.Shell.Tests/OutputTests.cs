using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Shell.Tests;

public sealed class OutputTests
{
    [Fact]
    public async Task Errors_go_to_standard_error_and_the_rest_to_standard_output()
    {
        var result = await ShellProcess.RunAsync(
            "-Command",
            "function f { [CmdletBinding()] param() $PSCmdlet.WriteWarning('w'); $PSCmdlet.WriteVerbose('v'); $PSCmdlet.WriteDebug('d'); "
            + "$PSCmdlet.WriteError([Management.Automation.ErrorRecord]::new([Exception]::new('e'), 'E', 'NotSpecified', $null)); 'o' }; "
            + "$DebugPreference = 'Continue'; f -Verbose; $Host.UI.WriteLine('h')");
        Assert.Equal("WARNING: w\nVERBOSE: v\nDEBUG: d\no\nh\n", result.Output);
        Assert.Equal("f: e\n", result.Error);
    }

    [Fact]
    public async Task A_table_in_a_pipe_is_120_wide_and_without_colour()
    {
        var result = await ShellProcess.RunAsync("-Command", "[pscustomobject]@{ A = 'a' * 70; B = 'b' * 70 }");
        var row = result.Output.Split('\n').Single(line => line.StartsWith("aaa", StringComparison.Ordinal));
        Assert.InRange(row.Length, 110, 120);
        Assert.DoesNotContain('\e', result.Output);
    }

    [Fact]
    public async Task Progress_is_not_shown_where_the_output_is_redirected()
    {
        var result = await ShellProcess.RunAsync("-Command", Progress(1));
        Assert.Equal(("done\n", string.Empty), (result.Output, result.Error));
    }

    [Fact]
    public async Task While_a_cmdlet_has_taken_standard_output_everything_else_goes_to_standard_error()
    {
        var result = await ShellProcess.RunAsync(
            "-Command",
            "$Host.UI.WriteLine('before'); [AppContext]::SetSwitch('K8sScaleTest.StandardOutputTaken', $true); $Host.UI.WriteLine('said'); $Host.UI.WriteWarningLine('warned'); "
            + "[Console]::Out.WriteLine('record'); [AppContext]::SetSwitch('K8sScaleTest.StandardOutputTaken', $false); $Host.UI.WriteLine('after')");
        Assert.Equal("before\nrecord\nafter\n", result.Output);
        Assert.Equal("said\nWARNING: warned\n", result.Error);
    }

    [Fact]
    public async Task Cmdlets_are_told_that_the_host_handles_signals()
    {
        var result = await ShellProcess.RunAsync("-Command", "$on = $false; $null = [AppContext]::TryGetSwitch('K8sScaleTest.HostHandlesSignals', [ref] $on); $on");
        Assert.Equal("True\n", result.Output);
    }

    [Fact]
    public async Task A_question_where_nobody_can_answer_is_an_error_that_says_what_to_do()
    {
        var confirm = await ShellProcess.RunAsync("-Command", "function f { [CmdletBinding(SupportsShouldProcess)] param() if ($PSCmdlet.ShouldProcess('x')) { 'did' } }; f -Confirm; exit 0");
        Assert.Contains("not interactive", confirm.Error, StringComparison.Ordinal);
        Assert.Contains("-Confirm:$false", confirm.Error, StringComparison.Ordinal);
        Assert.Empty(confirm.Output);
        var mandatory = await ShellProcess.RunAsync("-Command", "function f { param([Parameter(Mandatory)] $Rate) 'did' }; f");
        Assert.Equal(1, mandatory.ExitCode);
        Assert.Contains("Rate", mandatory.Error, StringComparison.Ordinal);
    }

    internal static string Progress(int times, string activity = "Driving") =>
        "function f { [CmdletBinding()] param() foreach ($i in 1.." + times + ") { $r = [Management.Automation.ProgressRecord]::new(1, '" + activity + "', \"step $i\"); "
        + "$PSCmdlet.WriteProgress($r); [Threading.Thread]::Sleep(50) } }; f; 'done'";
}
