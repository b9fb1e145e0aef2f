using System.Diagnostics;
using System.Management.Automation;
using System.Net;
using System.Net.Sockets;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Tests.Drivers;

/// <summary>What a driver says of its run: before it, while it goes, and when nothing went well.</summary>
public sealed class MannersTests(ServerFixture server) : IClassFixture<ServerFixture>, IDisposable
{
    private readonly ModuleSession _session = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("Start-ConfigMapDriver -Rate 20 -Count 1000 -MaxPopulation 40 -Updates 1 -DataLength 100", "create 1,000 ConfigMaps at 20/s (Poisson arrivals): 3,000 operations, 60 writes/s, population 40 on average and 60 at p99.9, 100,000 bytes of data")]
    [InlineData("Start-FlunderDriver -Rate 20 -Duration 50s", "create about 1,000 Flunders at 20/s (Poisson arrivals) for 50 s: 2,000 operations, 40 writes/s, population 100 on average and 131 at p99.9, 0 bytes of data")]
    public void WhatIf_says_what_it_would_do_and_makes_no_request(string command, string said)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var kubeconfig = _folder.Write("config", KubeconfigText.Of($"{{server: 'http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}'}}"));
        var file = _folder.File("run.csv");
        _session.Run($"{command} -Kubeconfig $Kubeconfig -OutFile $File -WhatIf", ("Kubeconfig", kubeconfig), ("File", file));

        var plan = Assert.Single(_session.HostLines);
        Assert.Contains(said, plan, StringComparison.Ordinal);
        Assert.False(listener.Pending(), "a request was made");
        Assert.False(File.Exists(file));
    }

    [Fact]
    public void A_driver_that_may_not_list_says_that_nobody_knows_what_was_there_and_what_is_left()
    {
        _session.Run("$deaf = Start-LocalApiServer; $null = $deaf | Set-LocalApiFault -Verb list -StatusCode 403");
        try
        {
            var file = _folder.File("unlisted.csv");
            _session.Run("$deaf | Start-ConfigMapDriver -Rate 200 -Count 20 -MaxPopulation 5 -RunId unlisted -OutFile $File", ("File", file));

            Assert.Empty(_session.Errors);
            Assert.Collection(
                _session.Warnings,
                warning => Assert.StartsWith("Whether objects of run unlisted, worker 0, are there from an earlier start is not known: The user of ", warning, StringComparison.Ordinal),
                warning => Assert.StartsWith("Whether objects of run unlisted are left is not known: The user of ", warning, StringComparison.Ordinal));
            Assert.DoesNotContain("LeftBehind", File.ReadAllText(file + ".run.json"), StringComparison.Ordinal);
        }
        finally
        {
            _session.Run("$deaf | Stop-LocalApiServer");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("-OutFile $File")]
    public void A_run_of_which_nothing_succeeded_is_an_error_and_its_records_say_why(string more)
    {
        // The first four creates are the trials that open the connections.
        _session.Run("$broken = Start-LocalApiServer; $null = $broken | Set-LocalApiFault -Verb create -StatusCode 429 -Skip 4");
        try
        {
            var output = _session.Run($"$broken | Start-ConfigMapDriver -Rate 200 -Count 20 -MaxPopulation 5 {more}", ("File", _folder.File("failed.csv")));

            var error = Assert.Single(_session.Errors);
            Assert.Equal(("AllOperationsFailed,K8sScaleTest.StartConfigMapDriverCommand", ErrorCategory.InvalidResult), (error.FullyQualifiedErrorId, error.CategoryInfo.Category));
            Assert.Contains("None of the 20 operations", error.Exception.Message, StringComparison.Ordinal);
            Assert.Equal(more.Length == 0 ? 24 : 1, output.Count);
        }
        finally
        {
            _session.Run("$broken | Stop-LocalApiServer");
        }
    }

    [Fact]
    public async Task A_server_that_is_lost_at_full_speed_is_an_error_and_what_was_measured_is_kept()
    {
        await using var doomed = await LocalApiProcess.StartAsync();
        var file = _folder.File("lost.csv");
        using var script = _session.Start(
            "Start-ConfigMapDriver -Rate Max -MaxInFlight 8 -Duration 10m -RequestTimeout 3s -DrainTimeout 1s -RunId lost -Kubeconfig $Kubeconfig -OutFile $File",
            ("Kubeconfig", doomed.Kubeconfig),
            ("File", file));
        while (!File.Exists(file) || new FileInfo(file).Length < 200_000) await Task.Delay(20, TestContext.Current.CancellationToken);
        using (var process = Process.GetProcessById(doomed.ProcessId)) process.Kill();
        await script.Completion.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        var error = Assert.Single(script.Errors);
        Assert.Equal(("ServerLost,K8sScaleTest.StartConfigMapDriverCommand", ErrorCategory.ConnectionError), (error.FullyQualifiedErrorId, error.CategoryInfo.Category));
        Assert.Single(script.Warnings, warning => warning.Contains("Remove-ScaleTestObject -RunId lost", StringComparison.Ordinal));
        Assert.EndsWith("\n", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var summary = Assert.Single(script.Output);
        var measured = Assert.Single(_session.Run("Measure-ScaleTest $File"));
        Assert.Equal(summary.Properties["Reason"].Value, measured.Properties["Reason"].Value);
        Assert.Contains("s the server gave no answer, and those are in that figure", (string)measured.Properties["Reason"].Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_and_Verbose_tell_how_it_goes()
    {
        var output = _session.Run("Start-ConfigMapDriver -Rate 100 -Count 100 -MaxPopulation 10 -RunId told -Kubeconfig $Kubeconfig -Verbose", ("Kubeconfig", server.Kubeconfig));

        Assert.Equal(204, output.Count);
        Assert.Contains(_session.Verbose, line => line.Contains("Run told, seed ", StringComparison.Ordinal) && line.Contains("HTTP/2.0, 4 connections open", StringComparison.Ordinal));
        var shown = _session.Progress.Where(record => record.RecordType == ProgressRecordType.Processing).ToList();
        Assert.Contains(shown, record => record.StatusDescription.Contains("creates/s, population ", StringComparison.Ordinal));
        Assert.InRange(shown.Count, 1, 20);
        Assert.Equal(ProgressRecordType.Completed, _session.Progress[^1].RecordType);
    }

    [Fact]
    public void The_Go_programs_flags_are_aliases()
    {
        var output = _session.Run(
            "Start-ConfigMapDriver -Lambda 500 -N 20 -Maxpop 5 -Datalen 100 -Datafile $File -PassThru -Kubeconfig $Kubeconfig", ("Kubeconfig", server.Kubeconfig), ("File", _folder.File("flags.csv")));

        Assert.Empty(_session.Errors);
        Assert.Equal(4 + 40 + 1, output.Count);
        Assert.Equal("K8sScaleTest.ScaleTestSummary", output[^1].TypeNames[0]);
    }
}
