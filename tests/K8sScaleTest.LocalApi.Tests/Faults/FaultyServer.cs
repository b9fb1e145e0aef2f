using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace K8sScaleTest.LocalApi.Tests.Faults;

/// <summary>A server of a test's own, which may be made to misbehave, with a client and its ledger.</summary>
internal sealed class FaultyServer : IAsyncDisposable
{
    private FaultyServer(LocalApiProcess process, Version version)
    {
        Process = process;
        Api = new ApiClient(process, version);
    }

    public LocalApiProcess Process { get; }

    public LocalApiControl Control => Process.Control;

    public ApiClient Api { get; }

    /// <summary>Now, in the nanoseconds of the ledger.</summary>
    public static long Now => (long)((Int128)Stopwatch.GetTimestamp() * 1_000_000_000 / Stopwatch.Frequency);

    public static async Task<FaultyServer> StartAsync(Version? version = null, params string[] arguments) =>
        new(await LocalApiProcess.StartAsync(arguments), version ?? HttpVersion.Version20);

    public Task<int> OrderAsync(string fault) => Control.OrderAsync(fault, TestContext.Current.CancellationToken);

    /// <summary>The requests of a verb in the ledger, in the order of their arrival, once so many have ended.</summary>
    public async Task<IReadOnlyList<JsonElement>> RequestsAsync(string verb, int count, string resource = "configmaps")
    {
        var limit = Stopwatch.StartNew();
        while (true)
        {
            var found = (await Control.LedgerAsync("requests?resource=" + resource, TestContext.Current.CancellationToken))
                .Where(r => r.Text("verb") == verb && r.Text("end") != "Open").ToArray();
            if (found.Length >= count)
            {
                Assert.Equal(count, found.Length);
                return found;
            }
            Assert.True(limit.Elapsed < TimeSpan.FromSeconds(30), $"{found.Length} of {count} {verb} requests have ended.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>What became of each event on its way to the only watch, as "name result".</summary>
    public async Task<IReadOnlyList<string>> DeliveriesAsync(string query = "resource=configmaps") =>
        [.. (await Control.LedgerAsync("deliveries?" + query, TestContext.Current.CancellationToken)).Select(d => $"{d.Text("key").Split('/')[1]} {d.Text("result")}")];

    /// <summary>The watches in the ledger, once the last one has ended.</summary>
    public async Task<JsonElement> EndedWatchAsync()
    {
        var limit = Stopwatch.StartNew();
        while (true)
        {
            var last = (await Control.LedgerAsync("watches", TestContext.Current.CancellationToken))[^1];
            if (last.Text("end") != "Open") return last;
            Assert.True(limit.Elapsed < TimeSpan.FromSeconds(30), "The watch has not ended.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await Process.DisposeAsync();
    }
}
