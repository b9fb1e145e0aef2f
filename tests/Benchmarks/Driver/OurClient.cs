using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Pacing;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Benchmarks.Driver;

/// <summary>(a): the engine's driver, whole, as the cmdlets run it.</summary>
internal sealed class OurClient(ApiTarget target)
{
    private int _runs;

    public Task<ClientReport> MeasureAsync(ClientPhase phase) => phase.Load switch
    {
        ClientLoad.WarmUp => WarmUpAsync(),
        ClientLoad.Population => MeasurePopulationAsync(phase),
        _ => MeasureLoadAsync(phase),
    };

    private async Task<ClientReport> WarmUpAsync()
    {
        var window = new LoadWindow(TimeSpan.Zero);
        await using var run = Prepare(FullSpeed(), new Consumer(window, timed: false));
        var task = run.RunAsync();
        await JitQuiet.WaitAsync(task);
        run.Stop();
        await task;
        return window.Report();
    }

    private async Task<ClientReport> MeasureLoadAsync(ClientPhase phase)
    {
        var paced = phase.Load == ClientLoad.Paced;
        var window = new LoadWindow(phase.Window);
        await using var run = Prepare(paced ? Paced(phase) : FullSpeed(), new Consumer(window, timed: paced));
        var task = run.RunAsync();
        await Task.WhenAny(task, Task.Delay((paced ? phase.Lifetime : TimeSpan.Zero) + ClientScenario.Settling));
        window.Open();
        await Task.WhenAny(task, window.Closed);
        run.Stop();
        await task;
        return window.Report();
    }

    private async Task<ClientReport> MeasurePopulationAsync(ClientPhase phase)
    {
        var few = await BytesAsync(phase, phase.LiveObjects / 10);
        return new() { BytesPerObject = MemoryPerObject.Between(few, await BytesAsync(phase, phase.LiveObjects)) };
    }

    private DriverOptions Options() => new()
    {
        RunId = $"bench.{Environment.ProcessId}.{++_runs}",
        Namespace = ClientScenario.Namespace,
        DataLength = ClientScenario.DataLength,
        Connections = ClientScenario.Connections,
        MaxPopulation = ClientScenario.Population,
        Duration = TimeSpan.FromHours(1),
        DrainTimeout = TimeSpan.FromMinutes(5),
        Seed = 1,
    };

    private DriverOptions FullSpeed() => Options() with { Mode = RunMode.FullSpeed, MaxInFlight = ClientScenario.InFlight };

    private DriverOptions Paced(ClientPhase phase) => Options() with { Rate = phase.CreateRate };

    /// <summary>
    /// Managed bytes in use while about <paramref name="count"/> objects live and nothing else goes on. What the machine cannot keep up
    /// with is shed, so that the memory of operations in flight, which is no object's, stays as little as at full speed.
    /// </summary>
    private async Task<(int Objects, long Bytes, int NameBytes)> BytesAsync(ClientPhase phase, int count)
    {
        var options = Options() with
        {
            Rate = phase.Rate,
            Arrival = ArrivalKind.Constant,
            Count = count,
            MaxInFlight = ClientScenario.InFlight,
            MaxPopulation = null,
            Lifetime = TimeSpan.FromSeconds(2 * count / phase.Rate), // when all have been created, as long again until the first delete
        };
        var window = new LoadWindow(TimeSpan.Zero);
        await using var run = Prepare(options, new Consumer(window, timed: false) { ToleratesShedding = true });
        var task = run.RunAsync();
        while (!task.IsCompleted && !(run.Progress is { InFlight: 0, RecordsWaiting: 0 } progress && progress.Creates == count)) await Task.Delay(50);
        var bytes = MemoryPerObject.Settled();
        var live = (int)run.Progress.Population;
        run.Stop();
        await task;
        window.ThrowIfFailed();
        return (live, bytes, MemoryPerObject.OfString(run.Identity.NameLength));
    }

    private DriverRun Prepare(DriverOptions options, IRecordConsumer<OperationRow> consumer)
    {
        var identity = new ObjectIdentity(options.RunId, options.Worker, options.Namespace, options.NameDigits);
        return new(options, target, ObjectTemplate.ConfigMap(identity, options.DataLength), identity, consumer);
    }

    private sealed class Consumer(LoadWindow window, bool timed) : IRecordConsumer<OperationRow>
    {
        public bool ToleratesShedding { get; init; }

        public void Take(in OperationRow row)
        {
            if (row.Outcome != Outcome.Succeeded && !(ToleratesShedding && row.Reason == Reasons.Shed)) window.Fail($"{row.Operation} {row.Reason}: {row.Error}");
            if (row.Phase != Phase.Steady) return;
            if (timed) window.Add(RunClock.ToNanoseconds(row.Launched - row.Scheduled), RunClock.ToNanoseconds(row.Sent - row.Launched));
            else window.Add(null, null);
        }

        public void Pause() => window.Look();
    }
}
