using System.Diagnostics;
using K8sScaleTest.Benchmarks.Driver;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Observers.Watches;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Benchmarks;

/// <summary>What watchers cost: memory of a thousand in one process, idle and while events come, and CPU per event.</summary>
internal static class WatchersBenchmark
{
    private const int Watchers = 1000;
    private const int Objects = 50;
    private const double GoalMegabytes = 60;

    public static async Task<int> RunAsync(string[] args)
    {
        var watchers = Watchers;
        if (args.Length > 1 || (args is [var text] && !(int.TryParse(text, out watchers) && watchers is >= 1 and <= 100_000)))
        {
            Console.Error.WriteLine($"Usage: watchers [<how many>, default {Watchers}]");
            return 2;
        }

        await using var server = await LocalApiProcess.StartAsync();
        await using var target = await ApiTarget.ResolveAsync(new() { Kubeconfig = server.Kubeconfig });

        // Everything is loaded and compiled before what counts.
        await PlayAsync(target, 2, "warm");
        var idle = WorkingSet();
        var cost = await PlayAsync(target, watchers, "cold");
        Console.WriteLine(FormattableString.Invariant($"{watchers:N0} watchers in one process, over {cost.Connections} connections: {cost.Events:N0} events delivered"));
        Report("working set, all open and idle", (cost.OpenBytes - idle) / 1e6, "MB over idle", Goal.AtMost((cost.OpenBytes - idle) / 1e6, GoalMegabytes, "MB"));
        Report("working set, after the events", (cost.AfterBytes - idle) / 1e6, "MB over idle", Goal.AtMost((cost.AfterBytes - idle) / 1e6, GoalMegabytes, "MB"));
        Report("managed heap of a watcher", cost.HeapPerWatcher / 1e3, "KB", null);
        Report("CPU per event delivered", cost.CpuMicroseconds, "us, driver, audit and records included", null);
        Report("allocated per event delivered", cost.BytesPerEvent, "bytes", null);
        return 0;
    }

    private static void Report(string what, double value, string unit, Goal? goal) =>
        Console.WriteLine(FormattableString.Invariant($"  {what,-34}{value,10:0.0} {unit}{(goal is null ? "" : $"   ({goal})")}"));

    private static async Task<Cost> PlayAsync(ApiTarget target, int watchers, string name)
    {
        var options = new WatchOptions { RunId = name, Namespace = "scaletest", Watchers = watchers, Resume = true };
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await using var run = new WatchRun(options, target, ApiResource.ConfigMaps, new Nowhere<WatchRow>());
        var watching = run.RunAsync();
        while (run.Progress.Open < watchers) await Task.Delay(20);
        var heap = GC.GetTotalMemory(forceFullCollection: true) - before;
        var open = WorkingSet();
        var (cpu, allocated) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(true));
        await DriveAsync(target, name);
        var events = (long)watchers * Objects * 2;
        while (run.Progress.Events < events || run.Progress.RecordsWaiting > 0) await Task.Delay(20);
        var cost = new Cost(
            options.ConnectionsInEffect,
            events,
            open,
            WorkingSet(),
            (double)heap / watchers,
            (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / events,
            (double)(GC.GetTotalAllocatedBytes(true) - allocated) / events);
        run.Stop();
        var result = await watching;
        var faults = result.Audit.Sum(each => each.FaultCount);
        if (faults > 0) throw new InvalidOperationException($"The audit found {faults} faults: something is wrong with the server or with the audit.");
        return cost;
    }

    private static async Task DriveAsync(ApiTarget target, string name)
    {
        var options = new DriverOptions { RunId = $"drive-{name}", Rate = 20, Count = Objects, MaxPopulation = 10, DataLength = 2000, Seed = 7 };
        var identity = new ObjectIdentity(options.RunId, 0, "scaletest", options.NameDigits);
        await using var run = new DriverRun(options, target, ObjectTemplate.ConfigMap(identity, options.DataLength), identity, new Nowhere<OperationRow>());
        await run.RunAsync();
    }

    /// <summary>What the process holds once its garbage is gone.</summary>
    private static long WorkingSet()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }

    private sealed class Nowhere<TRow> : IRecordConsumer<TRow>
        where TRow : struct
    {
        public void Take(in TRow row)
        {
        }

        public void Pause()
        {
        }
    }

    private readonly record struct Cost(int Connections, long Events, long OpenBytes, long AfterBytes, double HeapPerWatcher, double CpuMicroseconds, double BytesPerEvent);
}
