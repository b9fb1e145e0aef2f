using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text.Json;

namespace K8sScaleTest.LocalApi.Tests;

/// <summary>How the server begins and ends.</summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class LifetimeTests
{
    private const int SigHup = 1;
    private const int SigInt = 2;
    private const int SigQuit = 3;
    private const int SigTerm = 15;

    [Fact]
    public async Task It_ends_within_a_second_of_the_end_of_its_standard_input_with_watches_open_and_leaves_no_file()
    {
        var server = await LocalApiProcess.StartAsync();
        using var client = new ApiClient(server);
        using var watch = await client.OpenAsync(ApiClient.ConfigMaps + "?watch=1");
        Assert.True(File.Exists(server.Kubeconfig));
        using var process = Process.GetProcessById(server.ProcessId);

        var clock = Stopwatch.StartNew();
        await server.DisposeAsync();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.False(File.Exists(server.Kubeconfig));
        Assert.False(Directory.Exists(Path.GetDirectoryName(server.Kubeconfig)));
    }

    [Fact]
    public async Task It_ends_within_a_second_when_its_starter_is_killed_with_a_watch_open()
    {
        // A shell starts it, with a pipe that only the shell holds open; kill -9 of the shell closes that pipe.
        var start = new ProcessStartInfo("sh") { RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("exec 3<>\"$2\"; \"$0\" \"$1\" --parent-stdin < \"$2\" 3>&- & exec sleep 600 3>\"$2\"");
        var pipe = Path.Combine(Path.GetTempPath(), "k8sscaletest-" + Guid.NewGuid());
        using (var makePipe = Process.Start("mkfifo", pipe)) await makePipe.WaitForExitAsync(TestContext.Current.CancellationToken);
        foreach (var argument in (string[])["dotnet", LocalApiProcess.AssemblyPath, pipe]) start.ArgumentList.Add(argument);
        using var shell = Process.Start(start)!;
        try
        {
            using var ready = JsonDocument.Parse((await shell.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!);
            var kubeconfig = ready.RootElement.GetProperty("kubeconfig").GetString()!;
            var server = ready.RootElement.GetProperty("processId").GetInt32();
            using var client = new ApiClient(ready.RootElement.GetProperty("url").GetString()!, kubeconfig);
            using var watch = await client.OpenAsync(ApiClient.ConfigMaps + "?watch=1");

            var clock = Stopwatch.StartNew();
            shell.Kill();
            while (IsRunning(server) && clock.Elapsed < TimeSpan.FromSeconds(10)) await Task.Delay(10, TestContext.Current.CancellationToken);

            Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(1));
            Assert.False(File.Exists(kubeconfig));
        }
        finally
        {
            if (!shell.HasExited) shell.Kill();
            File.Delete(pipe);
        }
    }

    [Theory]
    [InlineData(SigHup)]
    [InlineData(SigQuit)]
    [InlineData(SigTerm)]
    public async Task It_ignores_an_interrupt_and_ends_on_other_signals_without_leaving_a_file(int signal)
    {
        await using var server = await LocalApiProcess.StartAsync();
        using var client = new ApiClient(server);
        using var process = Process.GetProcessById(server.ProcessId);

        Assert.Equal(0, Kill(server.ProcessId, SigInt));
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.False(process.HasExited);
        Assert.Equal(200, (await client.GetAsync("/api/v1/namespaces")).Code);

        // Under nohup, say, the tests and with them the server ignore a hang-up, as whoever typed that wants.
        var isIgnored = IsIgnored(signal);
        Assert.Equal(0, Kill(server.ProcessId, signal));
        if (isIgnored) Assert.Equal(200, (await client.GetAsync("/api/v1/namespaces")).Code);
        else await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(isIgnored, Directory.Exists(Path.GetDirectoryName(server.Kubeconfig)));
    }

    [Fact]
    public async Task What_a_killed_server_leaves_is_removed_by_the_next_and_what_a_living_one_needs_is_not()
    {
        await using var living = await LocalApiProcess.StartAsync();
        var killed = await LocalApiProcess.StartAsync();
        var left = Path.GetDirectoryName(killed.Kubeconfig)!;
        using (var process = Process.GetProcessById(killed.ProcessId))
        {
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        await killed.DisposeAsync();

        await using var next = await LocalApiProcess.StartAsync();

        Assert.False(Directory.Exists(left));
        Assert.True(File.Exists(living.Kubeconfig));
        Assert.True(File.Exists(living.KubeconfigReadOnly));
    }

    [Fact]
    public async Task A_kubeconfig_that_was_named_has_the_others_beside_it_until_the_server_ends()
    {
        var folder = Directory.CreateTempSubdirectory("k8sscaletest-").FullName;
        try
        {
            var server = await LocalApiProcess.StartAsync("--kubeconfig", Path.Combine(folder, "mine"));
            Assert.Equal(["mine", "mine-certificate", "mine-norights", "mine-readonly"], Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));

            await server.DisposeAsync();

            Assert.Empty(Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Two_run_at_once_and_neither_takes_the_token_of_the_other()
    {
        await using var one = await LocalApiProcess.StartAsync();
        await using var two = await LocalApiProcess.StartAsync();
        using var client = new ApiClient(one);
        using var stranger = new ApiClient(one, token: two.Token);

        Assert.NotEqual(one.Url, two.Url);
        // Tokens, for the API and for its faults, and certificates are made afresh.
        Assert.Equal(4, new[] { one.Token, two.Token, one.Control.Token, two.Control.Token }.Distinct().Count());
        Assert.NotEqual(one.AuthorityPem, two.AuthorityPem);
        Assert.Equal(200, (await client.GetAsync(ApiClient.ConfigMaps)).Code);
        var refused = await stranger.GetAsync(ApiClient.ConfigMaps);
        Assert.Equal((401, "Unauthorized"), (refused.Code, refused.Reason));
    }

    [Fact]
    public async Task Its_kubeconfigs_are_readable_by_their_owner_alone_wherever_they_are()
    {
        await using var server = await LocalApiProcess.StartAsync();
        var folder = Path.GetDirectoryName(server.Kubeconfig)!;
        var named = Directory.CreateTempSubdirectory("k8sscaletest-").FullName;
        try
        {
            // One that anybody could read is there already.
            await File.WriteAllTextAsync(Path.Combine(named, "mine"), "", TestContext.Current.CancellationToken);
            await using var other = await LocalApiProcess.StartAsync("--kubeconfig", Path.Combine(named, "mine"));

            string[] files = [.. Directory.GetFiles(folder), .. Directory.GetFiles(named)];
            Assert.True(files.Length >= 8, string.Join(", ", files));
            Assert.All(files, file => Assert.True(File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite), $"{file} has mode {File.GetUnixFileMode(file)}"));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        }
        finally
        {
            Directory.Delete(named, recursive: true);
        }
    }

    [Theory]
    [InlineData("not a loopback address", "--listen", "0.0.0.0")]
    [InlineData("not an IP address", "--listen", "localhost")]
    [InlineData("a whole number from 0 to 65535", "--port", "70000")]
    [InlineData("milliseconds", "--latency", "-5")]
    [InlineData("is unknown", "--frobnicate", "1")]
    public async Task Bad_arguments_end_it_with_an_error_that_says_what_was_wrong(string expected, params string[] arguments)
    {
        var failed = await Assert.ThrowsAsync<InvalidOperationException>(() => LocalApiProcess.StartAsync(arguments));

        Assert.Contains(expected, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_ends_it_with_an_error()
    {
        await using var first = await LocalApiProcess.StartAsync();
        var port = new Uri(first.Url).Port.ToString(CultureInfo.InvariantCulture);

        var failed = await Assert.ThrowsAsync<InvalidOperationException>(() => LocalApiProcess.StartAsync("--port", port));

        Assert.Contains("address already in use", failed.Message, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether this process was started with a signal ignored, which whatever it starts inherits.</summary>
    private static bool IsIgnored(int signal)
    {
        var line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        return (ulong.Parse(line.AsSpan("SigIgn:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) >> (signal - 1) & 1) == 1;
    }

    /// <summary>Asked often: .NET looks after a process that is not its child once a second.</summary>
    private static bool IsRunning(int process)
    {
        try
        {
            var state = File.ReadAllText($"/proc/{process}/stat");
            return state[state.LastIndexOf(')') + 2] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Kill(int process, int signal);
}
