using System.Text.Json;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Shell.Tests;

/// <summary>A driver as a pod runs it: records on standard output, parameters in its log, its number from the environment, SIGTERM at its end.</summary>
public sealed class PodTests : IAsyncLifetime
{
    private LocalApiProcess? _server;

    public async ValueTask InitializeAsync() => _server = await LocalApiProcess.StartAsync();

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task At_SIGTERM_everything_is_deleted_flushed_and_told_by_the_exit_code()
    {
        using var shell = Start([], "-Rate 50 -Duration 10m -MaxPopulation 100 -RunId ended -OutFile - -Format JsonLines -DrainTimeout 20s");
        await shell.WaitForAsync("\"Operation\":\"Delete\"");
        await shell.SignalAsync("TERM");
        var ended = await shell.WaitAsync();
        Assert.Equal(128 + 15, ended.ExitCode);
        Assert.EndsWith("}\n", ended.Output, StringComparison.Ordinal);
        var records = Records(ended.Output);
        var created = records.Where(record => Is(record, "Create")).Select(Name).Order().ToArray();
        Assert.NotEmpty(created);
        Assert.Equal(created, records.Where(record => Is(record, "Delete")).Select(Name).Order());
    }

    [Fact]
    public async Task The_log_has_the_parameters_once_and_no_secret()
    {
        var ended = await RunAsync([], "-Rate 100 -Count 5 -MaxPopulation 5 -RunId logged -Seed 7 -OutFile - -Format JsonLines");
        Assert.Equal(0, ended.ExitCode);
        Assert.EndsWith("}\n", ended.Output, StringComparison.Ordinal);
        var line = Assert.Single(ended.Error.Split('\n'), text => text.StartsWith('{'));
        using var parameters = JsonDocument.Parse(line);
        Assert.Equal("logged", parameters.RootElement.GetProperty("RunId").GetString());
        Assert.Equal("7", parameters.RootElement.GetProperty("Seed").GetString());
        Assert.Equal("Start-ConfigMapDriver", parameters.RootElement.GetProperty("Cmdlet").GetString());
        Assert.DoesNotContain(_server!.Token, ended.Error + ended.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Start-ConfigMapLogger")]
    [InlineData("Invoke-ConfigMapWatch")]
    public async Task An_observers_log_has_its_parameters_once_and_no_secret_and_SIGTERM_ends_it(string cmdlet)
    {
        using var shell = ShellProcess.StartWith([], "-NonInteractive", "-Command", $"{cmdlet} -Kubeconfig '{_server!.Kubeconfig}' -Namespace scaletest -RunId observed -OutFile - -Format JsonLines");
        await shell.WaitForAsync("\"RunId\":\"observed\"");
        await shell.SignalAsync("TERM");
        var ended = await shell.WaitAsync();
        Assert.Equal(128 + 15, ended.ExitCode);
        using var parameters = JsonDocument.Parse(Assert.Single(ended.Error.Split('\n'), text => text.StartsWith('{')));
        Assert.Equal(cmdlet, parameters.RootElement.GetProperty("Cmdlet").GetString());
        Assert.Equal("scaletest", parameters.RootElement.GetProperty("Namespace").GetString());
        Assert.Equal(_server!.Url, parameters.RootElement.GetProperty("Server").GetString()!.TrimEnd('/'));
        Assert.StartsWith("v1.", parameters.RootElement.GetProperty("Kubernetes").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(_server!.Token, ended.Error + ended.Output, StringComparison.Ordinal);
        Assert.All(ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => JsonDocument.Parse(line).Dispose());
    }

    [Fact]
    public async Task A_pod_of_an_Indexed_Job_plays_its_share()
    {
        var ended = await RunAsync([("JOB_COMPLETION_INDEX", "1"), ("SCALETEST_WORKERS", "3")], "-Rate 200 -Count 9 -MaxPopulation 5 -RunId share -Seed 7 -OutFile - -Format JsonLines");
        Assert.Equal((0, 3), (ended.ExitCode, Records(ended.Output).Count(record => Is(record, "Create"))));
        Assert.All(Records(ended.Output), record => Assert.Equal(1, record.GetProperty("Worker").GetInt32()));
        // What is said wins over what the environment has.
        var told = await RunAsync([("JOB_COMPLETION_INDEX", "1"), ("SCALETEST_WORKERS", "3")], "-Worker 0 -Workers 1 -Rate 200 -Count 9 -MaxPopulation 5 -RunId told -OutFile - -Format JsonLines");
        Assert.Equal(9, Records(told.Output).Count(record => Is(record, "Create")));
    }

    [Theory]
    [InlineData("1", null, "SCALETEST_WORKERS")]
    [InlineData("first", "3", "JOB_COMPLETION_INDEX is 'first'")]
    [InlineData("3", "3", "Worker is 3 of 3")]
    public async Task A_pod_that_cannot_know_its_share_is_refused(string index, string? count, string said)
    {
        var refused = await RunAsync([("JOB_COMPLETION_INDEX", index), ("SCALETEST_WORKERS", count)], "-Rate 200 -Count 9");
        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.Contains(said, refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workers_that_start_at_one_moment_play_one_schedule()
    {
        // Far enough ahead for two shells to start on a busy machine.
        var start = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 30);
        var parameters = $"-Rate 10 -Count 8 -Arrival Constant -MaxPopulation 1 -RunId together -Seed 7 -OutFile - -Format JsonLines -StartAt {start:yyyy-MM-ddTHH:mm:ssZ}";
        var both = await Task.WhenAll(RunAsync([], $"{parameters} -Worker 0 -Workers 2"), RunAsync([], $"{parameters} -Worker 1 -Workers 2"));
        Assert.All(both, ended => Assert.True(ended.ExitCode == 0, ended.Error));
        var offsets = both.SelectMany(ended => Records(ended.Output)).Where(record => Is(record, "Create"))
            .Select(record => record.GetProperty("ScheduledUnixMicroseconds").GetInt64() - (start.ToUnixTimeMilliseconds() * 1000)).Order().ToArray();
        Assert.Equal(8, offsets.Length);
        // A tenth of a second apart, whoever plays them; the two processes read the wall clock each for itself.
        for (var i = 1; i < offsets.Length; i++) Assert.InRange(offsets[i] - offsets[i - 1], 95_000, 105_000);
        Assert.InRange(offsets[0], 0, 105_000);
    }

    [Fact]
    public async Task A_start_that_has_passed_is_refused()
    {
        var refused = await RunAsync([], "-Count 5 -StartAt 2020-01-01T00:00:00Z");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("StartAt is 2020-01-01 00:00:00Z", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restarted_worker_says_what_it_found_and_refuses_or_deletes_it()
    {
        using (var shell = Start([], "-Rate 100 -Duration 10m -Lifetime 1h -RunId again -OutFile - -Format JsonLines"))
        {
            await shell.WaitForAsync("\"Sequence\":20,");
            await shell.SignalAsync("KILL");
            await shell.WaitAsync();
        }

        const string Parameters = "-Rate 100 -Count 5 -MaxPopulation 5 -RunId again -OutFile - -Format JsonLines";
        var refused = await RunAsync([], Parameters);
        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("'again' is taken", refused.Error, StringComparison.Ordinal);
        Assert.Contains("-IfRunExists Delete", refused.Error, StringComparison.Ordinal);
        var anew = await RunAsync([], Parameters + " -IfRunExists Delete");
        Assert.Equal(0, anew.ExitCode);
        Assert.Contains("objects were there from an earlier start", anew.Error, StringComparison.Ordinal);
        Assert.Equal(5, Records(anew.Output).Count(record => Is(record, "Create")));
    }

    private ShellProcess Start(IEnumerable<(string, string?)> environment, string parameters) =>
        ShellProcess.StartWith([("JOB_COMPLETION_INDEX", null), ("SCALETEST_WORKERS", null), .. environment], "-NonInteractive", "-Command", $"Start-ConfigMapDriver -Kubeconfig '{_server!.Kubeconfig}' {parameters}");

    private async Task<ShellResult> RunAsync(IEnumerable<(string, string?)> environment, string parameters)
    {
        using var shell = Start(environment, parameters);
        return await shell.EndAsync();
    }

    private static List<JsonElement> Records(string output) => [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    private static bool Is(JsonElement record, string operation) =>
        record.GetProperty("Operation").GetString() == operation && record.GetProperty("Phase").GetString() != "WarmUp" && record.GetProperty("Outcome").GetString() == "Succeeded";

    private static string Name(JsonElement record) => record.GetProperty("Name").GetString()!;
}
