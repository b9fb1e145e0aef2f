using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Shell.Tests;

/// <summary>What the shell does on a terminal: one is made with util-linux's script.</summary>
public sealed class TerminalTests
{
    private const string Work = "try { $Host.UI.WriteLine('wor' + 'king'); while ($true) { [Threading.Thread]::Sleep(20) } } finally { $Host.UI.WriteLine('drai' + 'ned') }";

    [Fact]
    public async Task Tables_take_the_terminals_width()
    {
        using var shell = ShellProcess.StartInTerminal(60, "-Command", "[pscustomobject]@{ A = 'a' * 70; B = 'b' * 70 }");
        var result = await shell.WaitAsync();
        var row = result.Output.Split('\n').Single(line => line.Contains("aaa", StringComparison.Ordinal)).TrimEnd('\r');
        Assert.InRange(row.Length, 50, 60);
    }

    [Fact]
    public async Task There_is_colour()
    {
        using var shell = ShellProcess.StartInTerminal(100, "-Command", "[pscustomobject]@{ A = 1 }; no-such-command");
        var result = await shell.WaitAsync();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("\e[32;1mA", result.Output, StringComparison.Ordinal);
        Assert.Contains("\e[31;1m", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_rewrites_its_line_at_most_four_times_a_second_and_goes_away()
    {
        using var shell = ShellProcess.StartInTerminal(100, "-Command", OutputTests.Progress(20));
        var result = await shell.WaitAsync();
        Assert.Contains("Driving: step 1", result.Output, StringComparison.Ordinal);
        Assert.InRange(result.Output.Split("Driving: ").Length - 1, 2, 10);
        Assert.EndsWith("\r\e[Kdone\n", result.Output.Replace("\r\n", "\n", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_in_a_narrow_terminal_is_the_figures_without_the_command()
    {
        using var shell = ShellProcess.StartInTerminal(40, "-Command", OutputTests.Progress(2, "Start-SomethingOfALongName 1124.0300.0042"));
        var result = await shell.WaitAsync();
        Assert.Contains("step 1", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Start-SomethingOfALongName", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_prompt_runs_entries_shows_their_errors_and_ends_with_the_code_of_exit()
    {
        using var shell = ShellProcess.StartInTerminal(100);
        await shell.WaitForAsync("`exit` leaves");
        await shell.TypeAsync("'a' + 'b'\n");
        await shell.WaitForAsync("ab");
        await shell.TypeAsync("throw ('it ' + 'broke')\n");
        await shell.WaitForAsync("it broke");
        await shell.TypeAsync("if ($true) {\n'more' + 'lines'\n}\n");
        await shell.WaitForAsync("morelines");
        await shell.TypeAsync("exit 9\n");
        Assert.Equal(9, (await shell.WaitAsync()).ExitCode);
    }

    [Fact]
    public async Task At_the_prompt_an_interrupt_ends_what_runs_and_not_the_shell()
    {
        using var shell = ShellProcess.StartInTerminal(100, "-NoLogo");
        await shell.WaitForAsync("PS ");
        await shell.TypeAsync(Work + "\n");
        await shell.WaitForAsync("working");
        await shell.TypeAsync("\u0003");
        await shell.WaitForAsync("drained");
        await shell.TypeAsync("'still ' + 'here'\n");
        await shell.WaitForAsync("still here");
        await shell.TypeAsync("exit\n");
        Assert.Equal(0, (await shell.WaitAsync()).ExitCode);
    }

    [Fact]
    public async Task An_interrupt_at_the_prompt_drops_the_line()
    {
        using var shell = ShellProcess.StartInTerminal(100, "-NoLogo");
        await shell.WaitForAsync("PS ");
        await shell.TypeAsync("'ne' + 'ver'");
        await shell.TypeAsync("\u0003");
        await shell.WaitForAsync("line is dropped");
        await shell.TypeAsync("\n");
        await shell.TypeAsync("exit 2\n");
        var result = await shell.WaitAsync();
        Assert.Equal(2, result.ExitCode);
        Assert.DoesNotContain("never", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_confirmation_is_asked_and_its_answer_counts()
    {
        const string Function = "function f { [CmdletBinding(SupportsShouldProcess)] param() if ($PSCmdlet.ShouldProcess('it')) { 'di' + 'd' } }; f -Confirm";
        using var yes = ShellProcess.StartInTerminal(100, "-Command", Function);
        await yes.WaitForAsync("[Y] Yes");
        await yes.TypeAsync("y\n");
        Assert.Contains("did", (await yes.WaitAsync()).Output, StringComparison.Ordinal);
        using var no = ShellProcess.StartInTerminal(100, "-Command", Function);
        await no.WaitForAsync("[Y] Yes");
        await no.TypeAsync("n\n");
        Assert.DoesNotContain("did", (await no.WaitAsync()).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mandatory_parameter_is_asked_for()
    {
        using var shell = ShellProcess.StartInTerminal(100, "-Command", "function f { param([Parameter(Mandatory)] [int] $Rate) \"twice: $($Rate * 2)\" }; f");
        await shell.WaitForAsync("Rate: ");
        await shell.TypeAsync("21\n");
        Assert.Contains("twice: 42", (await shell.WaitAsync()).Output, StringComparison.Ordinal);
    }
}
