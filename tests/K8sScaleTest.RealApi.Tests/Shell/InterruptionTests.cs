using K8sScaleTest.Engine.Records;
using K8sScaleTest.RealApi.Tests.Drivers;
using K8sScaleTest.TestSupport;
using static K8sScaleTest.RealApi.Tests.Shell.Driver;

namespace K8sScaleTest.RealApi.Tests.Shell;

/// <summary>A run that is ended in its midst, politely or not.</summary>
public sealed class InterruptionTests : IDisposable
{
    private const int InterruptedExitCode = 128 + 2;
    private static readonly TimeSpan Midst = TimeSpan.FromSeconds(5);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Start-ConfigMapDriver", "cm")]
    [InlineData("Start-FlunderDriver", "flunders")]
    public async Task After_kill_9_the_file_lacks_at_most_a_second_and_Remove_ScaleTestObject_leaves_nothing(string cmdlet, string resource)
    {
        // A machine that does not let the run write in time says nothing about it: three tries.
        for (var attempt = 1; ; attempt++)
        {
            var runId = DrivenRun.NewRunId("killed");
            var (missing, silent) = await KillAsync(cmdlet, resource, runId);
            await AssertRemovableAsync(runId);
            if (attempt < 3 && (silent > 1_000_000 || missing.Count > 0)) continue;
            Assert.InRange(silent, long.MinValue, 1_000_000);
            Assert.Empty(missing);
            return;
        }
    }

    [Theory]
    [InlineData("INT", InterruptedExitCode)]
    [InlineData("TERM", 128 + 15)]
    public async Task Interrupted_the_run_deletes_what_lives_and_its_file_is_whole(string signal, int exitCode)
    {
        var runId = DrivenRun.NewRunId("interrupted");
        var file = _folder.File("interrupted.csv");
        using var shell = await StartRunAsync("Start-ConfigMapDriver", runId, file);
        await shell.SignalAsync(signal);
        var result = await shell.WaitAsync();

        Assert.Equal(exitCode, result.ExitCode);
        Assert.Empty(await Kubectl.NamesOfRunAsync(RealApi.Kubeconfig, runId));
        var records = new RecordLines(file);
        Assert.True(records.EndsWhole, "the last line is cut off");
        Assert.NotEmpty(records.Succeeded(OperationKind.Create));
        Assert.Equal(records.Succeeded(OperationKind.Create).Order(), records.Succeeded(OperationKind.Delete).Order());
    }

    /// <summary>
    /// Kills a run; returns what the server says had been created a second before and the file does not know, and the microseconds between the last record
    /// and the kill (negative when the run went on writing while the signal was on its way).
    /// </summary>
    private async Task<(List<string> Missing, long Silent)> KillAsync(string cmdlet, string resource, string runId)
    {
        var file = _folder.File(runId + ".csv");
        using var shell = await StartRunAsync(cmdlet, runId, file);
        var existing = await Kubectl.NamesOfRunAsync(RealApi.Kubeconfig, runId, resource);
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        var killed = UnixMicroseconds(DateTime.UtcNow);
        await shell.SignalAsync("KILL");
        await shell.WaitAsync();

        var records = new RecordLines(file);
        Assert.NotEmpty(existing);
        var missing = existing.Select(name => name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..]).Except(records.Succeeded(OperationKind.Create)).ToList();
        return (missing, killed - records.LastFinished);
    }

    private static async Task AssertRemovableAsync(string runId)
    {
        Assert.NotEmpty(await Kubectl.NamesOfRunAsync(RealApi.Kubeconfig, runId));
        var removed = await RunAsync($"Remove-ScaleTestObject -Kubeconfig {Quoted(RealApi.Kubeconfig)} -RunId {runId} -Confirm:$false | ForEach-Object {{ \"$($_.Resource) $($_.Remaining)\" }}");

        Assert.Equal((0, ""), (removed.ExitCode, removed.Error));
        Assert.Contains("configmaps 0", removed.Output, StringComparison.Ordinal);
        Assert.Empty(await Kubectl.NamesOfRunAsync(RealApi.Kubeconfig, runId));
    }

    /// <summary>Starts a run that would go on for long, and waits until it is in its midst.</summary>
    private static async Task<ShellProcess> StartRunAsync(string cmdlet, string runId, string file)
    {
        var shell = Start($"{cmdlet} -Kubeconfig {Quoted(RealApi.Kubeconfig)} -Rate 50 -Duration 10m -MaxPopulation 100 -Updates 1 -RunId {runId} -OutFile {Quoted(file)}");
        var patience = DateTime.UtcNow + TimeSpan.FromMinutes(1);
        while (!File.Exists(file) || new FileInfo(file).Length < 1000)
        {
            Assert.True(DateTime.UtcNow < patience, $"no record was written: {shell.Output}{shell.Error}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        await Task.Delay(Midst, TestContext.Current.CancellationToken);
        return shell;
    }

    private static long UnixMicroseconds(DateTime utc) => (utc - DateTime.UnixEpoch).Ticks / 10;
}
