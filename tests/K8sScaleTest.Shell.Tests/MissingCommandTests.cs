using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Shell.Tests;

public sealed class MissingCommandTests
{
    [Theory]
    [InlineData("1 | Export-Csv x.csv -NoTypeInformation", "Export-Csv", "-OutFile")]
    [InlineData("1 | Select-Object -First 1", "Select-Object", "ForEach-Object")]
    [InlineData("1 | select -First 1", "Select-Object", "ForEach-Object")]
    [InlineData("Write-Host hello -ForegroundColor Red", "Write-Host", "$Host.UI.WriteLine")]
    [InlineData("Write-Output 1", "Write-Output", "as an expression")]
    [InlineData("Start-Sleep 1", "Start-Sleep", "[Threading.Thread]::Sleep")]
    [InlineData("Get-Content x", "Get-Content", "[IO.File]::ReadAllText")]
    [InlineData("Microsoft.PowerShell.Utility\\ConvertTo-Json 1", "ConvertTo-Json", "JsonLines")]
    [InlineData("'x' > out.txt", "'>' to a file", "[IO.File]::WriteAllText")]
    [InlineData("'x' >> out.txt", "'>' to a file", "[IO.File]::AppendAllText")]
    public async Task A_command_that_the_shell_lacks_says_what_it_needs_and_what_does_the_same(string command, string name, string instead)
    {
        var result = await ShellProcess.RunAsync("-Command", command);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains(name, result.Error, StringComparison.Ordinal);
        Assert.Contains("PowerShell 7.6", result.Error, StringComparison.Ordinal);
        Assert.Contains(instead, result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task Nothing_upstream_of_it_runs()
    {
        var result = await ShellProcess.RunAsync("-Command", "1..3 | ForEach-Object { $Host.UI.WriteLine('ran') } | Export-Csv x.csv");
        Assert.DoesNotContain("ran", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_stays_unknown_to_those_who_ask()
    {
        var result = await ShellProcess.RunAsync("-Command", "$null -eq (Get-Command Export-Csv -ErrorAction Ignore)");
        Assert.Equal("True\n", result.Output);
    }

    [Fact]
    public async Task A_function_of_that_name_is_used()
    {
        var result = await ShellProcess.RunAsync("-Command", "function Write-Host($Text) { \"mine: $Text\" }; Write-Host hello");
        Assert.Equal("mine: hello\n", result.Output);
    }

    [Fact]
    public async Task It_is_a_CommandNotFoundException_that_a_script_can_catch()
    {
        var result = await ShellProcess.RunAsync("-Command", "try { Start-Sleep 1 } catch [Management.Automation.CommandNotFoundException] { $_.Exception.CommandName }");
        Assert.Equal("Start-Sleep\n", result.Output);
    }

    [Fact]
    public async Task Other_unknown_commands_keep_their_own_message()
    {
        var result = await ShellProcess.RunAsync("-Command", "no-such-command");
        Assert.Contains("The term 'no-such-command' is not recognized", result.Error, StringComparison.Ordinal);
    }
}
