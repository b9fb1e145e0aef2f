using K8sScaleTest.Benchmarks;
using K8sScaleTest.Benchmarks.Driver;
using K8sScaleTest.Benchmarks.Logger;

// One class per benchmark; each prints what it compares and the ratios.
var benchmarks = new Dictionary<string, Func<string[], Task<int>>>
{
    ["driver"] = DriverBenchmark.RunAsync,
    ["server"] = ServerBenchmark.RunAsync,
    [ClientProcess.Command] = ClientProcess.ServeAsync,
    ["pacer"] = PacerBenchmark.RunAsync,
    ["health"] = HealthBenchmark.RunAsync,
    ["watchers"] = WatchersBenchmark.RunAsync,
    ["logger"] = LoggerBenchmark.RunAsync,
    [LoggerProcess.Command] = LoggerProcess.ServeAsync,
};

if (args is [var name, .. var rest] && benchmarks.TryGetValue(name, out var run)) return await run(rest);
Console.Error.WriteLine($"Usage: dotnet run -c Release --project tests/Benchmarks -- <{string.Join('|', benchmarks.Keys)}> [options]");
return 2;
