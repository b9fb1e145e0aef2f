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

    private static readonly Dictionary<string, ServerPart> Names = new()
    {
        ["start"] = ServerPart.Start,
        ["writes"] = ServerPart.Writes,
        ["list"] = ServerPart.List,
        ["informers"] = ServerPart.Informers,
        ["fan-out"] = ServerPart.FanOut,
        ["memory"] = ServerPart.Memory,
    };

    public static async Task<int> RunAsync(string[] args)
    {
        if (Parse(args) is not var (effort, parts))
        {
            await Console.Error.WriteLineAsync($"Usage: server [--quick] [--only {string.Join(',', Names.Keys)}]");
            return 2;
        }

        // Test projects that run meanwhile would be in the figures.
        await using var alone = await MachineLockFile.OpenAsync(FileShare.None, CancellationToken.None);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ConfigMaps of 200 bytes of data, {Environment.ProcessorCount} CPUs that the client shares. Writes: {H2Load.Described}. Everything else: this process."));
        var goals = await LocalAsync(effort, parts);
        if (Environment.GetEnvironmentVariable(RealApi) is { Length: > 0 } kubeconfig) await ComparedAsync(kubeconfig, parts);
        else Console.WriteLine($"\nWith {RealApi} naming the kubeconfig of a real API server, that one is measured beside it.");
        Console.WriteLine();
        Console.WriteLine(goals.All(g => g.Met) ? $"All {goals.Count} goals are met." : $"{goals.Count(g => !g.Met)} of {goals.Count} goals are missed.");
        return 0;
    }

    /// <summary>What is to be measured; null for arguments that make no sense.</summary>
    private static (ServerEffort Effort, ServerPart Parts)? Parse(string[] args)
    {
        var (effort, parts) = (ServerEffort.Whole, ServerPart.All);
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--quick")
            {
                effort = ServerEffort.Quick;
            }
            else if (args[i] == "--only" && i + 1 < args.Length)
            {
                parts = ServerPart.None;
                foreach (var name in args[++i].Split(','))
                {
                    if (!Names.TryGetValue(name, out var part)) return null;
                    parts |= part;
                }
            }
            else
            {
                return null;
            }
        }
        return (effort, parts);
    }

    private static async Task<List<Goal>> LocalAsync(ServerEffort effort, ServerPart parts)
    {
        var starts = new List<double>();
        for (var i = 0; i < Starts && parts.HasFlag(ServerPart.Start); i++) starts.Add(await ServerMeasurement.FirstAnswerAsync());
        var start = starts.Count > 0 ? Samples.Median(starts) : default(double?);
        var figures = await new ServerMeasurement(effort, parts).MeasureAsync(LocalTargetAsync);
        var goals = new List<Goal>();
        Console.WriteLine();
        if (parts.HasFlag(ServerPart.Start)) Line("start to first answer, ms", start, goals, v => Goal.AtMost(v, 1000, "ms"));
        if (parts.HasFlag(ServerPart.Writes))
        {
            Line("writes/s", figures.WritesPerSecond, goals, v => Goal.AtLeast(v, 25_000, "writes/s"));
            Line("  CPU of the server, us/write", figures.CpuPerWrite, goals);
        }
        if (parts.HasFlag(ServerPart.List))
        {
            Line($"list of {effort.Listed:N0}, s", figures.ListSeconds, goals);
            Line($"list of {effort.Listed:N0}, MiB", figures.ListMegabytes, goals);
            // Streamed: what it takes is no part of what it sends.
            Line("  the server's memory above what it was, MiB", figures.ListPeakMegabytes, goals, v => Goal.AtMost(v, figures.ListMegabytes!.Value / 2, "MiB, half of the list"));
        }
        if (parts.HasFlag(ServerPart.Informers)) Line($"{effort.Informers} informers synced with {effort.Synced:N0} objects each, s", figures.SyncSeconds, goals);
        if (parts.HasFlag(ServerPart.FanOut))
        {
            Line($"deliveries/s of {effort.Watchers * effort.EventsPerSecond:N0} offered ({effort.EventsPerSecond} writes/s, {effort.Watchers:N0} watchers)", figures.DeliveriesPerSecond, goals, v => Goal.AtLeast(v, effort.Watchers * effort.EventsPerSecond * 0.98, "deliveries/s"));
            Line("  CPU of the server, us/delivery", figures.CpuPerDelivery, goals);
            Line("  commit to last byte written p50, ms (ledger)", figures.CommitToLastP50, goals);
            Line("  commit to last byte written p99, ms (ledger)", figures.CommitToLastP99, goals, v => Goal.AtMost(v, 50, "ms"));
            Line("  write sent to last watcher has it p50, ms", figures.DeliveryP50, goals);
            Line("  write sent to last watcher has it p99, ms", figures.DeliveryP99, goals);
            Line("  write sent to last watcher has it, longest, ms", figures.DeliveryMax, goals);
            Line("  most deliveries/s with that p99 within 50 ms (steps of a fifth)", figures.MostDeliveriesPerSecond, goals);
            Line($"  deliveries/s of {effort.Burst} writes at once", figures.BurstDeliveriesPerSecond, goals);
            Line("KiB/watcher, a connection each", figures.KilobytesPerWatcher, goals);
        }
        if (!parts.HasFlag(ServerPart.Memory)) return goals;
        Line("bytes/object of 200 bytes of data", figures.BytesPerObject, goals);
        Line($"memory of the server with {effort.Held:N0} of them, MiB", figures.HeldMegabytes, goals, v => effort.Held == 1_000_000 ? Goal.AtMost(v, 1536, "MiB") : null);
        return goals;
    }

    private static Task<BenchmarkTarget> LocalTargetAsync(int ledger) => BenchmarkTarget.StartLocalAsync("--ledger", ledger.ToString(CultureInfo.InvariantCulture));

    private static async Task ComparedAsync(string kubeconfig, ServerPart parts)
    {
        var effort = ServerEffort.Compared;
        parts &= ~(ServerPart.Start | ServerPart.Memory);
        if (parts == ServerPart.None) return;
        var real = await new ServerMeasurement(effort, parts).MeasureAsync(_ => Task.FromResult(BenchmarkTarget.OfKubeconfig(kubeconfig)));
        var local = await new ServerMeasurement(effort, parts).MeasureAsync(LocalTargetAsync);
        Console.WriteLine();
        Console.WriteLine("The CPU of the real one is that of the process that listens: kube-apiserver without its etcd. Its memory is not compared: how far a heap with room to spare grows says nothing.");
        Console.WriteLine($"{"The same of both",-66}{"local",12}{"real",12}{"ratio",9}");
        Both("writes/s", local.WritesPerSecond, real.WritesPerSecond);
        Both("  CPU of the server, us/write", local.CpuPerWrite, real.CpuPerWrite);
        Both($"list of {effort.Listed:N0}, ms", local.ListSeconds * 1000, real.ListSeconds * 1000);
        Both($"{effort.Informers} informers synced with {effort.Synced:N0} objects each, ms", local.SyncSeconds * 1000, real.SyncSeconds * 1000);
        Both($"deliveries/s of {effort.Watchers * effort.EventsPerSecond:N0} offered over {effort.Watchers} watchers", local.DeliveriesPerSecond, real.DeliveriesPerSecond);
        Both("  CPU of the server, us/delivery", local.CpuPerDelivery, real.CpuPerDelivery);
        Both("  write sent to last watcher has it p50, ms", local.DeliveryP50, real.DeliveryP50);
        Both("  write sent to last watcher has it, longest, ms", local.DeliveryMax, real.DeliveryMax);
        Both("  most deliveries/s with its p99 within 50 ms", local.MostDeliveriesPerSecond, real.MostDeliveriesPerSecond);
        Both($"  deliveries/s of {effort.Burst} writes at once", local.BurstDeliveriesPerSecond, real.BurstDeliveriesPerSecond);
    }

    private static void Line(string figure, double? value, List<Goal> goals, Func<double, Goal?>? goal = null)
    {
        var own = value is { } known ? goal?.Invoke(known) : null;
        if (own is not null) goals.Add(own);
        Console.WriteLine($"{figure,-66}{Text(value),12}  {own}".TrimEnd());
    }

    private static void Both(string figure, double? local, double? real)
    {
        if (local is null && real is null) return;
        Console.WriteLine($"{figure,-66}{Text(local),12}{Text(real),12}{(local / real)?.ToString("0.000", CultureInfo.InvariantCulture),9}");
    }

    private static string Text(double? value) => value switch
    {
        null => "not seen",
        >= 1000 => value.Value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 10 => value.Value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.Value.ToString("0.000", CultureInfo.InvariantCulture),
    };
}
