using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace K8sScaleTest.Benchmarks.Logger;

/// <summary>Runs one logger against a canned server in a process of its own, so that its CPU and memory are its own.</summary>
internal static class LoggerProcess
{
    /// <summary>The benchmark's command that a logger's process is started with; not for people.</summary>
    public const string Command = "logger-client";

    /// <summary>Starts a logger and returns what it measured.</summary>
    /// <param name="ours">This module's, or the plain one.</param>
    /// <param name="objects">Objects that are there at the start.</param>
    /// <param name="events">Events that follow.</param>
    /// <param name="rate">Events per second; null for as fast as they go.</param>
    public static async Task<LoggerReport> RunAsync(bool ours, int objects, int events, double? rate)
    {
        const int WarmUp = 30_000;
        await using var warm = new CannedServer(0, WarmUp, null);
        await using var server = new CannedServer(objects, events, rate);
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        foreach (var argument in (string[])
            [typeof(LoggerProcess).Assembly.Location, Command, ours ? "ours" : "plain", warm.Url, Number(WarmUp), server.Url, Number(objects), Number(events)])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["DOTNET_gcServer"] = "0";
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? JsonSerializer.Deserialize<LoggerReport>(output)! : throw new InvalidOperationException($"The logger ended with {process.ExitCode}.");

        static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The logger's process.</summary>
    public static async Task<int> ServeAsync(string[] args)
    {
        var ours = args[0] == "ours";
        var (objects, events) = (Parse(args[4]), Parse(args[5]));
        Func<string, int, Task<(double?, double?)>> log = ours ? OurLogger.RunAsync : PlainLogger.RunAsync;
        await log(args[1], Parse(args[2]));
        GC.Collect();
        using var self = Process.GetCurrentProcess();
        self.Refresh();
        var idle = self.WorkingSet64;
        var (cpu, bytes, began) = (self.TotalProcessorTime, GC.GetTotalAllocatedBytes(), Stopwatch.GetTimestamp());
        var growth = 0L;
        var peak = Task.CompletedTask;
        using var done = new CancellationTokenSource();
        if (objects > 0) peak = WatchMemoryAsync(idle, value => growth = value, done.Token);
        var (p50, p99) = await log(args[3], objects + events);
        await done.CancelAsync();
        await peak;
        self.Refresh();
        var count = objects + events;
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Console.WriteLine(JsonSerializer.Serialize(new LoggerReport(
            (self.TotalProcessorTime - cpu).TotalMicroseconds / count, (double)(GC.GetTotalAllocatedBytes() - bytes) / count, count / seconds, p50, p99, growth)));
        return 0;

        static int Parse(string text) => int.Parse(text, CultureInfo.InvariantCulture);
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
