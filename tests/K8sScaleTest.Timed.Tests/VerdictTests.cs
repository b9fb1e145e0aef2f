using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Pacing;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results;
using K8sScaleTest.Engine.Results.Verdicts;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Timed.Tests;

/// <summary>
/// The verdict can fail: each fixture disturbs the real process or slows the real server, and the verdict must name that disturbance and
/// no other. None is made of invented numbers.
/// </summary>
public sealed class VerdictTests
{
    private static readonly DriverOptions Steady = new() { RunId = "v1", Rate = 100, Count = 800, MaxPopulation = 50, DataLength = 500, Seed = 11 };

    [Fact]
    public async Task A_pacer_that_is_held_up_makes_the_run_invalid_for_its_delay()
    {
        await using var server = await LocalApiProcess.StartAsync();
        var summary = await RunAsync(server, Steady, new DisturbedWait(pause: TimeSpan.FromMilliseconds(40), every: TimeSpan.FromMilliseconds(500)));

        Assert.Equal((VerdictKind.Invalid, VerdictReason.PacerDelay), (summary.Verdict.Kind, summary.Verdict.Code));
    }

    [Fact]
    public async Task A_starved_thread_pool_makes_the_run_invalid_for_its_completion_lag()
    {
        await using var server = await LocalApiProcess.StartAsync();
        using var stop = new CancellationTokenSource();
        var starving = StarveAsync(stop.Token);
        var summary = await RunUndisturbedAsync(server, Steady, VerdictReason.PacerDelay);
        await stop.CancelAsync();
        await starving;

        Assert.Equal((VerdictKind.Invalid, VerdictReason.CompletionLag), (summary.Verdict.Kind, summary.Verdict.Code));
    }

    [Fact]
    public async Task One_connection_with_too_few_streams_makes_the_run_invalid_for_its_connection_wait()
    {
        // Two streams at 20 ms each carry 100 operations/s; 200/s are due. The server itself is as quick as at the start.
        await using var server = await LocalApiProcess.StartAsync("--max-streams", "2", "--latency", "20");
        var summary = await RunUndisturbedAsync(server, Steady with { Connections = 1, Count = 600 }, VerdictReason.PacerDelay, VerdictReason.CompletionLag);

        Assert.Equal((VerdictKind.Invalid, VerdictReason.ConnectionWait), (summary.Verdict.Kind, summary.Verdict.Code));
    }

    [Fact]
    public async Task A_server_that_cannot_keep_up_is_overloaded()
    {
        // Two at once at 20 ms each: 100 operations/s, and 200/s are due. Streams are plenty, so that they queue in the server.
        await using var server = await LocalApiProcess.StartAsync("--concurrency", "2", "--latency", "20");
        var summary = await RunUndisturbedAsync(server, Steady with { Count = 600 }, VerdictReason.PacerDelay, VerdictReason.CompletionLag);

        Assert.Equal((VerdictKind.Overloaded, VerdictReason.BacklogGrew), (summary.Verdict.Kind, summary.Verdict.Code));
    }

    [Fact]
    public async Task A_server_slowed_by_half_a_second_is_measured_all_the_same()
    {
        // 200 operations/s at 0.5 s each need 100 streams; four connections have 1,000 here.
        await using var server = await LocalApiProcess.StartAsync("--latency", "500");
        var summary = await RunUndisturbedAsync(server, Steady, VerdictReason.PacerDelay, VerdictReason.CompletionLag, VerdictReason.ConnectionWait);

        Assert.True(summary.Verdict.Kind == VerdictKind.Valid, summary.Verdict.ToString());
        Assert.InRange(summary.Steady.OfSucceeded!.Service.P50Ms!.Value, 500, 650);
        Assert.InRange(summary.Steady.OfSucceeded.Response.P50Ms!.Value, 500, 650);
    }

    /// <summary>Keeps every thread of the pool, however many it adds, busy with waiting.</summary>
    private static async Task StarveAsync(CancellationToken stop)
    {
        // Not on the pool itself, which is what is starved.
        var ended = new TaskCompletionSource();
        new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                if (ThreadPool.PendingWorkItemCount < 2 * Environment.ProcessorCount)
                    ThreadPool.UnsafeQueueUserWorkItem(static _ => Thread.Sleep(60), null);
                else
                    Thread.Sleep(1);
            }

            ended.SetResult();
        })
        { IsBackground = true }.Start();
        await ended.Task;
    }

    /// <summary>
    /// Runs until the machine itself left the run alone, five times at most: another process that takes the cores is named by the verdict
    /// too, before what the fixture did, and says nothing about the fixture.
    /// </summary>
    private static async Task<Summary> RunUndisturbedAsync(LocalApiProcess server, DriverOptions options, params VerdictReason[] disturbances)
    {
        for (var attempt = 1; ; attempt++)
        {
            var summary = await RunAsync(server, options with { RunId = $"{options.RunId}-{attempt}" });
            if (attempt == 5 || !disturbances.Contains(summary.Verdict.Code)) return summary;
        }
    }

    private static async Task<Summary> RunAsync(LocalApiProcess server, DriverOptions options, PacerWait? wait = null)
    {
        await using var target = await ApiTarget.ResolveAsync(new() { Kubeconfig = server.Kubeconfig }, TestContext.Current.CancellationToken);
        var identity = new ObjectIdentity(options.RunId, 0, options.Namespace, options.NameDigits);
        var summarizer = new Summing();
        await using var run = new DriverRun(options, target, ObjectTemplate.ConfigMap(identity, options.DataLength), identity, summarizer, wait);
        var result = await run.RunAsync();
        summarizer.Summarizer.AddHealth(result.Health);
        var summary = summarizer.Summarizer.Complete();
        TestContext.Current.TestOutputHelper?.WriteLine(summary.Verdict.ToString());
        return summary;
    }

    private sealed class Summing : IRecordConsumer<OperationRow>
    {
        public ScaleTestSummarizer Summarizer { get; } = new();

        public void Take(in OperationRow row) => Summarizer.Add(row);

        public void Pause()
        {
        }
    }
}
