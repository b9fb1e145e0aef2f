using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Shell.Tests;

public sealed class ArgumentTests
{
    private const string Echo =
        """
        param([string] $Name, [int] $N = 1, [switch] $Flag, [Parameter(ValueFromRemainingArguments)] $Rest)
        "Name=$Name N=$N Flag=$Flag Rest=$($Rest -join '|')"
        """;

    [Theory]
    [InlineData("Name=foo N=3 Flag=True Rest=x|y", "foo", "-N", "3", "-Flag", "x", "y")]
    [InlineData("Name=foo N=4 Flag=False Rest=", "foo", "-Flag:$false", "-N:4")]
    [InlineData("Name=a b N=1 Flag=True Rest=", "-Flag:$true", "-Name:", "a b")]
    [InlineData("Name=it's N=7 Flag=False Rest=$x|`n|a b", "it's", "7", "$x", "`n", "a b")]
    [InlineData("Name= N=1 Flag=False Rest=")]
    public async Task A_scripts_arguments_arrive_as_from_pwsh(string expected, params string[] arguments)
    {
        using var file = new ScriptFile(Echo);
        var result = await ShellProcess.RunAsync(["-NoLogo", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-File", file.Path, .. arguments]);
        Assert.Equal((0, expected + "\n", string.Empty), (result.ExitCode, result.Output, result.Error));
    }

    [Fact]
    public async Task A_script_is_recognized_without_the_option_File()
    {
        using var file = new ScriptFile(Echo);
        var result = await ShellProcess.RunAsync(file.Path, "zoo");
        Assert.StartsWith("Name=zoo ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_knows_its_own_path()
    {
        using var file = new ScriptFile("$PSScriptRoot; $PSCommandPath; $MyInvocation.MyCommand.Path");
        var result = await ShellProcess.RunAsync(file.Path);
        Assert.Equal($"{file.Folder}\n{file.Path}\n{file.Path}\n", result.Output);
    }

    [Fact]
    public async Task The_rest_of_the_line_is_the_command()
    {
        var result = await ShellProcess.RunAsync("-c", "'a'", ";", "'b'");
        Assert.Equal("a\nb\n", result.Output);
    }

    [Fact]
    public async Task A_command_that_asks_for_input_gets_standard_input_line_by_line()
    {
        var result = await ShellProcess.RunWithInputAsync("one\ntwo\n", "-Command", "$input | ForEach-Object { \"<$_>\" }");
        Assert.Equal("<one>\n<two>\n", result.Output);
    }

    [Fact]
    public async Task A_script_that_does_not_ask_leaves_standard_input_to_its_commands()
    {
        var result = await ShellProcess.RunWithInputAsync("one\ntwo\n", "-Command", "/bin/cat");
        Assert.Equal("one\ntwo\n", result.Output);
    }

    [Fact]
    public async Task The_working_directory_can_be_chosen()
    {
        using var file = new ScriptFile("$PWD.Path; /bin/pwd");
        var result = await ShellProcess.RunAsync("-wd", file.Folder, "-File", file.Path);
        Assert.Equal($"{file.Folder}\n{file.Folder}\n", result.Output);
    }

    [Fact]
    public async Task The_module_is_imported()
    {
        var result = await ShellProcess.RunAsync("-Command", "(Get-Module K8sScaleTest).Version.ToString()");
        Assert.Matches(@"^\d+\.\d+\.\d+\n$", result.Output);
    }

    [Fact]
    public async Task Without_the_module_beside_it_the_shell_says_where_it_looked()
    {
        using var file = new ScriptFile("1");
        var shell = Path.GetDirectoryName(ShellProcess.Assembly)!;
        foreach (var part in Directory.EnumerateFiles(shell, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(file.Folder, Path.GetRelativePath(shell, part));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(part, copy);
        }

        using var dotnet = new System.Diagnostics.Process
        {
            StartInfo = new("dotnet", [Path.Combine(file.Folder, "K8sScaleTest.Shell.dll"), "-Command", "1"]) { RedirectStandardError = true },
        };
        dotnet.Start();
        var error = await dotnet.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await dotnet.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, dotnet.ExitCode);
        Assert.Contains("The module K8sScaleTest is not there", error, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(file.Folder, "K8sScaleTest", "<version>", "K8sScaleTest.psd1"), error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-Version", "PowerShell engine 7.6.9")]
    [InlineData("-Help", "Ctrl+C 130, SIGTERM 143")]
    [InlineData("-?", "-WorkingDirectory <folder>")]
    public async Task Version_and_help_need_no_module(string option, string text)
    {
        var result = await ShellProcess.RunAsync(option);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains(text, result.Output, StringComparison.Ordinal);
    }
}
