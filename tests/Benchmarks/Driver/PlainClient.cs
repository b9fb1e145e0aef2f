using System.Collections.Concurrent;
using System.Diagnostics;
using k8s;
using k8s.Models;

namespace K8sScaleTest.Benchmarks.Driver;

/// <summary>(b): the plain way. KubernetesClient's typed calls, <c>Task.Delay</c> between them, one asynchronous method per object.</summary>
internal sealed class PlainClient : IDisposable
{
    private readonly Kubernetes[] _clients;
    private readonly string _data = new('0', ClientScenario.DataLength);
    private readonly string _runId = $"bench.plain.{Environment.ProcessId}";
    private readonly ConcurrentDictionary<Task, bool> _underWay = new();
    private LoadWindow _window = new(TimeSpan.Zero);
    private int _turn;
    private int _number;
    private int _live;

    public PlainClient(ClientScenario scenario)
    {
        // The moment of sending is not to be had without a handler; it is in place only where that moment is what is measured.
        var timed = scenario.Phases.Any(phase => phase.TimesSending);
        _clients = new Kubernetes[ClientScenario.Connections];
        for (var i = 0; i < _clients.Length; i++)
        {
            var configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(scenario.Kubeconfig);
            configuration.FirstMessageHandlerSetup = handler =>
            {
                // As many connections as (a) has: one for each client.
                if (handler is SocketsHttpHandler sockets) sockets.EnableMultipleHttp2Connections = false;
            };
            _clients[i] = timed ? new(configuration, new SentTimeHandler()) : new(configuration);
        }
    }

    public Task<ClientReport> MeasureAsync(ClientPhase phase)
    {
        _window = new(phase.Window);
        return phase.Load switch
        {
            ClientLoad.WarmUp => WarmUpAsync(),
            ClientLoad.Population => MeasurePopulationAsync(phase),
            _ => MeasureLoadAsync(phase),
        };
    }

    public void Dispose()
    {
        foreach (var client in _clients) client.Dispose();
    }

    private async Task<ClientReport> WarmUpAsync()
    {
        using var stop = new CancellationTokenSource();
        var load = FullSpeedAsync(stop.Token);
        await JitQuiet.WaitAsync(load);
        await stop.CancelAsync();
        await load;
        return _window.Report();
    }

    private async Task<ClientReport> MeasureLoadAsync(ClientPhase phase)
    {
        using var stop = new CancellationTokenSource();
        var paced = phase.Load == ClientLoad.Paced;
        var load = paced ? PacedAsync(phase.CreateRate, phase.Lifetime, null, stop.Token) : FullSpeedAsync(stop.Token);
        await Task.Delay((paced ? phase.Lifetime : TimeSpan.Zero) + ClientScenario.Settling);
        _window.Open();
        await Task.Delay(phase.Window);

        // A delay may end a little early.
        for (_window.Look(); !_window.Closed.IsCompleted; _window.Look()) await Task.Delay(1);
        await stop.CancelAsync();
        await load;
        return _window.Report();
    }

    private async Task<ClientReport> MeasurePopulationAsync(ClientPhase phase)
    {
        var few = await BytesAsync(phase, phase.LiveObjects / 10);
        return _window.Report() with { BytesPerObject = MemoryPerObject.Between(few, await BytesAsync(phase, phase.LiveObjects)) };
    }

    /// <summary>As many loops as operations in flight: each creates, and deletes the oldest once enough live.</summary>
    private async Task FullSpeedAsync(CancellationToken stop)
    {
        var live = new ConcurrentQueue<string>();
        await Task.WhenAll(Enumerable.Range(0, ClientScenario.InFlight).Select(_ => LoopAsync()));
        while (live.TryDequeue(out var name)) await DeleteAsync(name);

        async Task LoopAsync()
        {
            await Task.Yield();
            while (!stop.IsCancellationRequested)
            {
                if (live.Count >= ClientScenario.Population && live.TryDequeue(out var oldest))
                {
                    await DeleteAsync(oldest);
                }
                else
                {
                    var name = NextName();
                    await CreateAsync(name);
                    live.Enqueue(name);
                }

                _window.Add(null, null);
            }
        }
    }

    /// <summary>Poisson arrivals; each object lives in a method of its own, which nobody waits for before the end.</summary>
    private async Task PacedAsync(double rate, TimeSpan lifetime, int? count, CancellationToken stop)
    {
        var random = new Random(1);
        var due = Stopwatch.GetTimestamp();
        for (var i = 0; i < (count ?? int.MaxValue) && !stop.IsCancellationRequested; i++)
        {
            due += (long)(-Math.Log(1 - random.NextDouble()) / rate * Stopwatch.Frequency);
            await DelayUntilAsync(due);
            var life = LifeAsync(due, lifetime, stop);
            _underWay[life] = true;
            _ = life.ContinueWith(ended => _underWay.TryRemove(ended, out _), TaskScheduler.Default);
        }

        if (count is null) await Task.WhenAll(_underWay.Keys);
    }

    private async Task LifeAsync(long due, TimeSpan lifetime, CancellationToken stop)
    {
        var name = NextName();
        await TimedAsync(due, () => CreateAsync(name));
        Interlocked.Increment(ref _live);
        var deleteDue = Stopwatch.GetTimestamp() + (long)(lifetime.TotalSeconds * Stopwatch.Frequency);
        await Task.Delay(lifetime, stop).ContinueWith(static _ => { }, TaskScheduler.Default);
        if (stop.IsCancellationRequested) await DeleteAsync(name);
        else await TimedAsync(deleteDue, () => DeleteAsync(name));
        Interlocked.Decrement(ref _live);
    }

    private async Task TimedAsync(long due, Func<Task> operation)
    {
        var launched = Stopwatch.GetTimestamp();
        var sent = SentTimeHandler.Watch();
        await operation();

        // Task.Delay cuts to milliseconds and so is early as often as late; early counts as on time, which favours it.
        _window.Add(Nanoseconds(Math.Max(0, launched - due)), sent.Ticks == 0 ? null : Nanoseconds(sent.Ticks - launched));
    }

    private async Task<(int Objects, long Bytes, int NameBytes)> BytesAsync(ClientPhase phase, int count)
    {
        using var stop = new CancellationTokenSource();
        _number = 0;
        await PacedAsync(phase.Rate, TimeSpan.FromHours(1), count, stop.Token);
        while (Volatile.Read(ref _live) < count) await Task.Delay(50);
        var bytes = MemoryPerObject.Settled();
        await stop.CancelAsync();
        await Task.WhenAll(_underWay.Keys);
        return (count, bytes, MemoryPerObject.OfString(NextName().Length));
    }

    private static async Task DelayUntilAsync(long due)
    {
        var wait = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
        if (wait > TimeSpan.Zero) await Task.Delay(wait);
    }

    private Task CreateAsync(string name) => CheckedAsync("create", () =>
    {
        var now = DateTime.UtcNow;
        var configMap = new V1ConfigMap
        {
            Metadata = new()
            {
                Name = name,
                Labels = new Dictionary<string, string> { ["purpose"] = "scaletest", ["scaletest/run"] = _runId, ["scaletest/worker"] = "0" },
                Annotations = new Dictionary<string, string>
                {
                    ["scaletest/createTimestamp"] = now.ToString("yyyy-MM-dd HH:mm:ss.fff +0000", System.Globalization.CultureInfo.InvariantCulture),
                    ["scaletest/launchedUnixMicros"] = ((now - DateTime.UnixEpoch).Ticks / 10).ToString(System.Globalization.CultureInfo.InvariantCulture),
                },
            },
            Data = new Dictionary<string, string> { ["key1"] = _data },
        };
        return Client().CoreV1.CreateNamespacedConfigMapAsync(configMap, ClientScenario.Namespace, fieldManager: "cmdriver");
    });

    private Task DeleteAsync(string name) => CheckedAsync("delete", () => Client().CoreV1.DeleteNamespacedConfigMapAsync(name, ClientScenario.Namespace, new V1DeleteOptions()));

    private async Task CheckedAsync(string what, Func<Task> operation)
    {
        try
        {
            await operation();
        }
        catch (Exception e) when (e is HttpRequestException or k8s.Autorest.HttpOperationException or OperationCanceledException)
        {
            _window.Fail($"{what}: {e.Message}");
        }
    }

    private Kubernetes Client() => _clients[(uint)Interlocked.Increment(ref _turn) % (uint)_clients.Length];

    private string NextName() => $"{_runId}-{Interlocked.Increment(ref _number):000000000}";

    private static long Nanoseconds(long ticks) => (long)(ticks * (1e9 / Stopwatch.Frequency));
}
