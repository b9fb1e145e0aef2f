using System.Globalization;
using K8sScaleTest.Benchmarks.Driver;
using K8sScaleTest.Benchmarks.Logger;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Benchmarks;

/// <summary>
/// (a) The module's logger and (b) the plain way, KubernetesClient's list and watch with a dictionary and a channel: the same canned stream of ConfigMaps of 2 KB,
/// each in a fresh process.
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
        var (events, rounds, paced) = args is [] ? (500_000, 3, 40_000) : (100_000, 1, 10_000);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ConfigMaps of 2 KB from a canned stream, {Environment.ProcessorCount} CPUs; medians of {rounds} rounds."));
        Console.WriteLine("(a) this module's logger; (b) KubernetesClient's list and watch, a dictionary, a channel, a worker.");
        var table = new Comparison(Console.Out);
        table.Begin(string.Create(CultureInfo.InvariantCulture, $"{events:#,0} events as fast as they go"));
        var (ours, plain) = await RoundsAsync(rounds, 0, events, null);
        var (cpu, plainCpu) = (Median(ours, each => each.CpuMicroseconds), Median(plain, each => each.CpuMicroseconds));
        table.Add("CPU, us/event", cpu, plainCpu, Goal.AtMost(cpu, 25, "us"), Goal.RatioAtMost(cpu, plainCpu, 1.0 / 3));
        table.Add("allocated, bytes/event", Median(ours, each => each.Bytes), Median(plain, each => each.Bytes));
        table.Add("events/s", Median(ours, each => each.EventsPerSecond), Median(plain, each => each.EventsPerSecond));

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

    private static async Task<(List<LoggerReport> Ours, List<LoggerReport> Plain)> RoundsAsync(int rounds, int objects, int events, double? rate)
    {
        List<LoggerReport> ours = [], plain = [];
        for (var i = 0; i < rounds; i++)
        {
            ours.Add(await LoggerProcess.RunAsync(true, objects, events, rate));
            plain.Add(await LoggerProcess.RunAsync(false, objects, events, rate));
        }

        return (ours, plain);
    }

    private static double Median(List<LoggerReport> reports, Func<LoggerReport, double> figure) => Samples.Median(reports.Select(figure));
}
