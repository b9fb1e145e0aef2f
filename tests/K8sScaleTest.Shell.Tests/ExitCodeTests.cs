using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Shell.Tests;

/// <summary>The exit codes of pwsh 7.6, as it gave them for the same scripts and commands.</summary>
public sealed class ExitCodeTests
{
    [Theory]
    [InlineData("exit 5", 5)]
    [InlineData("exit", 0)]
    [InlineData("'fine'", 0)]
    [InlineData("throw 'x'", 1)]
    [InlineData("if (", 1)]
    [InlineData("/bin/sh -c 'exit 7'", 0)]
    [InlineData("/bin/sh -c 'exit 7'; exit $LASTEXITCODE", 7)]
    [InlineData("[int]'x'; 'after'", 0)]
    [InlineData("Get-Module -Name x -FullyQualifiedName @{}", 0)]
    [InlineData("$ErrorActionPreference = 'Stop'; Import-Module /nowhere; 'after'", 1)]
    [InlineData("function f { exit 4 }; f; 'after'", 4)]
    [InlineData("try { exit 3 } finally { 'left' }", 3)]
    public async Task A_script_file_ends_as_in_pwsh(string script, int exitCode)
    {
        using var file = new ScriptFile(script);
        var result = await ShellProcess.RunAsync("-NoProfile", "-File", file.Path);
        Assert.Equal(exitCode, result.ExitCode);
    }

    [Theory]
    [InlineData("exit 5", 5)]
    [InlineData("exit -1", 255)]
    [InlineData("exit 256", 0)]
    [InlineData("'fine'", 0)]
    [InlineData("$false", 0)]
    [InlineData("throw 'x'", 1)]
    [InlineData("if (", 1)]
    [InlineData("no-such-command", 1)]
    [InlineData("no-such-command; 'after'", 0)]
    [InlineData("[int]'x'", 1)]
    [InlineData("[int]'x'; 'after'", 0)]
    [InlineData("/bin/sh -c 'exit 7'", 1)]
    [InlineData("/bin/sh -c 'exit 7'; 'after'", 0)]
    [InlineData("Import-Module /nowhere", 1)]
    public async Task A_command_ends_as_in_pwsh(string command, int exitCode)
    {
        var result = await ShellProcess.RunAsync("-NoProfile", "-Command", command);
        Assert.Equal(exitCode, result.ExitCode);
    }

    [Theory]
    [InlineData("exit 5", 5)]
    [InlineData("'fine'", 0)]
    [InlineData("throw 'x'\n'after'", 1)]
    [InlineData("'hi'\n/bin/sh -c 'exit 7'", 1)]
    [InlineData("", 0)]
    public async Task A_script_from_standard_input_ends_like_a_command(string script, int exitCode)
    {
        var result = await ShellProcess.RunWithInputAsync(script, "-");
        Assert.Equal(exitCode, result.ExitCode);
        Assert.DoesNotContain("after", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_exit_of_a_script_that_another_calls_ends_that_script_alone()
    {
        using var inner = new ScriptFile("exit 5");
        using var outer = new ScriptFile($"& '{inner.Path}'; \"after $LASTEXITCODE\"");
        var result = await ShellProcess.RunAsync(outer.Path);
        Assert.Equal((0, "after 5\n"), (result.ExitCode, result.Output));
    }

    [Theory]
    [InlineData("'-Nope' is no option", "-Nope")]
    [InlineData("There is no script 'nowhere.ps1'", "-File", "nowhere.ps1")]
    [InlineData("-File wants a script", "-File")]
    [InlineData("-Command wants", "-Command")]
    [InlineData("nothing may follow it", "-Command", "-", "more")]
    [InlineData("'zork' is none of", "-ExecutionPolicy", "zork", "-Command", "1")]
    [InlineData("there is no folder '/nowhere'", "-WorkingDirectory", "/nowhere", "-Command", "1")]
    public async Task A_command_line_that_cannot_be_understood_ends_with_64_and_says_why(string why, params string[] arguments)
    {
        var result = await ShellProcess.RunAsync(arguments);
        Assert.Equal(64, result.ExitCode);
        Assert.Contains(why, result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task An_uncaught_error_is_shown_on_standard_error_in_concise_style_and_without_colour()
    {
        using var file = new ScriptFile("'before'\nthrow 'it broke'\n'after'");
        var result = await ShellProcess.RunAsync(file.Path);
        Assert.Equal("before\n", result.Output);
        Assert.Contains("it broke", result.Error, StringComparison.Ordinal);
        Assert.Contains("test.ps1:2", result.Error, StringComparison.Ordinal);
        Assert.Contains("Line |", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', result.Error);
    }
}
