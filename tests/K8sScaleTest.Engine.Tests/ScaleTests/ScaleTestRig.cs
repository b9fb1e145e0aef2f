using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Observers.Paths;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.ScaleTests;
using K8sScaleTest.Engine.Tests.Drivers;
using K8sScaleTest.Engine.Tests.Observers;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Engine.Tests.ScaleTests;

/// <summary>One scale test on ConfigMaps of a local API server, and what came of it.</summary>
internal sealed class ScaleTestRig
{
    public required ScaleTestOutcome Outcome { get; init; }

    public required string? SentinelLeft { get; init; }

    public required IReadOnlyList<OperationRow> Operations { get; init; }

    public required IReadOnlyList<WatchRow> Watches { get; init; }

    public required PathResult Paths { get; init; }

    /// <summary>Runs it to its end, after which a stop does nothing any more.</summary>
    /// <param name="server">The server.</param>
    /// <param name="options">The parameters.</param>
    /// <param name="notifications">What takes the records of a logger; null, or none for its number, for nothing.</param>
    /// <param name="beside">What is done while it runs; null for nothing.</param>
    public static async Task<ScaleTestRig> RunAsync(
        LocalApiProcess server,
        ScaleTestOptions options,
        Func<int, IRecordConsumer<NotificationRow>?>? notifications = null,
        Func<ScaleTestRun, Task>? beside = null)
    {
        await using var target = await ApiTarget.ResolveAsync(new() { Kubeconfig = server.Kubeconfig }, TestContext.Current.CancellationToken);
        var driver = options.Driver;
        var identity = new ObjectIdentity(driver.RunId, driver.Worker, driver.Namespace, driver.NameDigits);
        var operations = new RecordList();
        var watches = new WatchRowList();
        var run = new ScaleTestRun(
            options,
            target,
            ObjectTemplate.ConfigMap(identity, driver.DataLength),
            identity,
            operations,
            number => notifications?.Invoke(number) ?? new Nowhere<NotificationRow>(),
            watches,
            new Nowhere<PathRow>(),
            static _ => { });
        await using var stop = TestContext.Current.CancellationToken.Register(run.Stop);
        try
        {
            await run.PrepareAsync();
            var running = run.RunAsync();
            if (beside is not null) await beside(run);
            var outcome = await running;
            return new()
            {
                Outcome = outcome,
                SentinelLeft = run.SentinelLeft,
                Operations = [.. operations.Rows.Where(row => row.Phase != Phase.WarmUp)],
                Watches = watches.Rows,
                Paths = run.Paths.Complete(),
            };
        }
        finally
        {
            await run.DisposeAsync();
            run.Stop();
        }
    }

    private sealed class Nowhere<TRow> : IRecordConsumer<TRow>
        where TRow : struct
    {
        public void Take(in TRow row)
        {
        }

        public void Pause()
        {
        }
    }
}
