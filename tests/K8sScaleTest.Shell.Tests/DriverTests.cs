using System.Diagnostics;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Shell.Tests;

/// <summary>The shell and a driver together: signals reach the driver through the shell, and its records have standard output to themselves.</summary>
public sealed class DriverTests
{
    private const string RunId = "shell-test";

    [Fact]
    public async Task Without_a_kubeconfig_anywhere_it_says_where_it_looked_and_what_to_do()
    {
        using var home = new TemporaryFolder();
        using var shell = ShellProcess.StartWith([("HOME", home.Path), ("KUBECONFIG", null), ("KUBERNETES_SERVICE_HOST", null)], "-Command", "try { Start-ConfigMapDriver } catch { \"$($_.FullyQualifiedErrorId): $_\" }");
        var result = await shell.EndAsync();
        Assert.StartsWith("KubeconfigNotFound,K8sScaleTest.StartConfigMapDriverCommand: There is no kubeconfig (" + home.Path, result.Output, StringComparison.Ordinal);
        foreach (var remedy in new[] { "-Kubeconfig", "KUBECONFIG", "Start-LocalApiServer" }) Assert.Contains(remedy, result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_in_mid_run_lets_the_driver_delete_what_lives_and_keep_its_file_whole(string signal, int exitCode)
    {
        using var script = new ScriptFile(
            $$"""
            param([string] $File)
            $server = Start-LocalApiServer
            try {
                $Host.UI.WriteLine('driving')
                $server | Start-ConfigMapDriver -Rate 50 -Count 100000 -MaxPopulation 5000 -RunId {{RunId}} -OutFile $File
            }
            finally {
                $left = $server | Remove-ScaleTestObject -RunId {{RunId}} -Resource configmaps -Confirm:$false
                $Host.UI.WriteLine("left: $($left.Found)")
                $server | Stop-LocalApiServer
            }
            """);
        var records = Path.Combine(script.Folder, "run.csv");
        using var shell = ShellProcess.Start(script.Path, records);
        await shell.WaitForAsync("driving");
        while (!File.Exists(records) || new FileInfo(records).Length < 10_000) await Task.Delay(50, TestContext.Current.CancellationToken);

        await shell.SignalAsync(signal);
        var result = await shell.WaitAsync();

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains("left: 0\n", result.Output, StringComparison.Ordinal);
        var text = await File.ReadAllTextAsync(records, TestContext.Current.CancellationToken);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var rows = text.TrimEnd().Split('\n').Skip(1).ToList();
        var created = rows.Count(row => row.Contains(",Create,", StringComparison.Ordinal) && !row.Contains(",WarmUp,", StringComparison.Ordinal));
        Assert.NotEqual(0, created);
        Assert.Equal(created, rows.Count(row => row.Contains(",Delete,", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_file_that_may_not_grow_ends_the_run_with_an_error_keeps_whole_rows_and_nothing_is_left()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("ulimit");
        const int LimitKiB = 200;
        await using var server = await LocalApiProcess.StartAsync();
        using var folder = new TemporaryFolder();
        var file = folder.File("run.csv");

        // The limit is the process's own, so that the server may write what it likes. The runtime maps its code from a file, which the limit would hit.
        var start = new ProcessStartInfo("bash")
        {
            ArgumentList =
            {
                "-c",
                $"trap '' XFSZ; ulimit -f {LimitKiB}; exec dotnet \"$0\" -Command \"$1\"",
                ShellProcess.Assembly,
                $"Start-ConfigMapDriver -Kubeconfig '{server.Kubeconfig}' -Rate 300 -Duration 10m -RunId grown -OutFile '{file}'",
            },
            Environment = { ["DOTNET_EnableWriteXorExecute"] = "0" },
            RedirectStandardError = true,
        };
        using var bash = Process.Start(start)!;
        var error = await bash.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, bash.ExitCode);
        Assert.Contains($"'{file}' is as large as", error, StringComparison.Ordinal);
        var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.InRange(text.Length, LimitKiB * 1000, LimitKiB * 1024);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Assert.All(text.TrimEnd().Split('\n'), row => Assert.Equal(37, row.Split(',').Length));
        Assert.True(File.Exists(file + ".run.json"), "its health is missing");
        var left = await ShellProcess.RunAsync("-Command", $"(Remove-ScaleTestObject -Kubeconfig '{server.Kubeconfig}' -RunId grown -Resource configmaps -Confirm:$false).Found");
        Assert.Equal("0\n", left.Output);
    }

    [Fact]
    public async Task Records_on_standard_output_have_it_to_themselves()
    {
        var result = await ShellProcess.RunAsync(
            "-Command",
            "$server = Start-LocalApiServer; try { $server | Start-ConfigMapDriver -Rate 100 -Count 50 -MaxPopulation 10 -OutFile - -Verbose } finally { $server | Stop-LocalApiServer }");
        var lines = result.Output.TrimEnd().Split('\n');
        Assert.StartsWith("RunId,Worker,Sequence,Operation,", lines[0], StringComparison.Ordinal);
        Assert.All(lines.Skip(1), line => Assert.Matches("^[0-9.]+,0,", line));
        Assert.Contains("VERBOSE: ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_of_standard_output_that_goes_away_ends_the_run_with_an_error_and_nothing_is_left()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("bash");
        const string Command =
            """
            $server = Start-LocalApiServer
            try { $server | Start-ConfigMapDriver -Rate 100 -Count 100000 -OutFile - }
            finally {
                $left = $server | Remove-ScaleTestObject -All -Resource configmaps -Confirm:$false
                $Host.UI.WriteErrorLine("left: $($left.Found)")
                $server | Stop-LocalApiServer
            }
            """;
        var start = new ProcessStartInfo("bash") { ArgumentList = { "-c", "dotnet \"$0\" -Command \"$1\" | head -n 2; exit ${PIPESTATUS[0]}", ShellProcess.Assembly, Command }, RedirectStandardOutput = true, RedirectStandardError = true };
        using var bash = Process.Start(start)!;
        var output = bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = bash.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2, (await output).Count(character => character == '\n'));
        Assert.Contains("The reader of standard output has gone, so the run was ended.", await error, StringComparison.Ordinal);
        Assert.Contains("left: 0\n", await error, StringComparison.Ordinal);
        Assert.Equal(1, bash.ExitCode);
    }
}
