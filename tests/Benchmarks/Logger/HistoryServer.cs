using System.Globalization;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Benchmarks.Logger;

/// <summary>A local API server that remembers so many events of ConfigMaps of 2 KB, all made by the driver: creates, updates and deletes in equal numbers.</summary>
internal sealed class HistoryServer : IAsyncDisposable
{
    private const int DataLength = 2000;
    private readonly LocalApiProcess _server;

    private HistoryServer(LocalApiProcess server, LoggerSource source) => (_server, Source) = (server, source);

    public LoggerSource Source { get; }

    public static async Task<HistoryServer> StartAsync(int events)
    {
        var server = await LocalApiProcess.StartAsync("--history", (events + 1000).ToString(CultureInfo.InvariantCulture), "--ledger", "0");
        await using var target = await ApiTarget.ResolveAsync(new() { Kubeconfig = server.Kubeconfig });
        var options = new DriverOptions
        {
            RunId = "history",
            CreateNamespace = true,
            Mode = RunMode.FullSpeed,
            Count = events / 3,
            MaxPopulation = 500,
            Updates = 1,
            DataLength = DataLength,
            Seed = 1,
            DrainTimeout = TimeSpan.FromMinutes(5),
        };
        using var client = new ApiClient(target, System.Net.HttpVersion.Version20, "history", TimeSpan.FromSeconds(60));
        await NamespaceCheck.EnsureAsync(client, options.Namespace, create: true);
        using var list = await client.GetAsync(ApiResource.ConfigMaps.CollectionPath(null));
        var version = list.RootElement.GetProperty("metadata").GetProperty("resourceVersion").GetString()!;
        var identity = new ObjectIdentity(options.RunId, 0, options.Namespace, options.NameDigits);
        var written = new Written();
        await using (var run = new DriverRun(options, target, ObjectTemplate.ConfigMap(identity, DataLength), identity, written)) await run.RunAsync();
        if (written.Count != events) throw new InvalidOperationException($"{written.Count} of {events} writes succeeded.");
        return new(server, new(Kubeconfig: server.Kubeconfig, Version: ulong.Parse(version, CultureInfo.InvariantCulture)));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private sealed class Written : IRecordConsumer<OperationRow>
    {
        public int Count { get; private set; }

        public void Take(in OperationRow row)
        {
            if (row.Outcome == Outcome.Succeeded && row.Phase != Phase.WarmUp) Count++;
        }

        public void Pause()
        {
        }
    }
}
