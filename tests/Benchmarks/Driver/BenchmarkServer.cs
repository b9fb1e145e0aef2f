using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Benchmarks.Driver;

/// <summary>A fresh local API server, on one core where that is asked for.</summary>
internal static class BenchmarkServer
{
    public static async Task<LocalApiProcess> StartAsync(int? core = null)
    {
        var server = await LocalApiProcess.StartAsync();
        if (core is { } index) CoreAffinity.Bind(server.ProcessId, index);
        return server;
    }
}
