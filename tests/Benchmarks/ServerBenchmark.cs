using System.Globalization;
using K8sScaleTest.Benchmarks.Driver;
using K8sScaleTest.Benchmarks.Server;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Benchmarks;

/// <summary>
/// The local API server: writes, lists, informers, fan-out, memory, start. Where SCALETEST_REAL_API names the kubeconfig of a real one, both are asked for less, the same
/// of each, and the ratio stands beside.
/// </summary>
internal static class ServerBenchmark
{
    private const int Starts = 3;
    private const string RealApi = "SCALETEST_REAL_API";

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [] and not ["--quick"])
        {
            await Console.Error.WriteLineAsync("Usage: server [--quick]");
            return 2;
        }

        // Test projects that run meanwhile would be in the figures.
        await using var alone = await MachineLockFile.OpenAsync(FileShare.None, CancellationToken.None);
        var effort = args is [] ? ServerEffort.Whole : ServerEffort.Quick;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ConfigMaps of 200 bytes of data, {Environment.ProcessorCount} CPUs that the client shares. Writes: {H2Load.Described}. Everything else: this process."));
        var goals = await LocalAsync(effort);
        if (Environment.GetEnvironmentVariable(RealApi) is { Length: > 0 } kubeconfig) await ComparedAsync(kubeconfig);
        else Console.WriteLine($"\nWith {RealApi} naming the kubeconfig of a real API server, that one is measured beside it.");
        Console.WriteLine();
        Console.WriteLine(goals.All(g => g.Met) ? $"All {goals.Count} goals are met." : $"{goals.Count(g => !g.Met)} of {goals.Count} goals are missed.");
        return 0;
    }

    private static async Task<List<Goal>> LocalAsync(ServerEffort effort)
    {
        var starts = new List<double>();
        for (var i = 0; i < Starts; i++) starts.Add(await ServerMeasurement.FirstAnswerAsync());
        var figures = await new ServerMeasurement(effort).MeasureAsync(BenchmarkTarget.StartLocalAsync);
        var goals = new List<Goal>();
        Console.WriteLine();
        Line("start to first answer, ms", Samples.Median(starts), goals, Goal.AtMost(Samples.Median(starts), 1000, "ms"));
        Line("writes/s", figures.WritesPerSecond, goals, Goal.AtLeast(figures.WritesPerSecond, 25_000, "writes/s"));
        Line("  CPU of the server, us/write", figures.CpuPerWrite, goals);
        Line($"list of {effort.Listed:N0}, s", figures.ListSeconds, goals);
        Line($"list of {effort.Listed:N0}, MiB", figures.ListMegabytes, goals);
        // Streamed: what it takes is no part of what it sends.
        Line("  the server's memory above what it was, MiB", figures.ListPeakMegabytes, goals, figures.ListPeakMegabytes is { } peak ? [Goal.AtMost(peak, figures.ListMegabytes / 2, "MiB, half of the list")] : []);
        Line($"{effort.Informers} informers synced with {effort.Synced:N0} objects each, s", figures.SyncSeconds, goals);
        Line($"deliveries/s over {effort.Watchers:N0} watchers, {effort.EventsPerSecond} writes/s", figures.DeliveriesPerSecond, goals, Goal.AtLeast(figures.DeliveriesPerSecond, effort.Watchers * effort.EventsPerSecond * 0.98, "deliveries/s"));
        Line("  CPU of the server, us/delivery", figures.CpuPerDelivery, goals);
        Line("  write sent to last watcher has it p50, ms", figures.DeliveryP50, goals);
        Line("  write sent to last watcher has it p99, ms", figures.DeliveryP99, goals, figures.DeliveryP99 is { } p99 ? [Goal.AtMost(p99, 50, "ms")] : []);
        Line("  write sent to last watcher has it, longest, ms", figures.DeliveryMax, goals);
        Line($"  deliveries/s of {effort.Burst} writes at once", figures.BurstDeliveriesPerSecond, goals);
        Line("KiB/watcher, a connection each", figures.KilobytesPerWatcher, goals);
        Line("bytes/object of 200 bytes of data", figures.BytesPerObject, goals);
        var million = figures.HeldMegabytes is { } held && effort.Held == 1_000_000 ? held : (double?)null;
        Line($"memory of the server with {effort.Held:N0} of them, MiB", figures.HeldMegabytes, goals, million is { } all ? [Goal.AtMost(all, 1536, "MiB")] : []);
        return goals;
    }

    private static async Task ComparedAsync(string kubeconfig)
    {
        var effort = ServerEffort.Compared;
        var real = await new ServerMeasurement(effort).MeasureAsync(() => Task.FromResult(BenchmarkTarget.OfKubeconfig(kubeconfig)));
        var local = await new ServerMeasurement(effort).MeasureAsync(BenchmarkTarget.StartLocalAsync);
        Console.WriteLine();
        Console.WriteLine($"{"The same of both",-66}{"local",12}{"real",12}{"ratio",9}");
        Both("writes/s", local.WritesPerSecond, real.WritesPerSecond);
        Both($"list of {effort.Listed:N0}, ms", local.ListSeconds * 1000, real.ListSeconds * 1000);
        Both($"{effort.Informers} informers synced with {effort.Synced:N0} objects each, ms", local.SyncSeconds * 1000, real.SyncSeconds * 1000);
        Both($"deliveries/s over {effort.Watchers} watchers, {effort.EventsPerSecond} writes/s", local.DeliveriesPerSecond, real.DeliveriesPerSecond);
        Both("  write sent to last watcher has it p50, ms", local.DeliveryP50, real.DeliveryP50);
        Both("  write sent to last watcher has it, longest, ms", local.DeliveryMax, real.DeliveryMax);
        Both($"  deliveries/s of {effort.Burst} writes at once", local.BurstDeliveriesPerSecond, real.BurstDeliveriesPerSecond);
    }

    private static void Line(string figure, double? value, List<Goal> goals, params Goal[] own)
    {
        goals.AddRange(own);
        Console.WriteLine($"{figure,-66}{Text(value),12}  {string.Join("; ", own.AsEnumerable())}".TrimEnd());
    }

    private static void Both(string figure, double? local, double? real) =>
        Console.WriteLine($"{figure,-66}{Text(local),12}{Text(real),12}{(local / real)?.ToString("0.000", CultureInfo.InvariantCulture),9}");

    private static string Text(double? value) => value switch
    {
        null => "not seen",
        >= 1000 => value.Value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => value.Value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.000", CultureInfo.InvariantCulture),
    };
}
