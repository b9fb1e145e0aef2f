using System.Globalization;
using K8sScaleTest.Benchmarks.Driver;
using K8sScaleTest.Benchmarks.Logger;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Benchmarks;

/// <summary>
/// (a) The module's logger and (b) the plain way, KubernetesClient's list and watch with a dictionary and a channel: the same ConfigMaps of 2 KB, from a canned
/// stream and from the local API server's history, each in a fresh process.
/// </summary>
internal static class LoggerBenchmark
{
    private const double Rate = 2000;
    private const int Objects = 100_000;
    private const double Megabyte = 1024 * 1024;

    public static async Task<int> RunAsync(string[] args)
    {
        if (args is not [] and not ["--quick"])
        {
            await Console.Error.WriteLineAsync("Usage: logger [--quick]");
            return 2;
        }

        // Test projects that run meanwhile would be in the figures.
        await using var alone = await MachineLockFile.OpenAsync(FileShare.None, CancellationToken.None);
        var (events, rounds, paced, history, replays) = args is [] ? (500_000, 3, 40_000, 99_999, 5) : (100_000, 1, 10_000, 30_000, 2);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ConfigMaps of 2 KB, {Environment.ProcessorCount} CPUs; medians of {rounds} rounds."));
        Console.WriteLine("(a) this module's logger; (b) KubernetesClient's list and watch, a dictionary, a channel, a worker.");
        var table = new Comparison(Console.Out);
        table.Begin(string.Create(CultureInfo.InvariantCulture, $"{events:#,0} events of a canned stream, as fast as they go"));
        var (ours, plain) = await RoundsAsync(rounds, 0, events, null);
        AddEffort(table, ours, plain);

        table.Begin(string.Create(CultureInfo.InvariantCulture, $"{history * replays:#,0} events of the local server's history, TLS and HTTP/2"));
        await using (var server = await HistoryServer.StartAsync(history)) (ours, plain) = await RoundsAsync(rounds, running => LoggerProcess.RunAsync(running, server.Source, history, replays));
        AddEffort(table, ours, plain);

        table.Begin(string.Create(CultureInfo.InvariantCulture, $"{Rate:#,0} events/s"));
        (ours, plain) = await RoundsAsync(rounds, 0, paced, Rate);
        var p99 = Median(ours, each => each.QueueP99Ms ?? double.NaN);
        table.Add("queue time p50, ms", Median(ours, each => each.QueueP50Ms ?? double.NaN), Median(plain, each => each.QueueP50Ms ?? double.NaN));
        table.Add("queue time p99, ms", p99, Median(plain, each => each.QueueP99Ms ?? double.NaN), Goal.AtMost(p99, 1, "ms"));
        table.Add("CPU, us/event", Median(ours, each => each.CpuMicroseconds), Median(plain, each => each.CpuMicroseconds));

        table.Begin(string.Create(CultureInfo.InvariantCulture, $"{Objects:#,0} ConfigMaps listed and kept"));
        (ours, plain) = await RoundsAsync(rounds, Objects, 0, null);
        var growth = Median(ours, each => each.WorkingSetGrowth / Megabyte);
        table.Add("working set over idle, MB", growth, Median(plain, each => each.WorkingSetGrowth / Megabyte), Goal.AtMost(growth, 60, "MB"));
        table.End();
        return 0;
    }

    private static void AddEffort(Comparison table, List<LoggerReport> ours, List<LoggerReport> plain)
    {
        var (cpu, plainCpu) = (Median(ours, each => each.CpuMicroseconds), Median(plain, each => each.CpuMicroseconds));
        table.Add("CPU, us/event", cpu, plainCpu, Goal.AtMost(cpu, 25, "us"), Goal.RatioAtMost(cpu, plainCpu, 1.0 / 3));
        table.Add("allocated, bytes/event", Median(ours, each => each.Bytes), Median(plain, each => each.Bytes));
        table.Add("events/s", Median(ours, each => each.EventsPerSecond), Median(plain, each => each.EventsPerSecond));
    }

    private static Task<(List<LoggerReport> Ours, List<LoggerReport> Plain)> RoundsAsync(int rounds, int objects, int events, double? rate) =>
        RoundsAsync(rounds, ours => LoggerProcess.RunAsync(ours, objects, events, rate));

    private static async Task<(List<LoggerReport> Ours, List<LoggerReport> Plain)> RoundsAsync(int rounds, Func<bool, Task<LoggerReport>> run)
    {
        List<LoggerReport> ours = [], plain = [];
        for (var i = 0; i < rounds; i++)
        {
            ours.Add(await run(true));
            plain.Add(await run(false));
        }

        return (ours, plain);
    }

    private static double Median(List<LoggerReport> reports, Func<LoggerReport, double> figure) => Samples.Median(reports.Select(figure));
}
