using System.Diagnostics;
using System.Globalization;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Benchmarks.Soak;

/// <summary>
/// The local API server under writes, watchers and faults for minutes: its memory must stay flat, and its ledger must account for every event on its way to every
/// watcher. Fails on growth beyond a limit, on anything unaccounted, on errors, and on a rate too low to mean anything.
/// </summary>
internal static class SoakBenchmark
{
    private static readonly string[] Faults =
    [
        """{"action":"Latency","verbs":["create","patch","delete"],"probability":0.01,"latency":{"shape":"LogNormal","median":20,"sigma":0.5},"seed":SEED}""",
        """{"action":"Status","statusCode":429,"verbs":["create","patch"],"probability":0.005,"seed":SEED}""",
        """{"action":"Status","statusCode":503,"verbs":["create","patch"],"probability":0.002,"seed":SEED}""",
        """{"action":"Status","statusCode":500,"at":"AfterCommit","verbs":["create","patch"],"probability":0.001,"seed":SEED}""",
        """{"action":"Reset","at":"AfterCommit","verbs":["create","patch"],"probability":0.001,"seed":SEED}""",
        """{"action":"LoseEvent","resources":["configmaps"],"probability":0.001,"seed":SEED}""",
        """{"action":"LoseEvent","resources":["configmaps"],"scope":"All","probability":0.0005,"seed":SEED}""",
        """{"action":"DoubleEvent","resources":["configmaps"],"probability":0.001,"seed":SEED}""",
        """{"action":"ReorderEvent","resources":["configmaps"],"probability":0.001,"seed":SEED}""",
        """{"action":"StallWatch","stallMilliseconds":50,"resources":["configmaps"],"probability":0.0001,"seed":SEED}""",
        """{"action":"CutWatch","cut":"Reset","resources":["configmaps"],"probability":0.00003,"seed":SEED}""",
        """{"action":"CutWatch","cut":"MidLine","resources":["configmaps"],"probability":0.00003,"seed":SEED}""",
        """{"action":"CutWatch","cut":"End","resources":["configmaps"],"probability":0.00003,"seed":SEED}""",
        """{"action":"ErrorEvent","resources":["configmaps"],"probability":0.00002,"seed":SEED}""",
    ];

    /// <summary>Entries of the ledger: 43 s of events at 3,000/s, far more than a watch of the soak lasts.</summary>
    private const string LedgerSize = "131072";

    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromMinutes(4);

    /// <summary>From the ledger's being full until memory is measured: the collector has to find its size for what does not grow any more.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(1.25);
    private static readonly TimeSpan SampleEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CompactEvery = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(string[] args)
    {
        SoakOptions options;
        try
        {
            options = SoakOptions.Parse(args);
        }
        catch (ArgumentException bad)
        {
            Console.Error.WriteLine(bad.Message);
            return 2;
        }
        await using var server = await LocalApiProcess.StartAsync("--ledger", LedgerSize);
        using var run = new SoakRun(server, options);
        await run.PrepareAsync();
        for (var i = 0; i < Faults.Length; i++) await server.Control.OrderAsync(Faults[i].Replace("SEED", (options.Seed * 100 + i).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        Say($"{options.Minutes:0.##} minutes at {options.Rate:N0} writes/s (a plain .NET client in this process) with {options.Watchers} watchers and {Faults.Length} faults, seed {options.Seed}; {Environment.ProcessorCount} cores, shared by server, client and whatever else runs.");
        var cpu = Cpu(server.ProcessId);
        var clock = Stopwatch.StartNew();
        run.Start();
        var samples = new List<(double, double)>();
        var (compactAt, sayAt) = (CompactEvery, SayEvery);
        var length = TimeSpan.FromMinutes(options.Minutes);
        var (full, warm, warmWrites) = (TimeSpan.MaxValue, TimeSpan.MaxValue, 0L);
        while (warm == TimeSpan.MaxValue || clock.Elapsed - warm < length)
        {
            await Task.Delay(SampleEvery);
            await run.AuditAsync();
            if (warm == TimeSpan.MaxValue)
            {
                // Until what is bounded has reached its bound, memory has to grow.
                if (full == TimeSpan.MaxValue && (clock.Elapsed >= LongestWarmUp || await IsFullAsync(server.Control))) full = clock.Elapsed;
                if (full != TimeSpan.MaxValue && clock.Elapsed - full >= Settling)
                {
                    (warm, warmWrites) = (clock.Elapsed, run.Writer.Succeeded);
                    Say($"  The ledger was full after {full.TotalSeconds:0} s, and the collector has had {Settling.TotalSeconds:0} s to settle: memory is measured from now on, for {options.Minutes:0.##} minutes.");
                }
            }
            else samples.Add((clock.Elapsed.TotalMinutes, Megabytes(server.ProcessId)));
            if (clock.Elapsed >= sayAt)
            {
                sayAt += SayEvery;
                Say($"  {clock.Elapsed.TotalMinutes:0.0} min: {run.Writer.Succeeded:N0} writes, server {Megabytes(server.ProcessId):0} MB, {run.Audit.Watches:N0} watches audited, {run.Audit.Unaccounted.Count} findings");
            }
            if (clock.Elapsed < compactAt) continue;
            compactAt += CompactEvery;
            await server.Control.OrderAsync("""{"action":"Compact","resources":["configmaps"]}""");
        }
        var rate = (run.Writer.Succeeded - warmWrites) / (clock.Elapsed - warm).TotalSeconds;
        cpu = (Cpu(server.ProcessId) - cpu) / clock.Elapsed.TotalSeconds;
        await run.StopAsync();
        return Report(options, run, MemoryTrend.Of(samples), rate, cpu);
    }

    private static int Report(SoakOptions options, SoakRun run, MemoryTrend trend, double rate, double cpu)
    {
        var (writer, audit) = (run.Writer, run.Audit);
        Say($"Writes: {rate:N0}/s answered with success after the warm-up, {writer.Succeeded:N0} in all; {writer.Refused:N0} refused, {writer.Broken:N0} reset. Server: {cpu:0.00} cores.");
        Say($"Events: {run.Ledger.Count:N0} in the ledger, {writer.Confirmed.Count:N0} creates and updates confirmed to the client and looked up there.");
        Say($"Events x watches: {audit.Pairs:N0} over {audit.Watches:N0} watches: {audit.Delivered:N0} delivered ({audit.Doubled:N0} twice, {audit.Reordered:N0} late), {audit.NotSelected:N0} not selected, {audit.Excused:N0} lost or cut by a fault.");
        Say($"Ends of watches: {string.Join(", ", audit.Ends.Select(e => $"{e.Key} {e.Value:N0}"))}.");
        Say($"Server's memory: mean {trend.MeanMegabytes:0} MB, slope {trend.Slope:+0.00;-0.00} +- {trend.HalfWidth:0.00} MB/min ({trend.PercentPerMinute:+0.00;-0.00} +- {trend.HalfWidthPercent:0.00} %/min, 95 %).");
        var failures = new List<string>();
        if (trend.AtLeastPercent > options.MaxSlope) failures.Add($"The server's memory grows by at least {trend.AtLeastPercent:0.00} % a minute; the limit is {options.MaxSlope} %.");
        if (rate < options.MinimumRate) failures.Add($"Only {rate:N0} writes/s: less than {options.MinimumRate}, the least that means anything.");
        if (rate < options.Rate * 0.95) Say($"This machine did not reach the {options.Rate:N0} writes/s that were due.");
        failures.AddRange(run.Failures());
        foreach (var failure in failures.Take(20)) Console.Error.WriteLine("FAILED: " + failure);
        Say(failures.Count == 0 ? "Passed: nothing is unaccounted for." : $"{failures.Count} failures.");
        return failures.Count == 0 ? 0 : 1;
    }

    private static void Say(FormattableString text) => Console.WriteLine(FormattableString.Invariant(text));

    private static void Say(string text) => Console.WriteLine(text);

    private static async Task<bool> IsFullAsync(LocalApiControl control)
    {
        var summary = await control.GetAsync("/ledger");
        return new[] { summary.GetProperty("requests"), summary.GetProperty("events").GetProperty("configmaps"), summary.GetProperty("watches") }.All(part => part.GetProperty("overwritten").GetInt64() > 0);
    }

    private static double Megabytes(int process)
    {
        using var found = Process.GetProcessById(process);
        return found.WorkingSet64 / 1e6;
    }

    private static double Cpu(int process)
    {
        using var found = Process.GetProcessById(process);
        return found.TotalProcessorTime.TotalSeconds;
    }
}
