using System.Globalization;
using K8sScaleTest.Engine.Health;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Benchmarks;

/// <summary>What it costs to keep the generator's health: CPU and memory of an otherwise idle process with the recorder and without.</summary>
internal static class HealthBenchmark
{
    private const int Turns = 3;

    public static Task<int> RunAsync(string[] args)
    {
        var seconds = 5.0;
        if (args.Length > 1 || (args is [var text] && !(double.TryParse(text, CultureInfo.InvariantCulture, out seconds) && seconds is >= 1 and <= 3600)))
        {
            Console.Error.WriteLine("Usage: health [<seconds for each turn>, default 5]");
            return Task.FromResult(2);
        }

        Play(new HealthRecorder(new()), 3); // compiled and warmed up
        var (without, with) = (default(Cost), default(Cost));
        for (var turn = 0; turn < Turns; turn++)
        {
            without += Play(null, seconds);
            with += Play(new HealthRecorder(new()), seconds);
        }

        Console.WriteLine(FormattableString.Invariant($"An idle process for {Turns} x {seconds:0.#} s   CPU of a core   bytes allocated/s"));
        Console.WriteLine(FormattableString.Invariant($"{"without the health recorder",-35}{without.Cpu,14:0.00%}{without.AllocatedPerSecond,20:0}"));
        Console.WriteLine(FormattableString.Invariant($"{"with it",-35}{with.Cpu,14:0.00%}{with.AllocatedPerSecond,20:0}"));
        return Task.FromResult(0);
    }

    private static Cost Play(HealthRecorder? recorder, double seconds)
    {
        recorder?.Start();
        var (cpu, allocated, start) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(true), RunClock.Now);
        Thread.Sleep(TimeSpan.FromSeconds(seconds));
        var cost = new Cost(
            (Environment.CpuUsage.TotalTime - cpu).TotalSeconds,
            RunClock.ToMilliseconds(RunClock.Now - start) / 1000,
            GC.GetTotalAllocatedBytes(true) - allocated);
        recorder?.Dispose();
        return cost;
    }

    private readonly record struct Cost(double CpuSeconds, double Seconds, long Bytes)
    {
        public double Cpu => CpuSeconds / Seconds;

        public double AllocatedPerSecond => Bytes / Seconds;

        public static Cost operator +(Cost a, Cost b) => new(a.CpuSeconds + b.CpuSeconds, a.Seconds + b.Seconds, a.Bytes + b.Bytes);
    }
}
