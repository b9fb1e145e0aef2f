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

    private static readonly string[] Parts = ["canned", "history", "paced", "memory"];

    public static async Task<int> RunAsync(string[] args)
    {
        var effort = args.Contains("--quick") ? LoggerEffort.Quick : LoggerEffort.Whole;
        var parts = args.Where(argument => argument != "--quick").ToList();
        if (parts.Exists(part => !Parts.Contains(part)))
        {
            await Console.Error.WriteLineAsync($"Usage: logger [--quick] [{string.Join('|', Parts)}]...");
            return 2;
        }

        // Test projects that run meanwhile would be in the figures.
        await using var alone = await MachineLockFile.OpenAsync(FileShare.None, CancellationToken.None);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ConfigMaps of 2 KB, {Environment.ProcessorCount} CPUs, thread pool as in the shell; medians of {effort.Rounds} rounds."));
        Console.WriteLine("(a) this module's logger with its audit; (b) KubernetesClient's list and watch, a dictionary, a channel, a worker.");
        var table = new Comparison(Console.Out);
        if (Wanted("canned")) await CannedAsync(effort, table);
        if (Wanted("history")) await HistoryAsync(effort, table);
        if (Wanted("paced")) await PacedAsync(effort, table);
        if (Wanted("memory")) await MemoryAsync(effort, table);
        table.End();
        return 0;

        bool Wanted(string part) => parts.Count == 0 || parts.Contains(part);
    }

    private static async Task CannedAsync(LoggerEffort effort, Comparison table)
    {
        table.Begin(string.Create(CultureInfo.InvariantCulture, $"{effort.Events:#,0} events of a canned stream, as fast as they go"));
        AddEffort(table, await RoundsAsync(effort.Rounds, Enum.GetValues<LoggerKind>(), kind => LoggerProcess.RunAsync(kind, 0, effort.Events, null)));
    }

    private static async Task HistoryAsync(LoggerEffort effort, Comparison table)
    {
        table.Begin(string.Create(CultureInfo.InvariantCulture, $"{effort.History * effort.Replays:#,0} events of the local server's history, TLS and HTTP/2"));
        await using var server = await HistoryServer.StartAsync(effort.History);
        AddEffort(table, await RoundsAsync(effort.Rounds, Enum.GetValues<LoggerKind>(), kind => LoggerProcess.RunAsync(kind, server.Source, effort.History, effort.Replays)));
    }

    private static async Task PacedAsync(LoggerEffort effort, Comparison table)
    {
        table.Begin(string.Create(CultureInfo.InvariantCulture, $"{Rate:#,0} events/s"));
        var reports = await RoundsAsync(effort.Rounds, [LoggerKind.Ours, LoggerKind.Plain], kind => LoggerProcess.RunAsync(kind, 0, effort.Paced, Rate));
        var (ours, plain) = (reports[LoggerKind.Ours], reports[LoggerKind.Plain]);
        var p99 = Median(ours, each => each.QueueP99Ms ?? double.NaN);
        table.Add("queue time p50, ms", Median(ours, each => each.QueueP50Ms ?? double.NaN), Median(plain, each => each.QueueP50Ms ?? double.NaN));
        table.Add("queue time p99, ms", p99, Median(plain, each => each.QueueP99Ms ?? double.NaN), Goal.AtMost(p99, 1, "ms"));
        table.Add("CPU, us/event", Median(ours, each => each.CpuMicroseconds), Median(plain, each => each.CpuMicroseconds));
    }

    private static async Task MemoryAsync(LoggerEffort effort, Comparison table)
    {
        table.Begin(string.Create(CultureInfo.InvariantCulture, $"{Objects:#,0} ConfigMaps listed and kept"));
        var reports = await RoundsAsync(effort.Rounds, [LoggerKind.Ours, LoggerKind.OursUnaudited, LoggerKind.Plain], kind => LoggerProcess.RunAsync(kind, Objects, 0, null));
        var growth = Growth(LoggerKind.Ours);
        table.Add("working set over idle, MB", growth, Growth(LoggerKind.Plain), Goal.AtMost(growth, 60, "MB"));
        table.Add("  without the audit", Growth(LoggerKind.OursUnaudited), Growth(LoggerKind.Plain));

        double Growth(LoggerKind kind) => Median(reports[kind], each => each.WorkingSetGrowth / Megabyte);
    }

    private static void AddEffort(Comparison table, Dictionary<LoggerKind, List<LoggerReport>> reports)
    {
        var (ours, plain) = (reports[LoggerKind.Ours], reports[LoggerKind.Plain]);
        var (cpu, plainCpu) = (Cpu(LoggerKind.Ours), Cpu(LoggerKind.Plain));
        table.Add("CPU, us/event", cpu, plainCpu, Goal.AtMost(cpu, 25, "us"), Goal.RatioAtMost(cpu, plainCpu, 1.0 / 3));
        table.Add("  of which the compiler, at most", Median(ours, each => each.CompilerMicroseconds), Median(plain, each => each.CompilerMicroseconds));
        table.Add("  without the audit", Cpu(LoggerKind.OursUnaudited), plainCpu);
        table.Add("  the floor: HttpClient alone, what it reads thrown away", Cpu(LoggerKind.Bare), plainCpu);
        table.Add("allocated, bytes/event", Median(ours, each => each.Bytes), Median(plain, each => each.Bytes));
        table.Add("events/s", Median(ours, each => each.EventsPerSecond), Median(plain, each => each.EventsPerSecond));

        double Cpu(LoggerKind kind) => Median(reports[kind], each => each.CpuMicroseconds);
    }

    private static async Task<Dictionary<LoggerKind, List<LoggerReport>>> RoundsAsync(int rounds, LoggerKind[] kinds, Func<LoggerKind, Task<LoggerReport>> run)
    {
        var reports = kinds.ToDictionary(kind => kind, _ => new List<LoggerReport>());
        for (var i = 0; i < rounds; i++)
        {
            foreach (var kind in kinds) reports[kind].Add(await run(kind));
        }

        return reports;
    }

    private static double Median(List<LoggerReport> reports, Func<LoggerReport, double> figure) => Samples.Median(reports.Select(figure));
}
