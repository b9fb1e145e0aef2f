using System.Diagnostics;
using System.Text.Json;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Shell.Tests;

/// <summary>The shell and a logger together, beside a driver in another shell: however it ends, its file is whole and the server is left alone.</summary>
public sealed class LoggerTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private LocalApiProcess _server = null!;
    private ShellProcess _driver = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await LocalApiProcess.StartAsync();
        _driver = ShellProcess.Start(
            "-Command", $"Start-ConfigMapDriver -Kubeconfig '{_server.Kubeconfig}' -CreateNamespace -Rate 100 -Duration 10m -MaxPopulation 50 -Updates 1 -RunId logged -OutFile '{_folder.File("driver.csv")}'");
    }

    public async ValueTask DisposeAsync()
    {
        _driver.Dispose();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    [InlineData("KILL", 137)]
    public async Task Whatever_ends_it_its_file_is_whole_and_nothing_runs_on(string signal, int exitCode)
    {
        var file = _folder.File("log.csv");
        using var shell = ShellProcess.Start("-Command", $"Start-ConfigMapLogger -Kubeconfig '{_server.Kubeconfig}' -OutFile '{file}'");
        await UntilAsync(() => File.Exists(file) && new FileInfo(file).Length > 50_000);
        await shell.SignalAsync(signal);
        var result = await shell.WaitAsync();

        Assert.Equal(exitCode, result.ExitCode);
        var text = await File.ReadAllTextAsync(file, Cancel);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var lines = text.TrimEnd('\n').Split('\n');
        Assert.All(lines, line => Assert.Equal(36, line.Split(',').Length));

        // Written by the second, each time as a whole; what was killed early may have none.
        if (signal != "KILL" || File.Exists(file + ".run.json"))
        {
            using var health = JsonDocument.Parse(await File.ReadAllTextAsync(file + ".run.json", Cancel));
            Assert.Equal("configmaps", health.RootElement.GetProperty("Resource").GetString());
        }

        IReadOnlyList<JsonElement> watches = [];
        await UntilAsync(() => watches.Count > 0 && watches.All(watch => watch.GetProperty("end").GetString() != "Open"), async () => watches = await _server.Control.LedgerAsync("watches", Cancel));
    }

    [Fact]
    public async Task Scripts_written_for_the_Go_program_read_its_columns()
    {
        var file = _folder.File("log.csv");
        await UntilAsync(() => File.Exists(_folder.File("driver.csv")) && new FileInfo(_folder.File("driver.csv")).Length > 50_000);
        using var shell = ShellProcess.Start(
            "-Command", $"Start-ConfigMapLogger -Kubeconfig '{_server.Kubeconfig}' -Namespace scaletest -Compare -Duration 5s -OutFile '{file}' -Format Original");
        Assert.Equal(0, (await shell.WaitAsync()).ExitCode);

        // Operations, keys between quotes, moments in order, creations of what is gone, comparisons.
        var counted = await AwkAsync(
            file,
            """
            -F,
            { n[$2]++; split($3, key, "\""); if (key[2] !~ /^scaletest\/logged-[0-9]+$/) bad++
              if (NF != 10 || $1 !~ /^[0-9]+-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]\.[0-9][0-9][0-9]$/ || $1 < $9) bad++
              if (($2 == "delete") != ($4 == "2000-01-01 00:00:00")) bad++
              if ($5 + $6 + $7 < 1 || $8 > $9 || $10 != 3) bad++ }
            END { print (n["create"] > 50) (n["update"] > 50) (n["delete"] > 50) bad + 0 }
            """);
        Assert.Equal("1110", counted);
        counted = await AwkAsync(file, "-F\"\n{ seen[$2]++ } END { for (key in seen) { all++; if (key !~ /^scaletest\\/logged-/) bad++ }; print (all > 50) bad + 0 }");
        Assert.Equal("10", counted);
    }

    private static async Task<string> AwkAsync(string file, string script)
    {
        var (separator, program) = (script[..script.IndexOf('\n', StringComparison.Ordinal)], script[(script.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
        using var awk = Process.Start(new ProcessStartInfo("awk") { ArgumentList = { separator, program, file }, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (awk.StandardOutput.ReadToEndAsync(Cancel), awk.StandardError.ReadToEndAsync(Cancel));
        await awk.WaitForExitAsync(Cancel);
        Assert.Equal((0, ""), (awk.ExitCode, await error));
        return (await output).Trim();
    }

    private static async Task UntilAsync(Func<bool> condition, Func<Task>? look = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        while (!condition())
        {
            await Task.Delay(50, limit.Token);
            if (look is not null) await look();
        }
    }
}
