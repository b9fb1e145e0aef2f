using System.Diagnostics;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Engine.Tests.Drivers;

/// <summary>Full speed against a server that goes away in mid-run: a closed loop must not spin on it.</summary>
public sealed class LostServerTests
{
    private const int InFlight = 16;
    private static readonly DriverOptions FullSpeed = new()
    {
        RunId = "lost",
        Mode = RunMode.FullSpeed,
        MaxInFlight = InFlight,
        MaxPopulation = 50,
        DataLength = 10,
        Updates = 1,
        DrainTimeout = TimeSpan.FromSeconds(5),
    };

    [Fact]
    public async Task A_server_that_was_killed_is_asked_a_few_times_a_second_and_the_run_ends_with_an_error()
    {
        await using var server = await LocalApiProcess.StartAsync();
        await using var target = await ApiTarget.ResolveAsync(new() { Kubeconfig = server.Kubeconfig }, TestContext.Current.CancellationToken);
        var killed = 0L;
        var records = new RecordList
        {
            OnTake = row =>
            {
                if (row.Sequence < 200 || killed != 0) return;
                using var process = Process.GetProcessById(server.ProcessId);
                process.Kill();
                killed = RunClock.Now;
            },
        };

        // It would go on for ten minutes.
        var run = New(target, FullSpeed with { Duration = TimeSpan.FromMinutes(10), RequestTimeout = TimeSpan.FromSeconds(3), DrainTimeout = TimeSpan.FromSeconds(1) }, records);
        var result = await run.RunAsync().WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        Assert.Equal(ApiReasons.ServerLost, result.Lost?.Reason);
        Assert.Contains("No operation has had an answer for more than 3 s", result.Lost!.Message, StringComparison.Ordinal);
        Assert.Contains(Reasons.ConnectionRefused, result.Lost.Message, StringComparison.Ordinal);

        // Each of the sixteen tries at once, after 0.1, 0.3, 0.7, 1.5, 2.5 and 3.5 s; without a pause there would be thousands.
        var driven = records.Rows.Where(row => row is { Outcome: Outcome.NotSent, Phase: not Phase.Drain }).ToList();
        Assert.InRange(driven.Count, InFlight, InFlight * 8);
        Assert.All(driven, row => Assert.Equal((row.Scheduled, 0L), (row.Launched, row.Sent)));
        Assert.InRange(result.Health.Counters[RunHealth.WaitedSeconds], 2, 10);
        Assert.False(result.LeftBehindKnown);
    }

    [Fact]
    public async Task A_server_that_comes_back_is_driven_on_and_nothing_is_left()
    {
        await using var server = await LocalApiProcess.StartAsync();
        await using var relay = new TcpRelay(server.Url);
        await using var target = await ApiTarget.ResolveAsync(new() { Kubeconfig = server.Kubeconfig, Server = relay.Url }, TestContext.Current.CancellationToken);
        long closed = 0, opened = 0;
        Task? outage = null;
        var records = new RecordList
        {
            OnTake = row =>
            {
                if (row.Sequence >= 200) outage ??= Task.Run(OutageAsync);
            },
        };
        var result = await New(target, FullSpeed with { Duration = TimeSpan.FromSeconds(5) }, records).RunAsync();
        await outage!;

        // What was under way when the connections broke may or may not have happened; the rest was never sent.
        var during = records.Rows.Where(row => row.Launched > closed && row.Finished < opened).ToList();
        Assert.NotEmpty(during);
        Assert.All(during, row => Assert.NotEqual(Outcome.Succeeded, row.Outcome));
        Assert.InRange(during.Count(row => row.Outcome == Outcome.NotSent), InFlight, InFlight * 8);
        var after = records.Rows.Where(row => row.Launched > opened + Stopwatch.Frequency && row.Phase == Phase.Steady).ToList();
        Assert.True(after.Count > InFlight, "it was not driven on");
        Assert.Null(result.Lost);

        // What was created when the connections broke may not be there, and is found out when its turn comes.
        var expected = after.Where(row => row.Reason == Reasons.ExpectedNotFound).ToList();
        Assert.InRange(expected.Count, 0, InFlight * 2);
        Assert.All(after.Except(expected), row => Assert.Equal((Outcome.Succeeded, null), (row.Outcome, row.Error)));
        Assert.All(records.Rows, row => Assert.Equal(row.Scheduled, row.Launched));
        Assert.Equal((0, true), (result.LeftBehind, result.LeftBehindKnown));
        Assert.InRange(result.Health.Counters[RunHealth.WaitedSeconds], 1, 4);

        async Task OutageAsync()
        {
            relay.Close();
            closed = RunClock.Now;
            await Task.Delay(TimeSpan.FromSeconds(1.5));
            opened = RunClock.Now;
            relay.Open();
        }
    }

    [Fact]
    public async Task A_run_whose_time_is_over_while_the_server_is_away_ends_without_asking_for_each_object()
    {
        await using var server = await LocalApiProcess.StartAsync();
        await using var relay = new TcpRelay(server.Url);
        await using var target = await ApiTarget.ResolveAsync(new() { Kubeconfig = server.Kubeconfig, Server = relay.Url }, TestContext.Current.CancellationToken);
        var records = new RecordList { OnTake = row => { if (row.Sequence == 2000) relay.Close(); } };
        var began = RunClock.Now;
        var options = FullSpeed with { MaxPopulation = 5000, Updates = 0, Duration = TimeSpan.FromSeconds(4), DrainTimeout = TimeSpan.FromSeconds(2) };
        var result = await New(target, options, records).RunAsync();

        // 2,000 objects by sixteen workers, each once a second, would take two minutes.
        Assert.InRange(Stopwatch.GetElapsedTime(began, RunClock.Now).TotalSeconds, 4, 30);
        Assert.False(result.LeftBehindKnown);
        var made = records.Of(OperationKind.Create).Count(row => row.Outcome is Outcome.Succeeded or Outcome.Unknown);
        Assert.InRange(made, 1900, int.MaxValue);
        Assert.Equal(made - records.Of(OperationKind.Delete).Count(row => row.Outcome == Outcome.Succeeded), result.LeftBehind);
    }

    private static DriverRun New(ApiTarget target, DriverOptions options, RecordList records)
    {
        var identity = new ObjectIdentity(options.RunId, options.Worker, options.Namespace, options.NameDigits);
        return new(options, target, ObjectTemplate.ConfigMap(identity, options.DataLength), identity, records);
    }
}
