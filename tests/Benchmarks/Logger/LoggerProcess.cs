using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using System.Text.Json;

namespace K8sScaleTest.Benchmarks.Logger;

/// <summary>Runs one logger against a canned server in a process of its own, so that its CPU and memory are its own.</summary>
internal static class LoggerProcess
{
    /// <summary>The benchmark's command that a logger's process is started with; not for people.</summary>
    public const string Command = "logger-client";

    private const int ShortWarmUps = 70;
    private const int FewEvents = 1000;
    private const int MostWarmUps = 15;
    private const int QuietWarmUps = 2;
    private const double QuietShare = 0.02;

    // The compiler begins when it has not been called for 100 ms.
    private static readonly TimeSpan ShortStay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Stay = TimeSpan.FromSeconds(1);

    /// <summary>Starts a logger on a canned server and returns what it measured.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="objects">Objects that are there at the start.</param>
    /// <param name="events">Events that follow.</param>
    /// <param name="rate">Events per second; null for as fast as they go.</param>
    public static async Task<LoggerReport> RunAsync(LoggerKind kind, int objects, int events, double? rate)
    {
        const int WarmUp = 30_000;
        await using var warm = new CannedServer(0, WarmUp, null);
        await using var server = new CannedServer(objects, events, rate);
        return await RunAsync(kind, new(warm.Url), WarmUp, new(server.Url), objects, events, 1);
    }

    /// <summary>Starts a logger on a server's history, which it has replayed before it counts, and returns what it measured.</summary>
    /// <param name="kind">Which.</param>
    /// <param name="source">The history.</param>
    /// <param name="events">How many events it has.</param>
    /// <param name="times">How often it is replayed.</param>
    public static Task<LoggerReport> RunAsync(LoggerKind kind, LoggerSource source, int events, int times) => RunAsync(kind, source, events, source, 0, events, times);

    private static async Task<LoggerReport> RunAsync(LoggerKind kind, LoggerSource warm, int warmUp, LoggerSource source, int objects, int events, int times)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        foreach (var argument in (string[])
            [typeof(LoggerProcess).Assembly.Location, Command, kind.ToString(), warm.ToString(), Number(warmUp), source.ToString(), Number(objects), Number(events), Number(times)])
        {
            start.ArgumentList.Add(argument);
        }

        // As in the shell.
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0";
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? JsonSerializer.Deserialize<LoggerReport>(output)! : throw new InvalidOperationException($"The logger ended with {process.ExitCode}.");

        static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The logger's process.</summary>
    public static async Task<int> ServeAsync(string[] args)
    {
        var (source, objects, events, times) = (LoggerSource.Parse(args[3]), Parse(args[4]), Parse(args[5]), Parse(args[6]));
        Func<LoggerSource, int, TimeSpan, Task<(double? P50, double? P99)>> log = Enum.Parse<LoggerKind>(args[0]) switch
        {
            LoggerKind.Ours => (from, all, stay) => OurLogger.RunAsync(from, all, stay, audited: true),
            LoggerKind.OursUnaudited => (from, all, stay) => OurLogger.RunAsync(from, all, stay, audited: false),
            LoggerKind.Plain => PlainLogger.RunAsync,
            _ => BareReader.RunAsync,
        };
        await WarmUpAsync((all, stay) => log(LoggerSource.Parse(args[1]), all, stay), Parse(args[2]));
        GC.Collect();
        using var self = Process.GetCurrentProcess();
        self.Refresh();
        var idle = self.WorkingSet64;
        var (cpu, compiler, bytes, began) = (self.TotalProcessorTime, JitInfo.GetCompilationTime(), GC.GetTotalAllocatedBytes(), Stopwatch.GetTimestamp());
        var growth = 0L;
        var peak = Task.CompletedTask;
        using var done = new CancellationTokenSource();
        if (objects > 0) peak = WatchMemoryAsync(idle, value => growth = value, done.Token);
        (double? p50, double? p99) = (null, null);
        for (var i = 0; i < times; i++) (p50, p99) = await log(source, objects + events, Stay);
        await done.CancelAsync();
        await peak;
        self.Refresh();
        var count = (objects + events) * times;
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Console.WriteLine(JsonSerializer.Serialize(new LoggerReport(
            (self.TotalProcessorTime - cpu).TotalMicroseconds / count,
            (JitInfo.GetCompilationTime() - compiler).TotalMicroseconds / count,
            (double)(GC.GetTotalAllocatedBytes() - bytes) / count,
            count / seconds,
            p50,
            p99,
            growth)));
        return 0;

        static int Parse(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Until the compiler has little left to do, twice in a row: what it costs is no event's, and it comes in bursts. Short runs first: what is called once a run is
    /// compiled anew after 30 calls, with counters, and once more after 30 calls of that, which would otherwise fall into the measured runs.
    /// </summary>
    private static async Task WarmUpAsync(Func<int, TimeSpan, Task> log, int events)
    {
        for (var i = 0; i < ShortWarmUps; i++) await log(Math.Min(events, FewEvents), ShortStay);
        for (int i = 0, quiet = 0; i < MostWarmUps && quiet < QuietWarmUps; i++)
        {
            var (compiler, cpu) = (JitInfo.GetCompilationTime(), Environment.CpuUsage.TotalTime);
            await log(events, Stay);
            quiet = JitInfo.GetCompilationTime() - compiler < (Environment.CpuUsage.TotalTime - cpu) * QuietShare ? quiet + 1 : 0;
        }
    }

    /// <summary>The working set a while after everything was taken in: the last value before the logger is stopped.</summary>
    private static async Task WatchMemoryAsync(long idle, Action<long> report, CancellationToken stop)
    {
        using var self = Process.GetCurrentProcess();
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(100, CancellationToken.None);
            if (stop.IsCancellationRequested) return;
            self.Refresh();
            report(self.WorkingSet64 - idle);
        }
    }
}
