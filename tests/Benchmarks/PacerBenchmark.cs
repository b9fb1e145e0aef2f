using System.Globalization;
using K8sScaleTest.Engine.Pacing;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Benchmarks;

/// <summary>
/// How late things due at Poisson times are launched, and for how much CPU: the pacer beside the ways that suggest themselves. All play the
/// same schedule, in short turns one after the other, so that what else the machine does falls on all alike.
/// </summary>
internal static class PacerBenchmark
{
    private const int Turns = 5;
    private const ulong Seed = 1;

    public static async Task<int> RunAsync(string[] args)
    {
        if (!TryParse(args, out var rate, out var seconds))
        {
            await Console.Error.WriteLineAsync("Usage: pacer [<rate per second>, default 1000] [<seconds for each, default 20>]");
            return 2;
        }

        await CompareAsync(rate, seconds, busy: false);
        Console.WriteLine();
        await CompareAsync(rate, seconds, busy: true);
        return 0;
    }

    private static async Task CompareAsync(double rate, double seconds, bool busy)
    {
        Contender[] contenders =
        [
            new("Pacer", PlayWithPacerAsync),
            new("Task.Delay", PlayWithTaskDelayAsync),
            new("Thread.Sleep", PlayWithThreadSleepAsync),
            new("PeriodicTimer 1 ms", PlayWithPeriodicTimerAsync),
        ];
        foreach (var contender in contenders) await contender.TakeTurnAsync(rate, 0.2); // compiled and warmed up
        foreach (var contender in contenders) contender.Reset();
        using (busy ? BusyCpus.Begin() : null)
        {
            for (var turn = 0; turn < Turns; turn++)
            {
                foreach (var contender in contenders) await contender.TakeTurnAsync(rate, seconds / Turns);
            }
        }

        Console.WriteLine(Invariant(
            $"Lateness at {rate:0.###} Poisson arrivals per second, {seconds:0.###} s each, {Environment.ProcessorCount} CPUs{(busy ? ", each with a loop that never sleeps" : "")}"));
        Console.WriteLine($"{"",-20}{"launches",10}{"p50 us",10}{"p99 us",10}{"p99.9 us",10}{"CPU of a core",15}{"p99 against the pacer's",25}");
        var reference = contenders[0].Percentile(0.99);
        foreach (var contender in contenders)
        {
            var (p50, p99, p999) = (contender.Percentile(0.5), contender.Percentile(0.99), contender.Percentile(0.999));
            var cpu = busy ? "" : Invariant($"{contender.Cpu:0.0%}");
            Console.WriteLine(Invariant($"{contender.Name,-20}{contender.Launches,10}{p50,10:0.0}{p99,10:0.0}{p999,10:0.0}{cpu,15}{p99 / reference,25:0.0}"));
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static bool TryParse(string[] args, out double rate, out double seconds)
    {
        (rate, seconds) = (1000, 20);
        return args.Length <= 2
            && (args.Length < 1 || (double.TryParse(args[0], CultureInfo.InvariantCulture, out rate) && rate is >= 1 and <= 100_000))
            && (args.Length < 2 || (double.TryParse(args[1], CultureInfo.InvariantCulture, out seconds) && seconds is >= 1 and <= 3600));
    }

    private static async Task PlayWithPacerAsync(long[] due, long[] lateness)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var pacer = new Pacer<int>(
            (i, dueTicks) =>
            {
                lateness[i] = RunClock.Now - dueTicks;
                if (i == due.Length - 1) done.SetResult();
            },
            capacity: due.Length);
        for (var i = 0; i < due.Length; i++) pacer.Schedule(i, due[i]);
        pacer.Start();
        await done.Task;
    }

    private static async Task PlayWithTaskDelayAsync(long[] due, long[] lateness)
    {
        for (var i = 0; i < due.Length; i++)
        {
            var wait = due[i] - RunClock.Now;
            if (wait > 0) await Task.Delay(RoundedUp(wait));
            lateness[i] = RunClock.Now - due[i];
        }
    }

    private static Task PlayWithThreadSleepAsync(long[] due, long[] lateness) => OnThread(() =>
    {
        for (var i = 0; i < due.Length; i++)
        {
            var wait = due[i] - RunClock.Now;
            if (wait > 0) Thread.Sleep(RoundedUp(wait));
            lateness[i] = RunClock.Now - due[i];
        }
    });

    private static async Task PlayWithPeriodicTimerAsync(long[] due, long[] lateness)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        for (var i = 0; i < due.Length; i++)
        {
            while (RunClock.Now < due[i]) await timer.WaitForNextTickAsync();
            lateness[i] = RunClock.Now - due[i];
        }
    }

    // Both take whole milliseconds; rounded down, they would launch early.
    private static int RoundedUp(long ticks) => (int)Math.Ceiling(RunClock.ToMilliseconds(ticks));

    private static Task OnThread(Action action)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            action();
            done.SetResult();
        }).Start();
        return done.Task;
    }

    /// <summary>One thread per CPU that wants all of it.</summary>
    private sealed class BusyCpus : IDisposable
    {
        private readonly List<Thread> _threads = [];
        private volatile bool _ended;

        public static BusyCpus Begin()
        {
            var busy = new BusyCpus();
            for (var cpu = 0; cpu < Environment.ProcessorCount; cpu++) busy._threads.Add(new(busy.Loop));
            foreach (var thread in busy._threads) thread.Start();
            return busy;
        }

        public void Dispose()
        {
            _ended = true;
            foreach (var thread in _threads) thread.Join();
        }

        private void Loop()
        {
            while (!_ended)
            {
            }
        }
    }

    private sealed class Contender(string name, Func<long[], long[], Task> play)
    {
        private readonly List<long> _lateness = [];
        private TimeSpan _cpu;
        private long _ticks;
        private bool _sorted;

        public string Name => name;

        public int Launches => _lateness.Count;

        /// <summary>CPU time of this process over the time that passed.</summary>
        public double Cpu => _cpu.TotalMilliseconds / RunClock.ToMilliseconds(_ticks);

        public void Reset()
        {
            _lateness.Clear();
            (_cpu, _ticks) = (default, 0);
        }

        public async Task TakeTurnAsync(double rate, double seconds)
        {
            var schedule = new ArrivalSchedule(ArrivalKind.Poisson, rate, Seed, null, (long)(seconds * 1e9));
            var offsets = new List<long>();
            while (schedule.TryNext(out var arrival)) offsets.Add(RunClock.FromNanoseconds(arrival.OffsetNanoseconds));
            if (offsets.Count == 0) return;

            var (cpu, start) = (Environment.CpuUsage.TotalTime, RunClock.Now);
            var lateness = new long[offsets.Count];
            await play([.. offsets.Select(offset => start + offset)], lateness);
            _ticks += RunClock.Now - start;
            _cpu += Environment.CpuUsage.TotalTime - cpu;
            _lateness.AddRange(lateness);
            _sorted = false;
        }

        /// <summary>In microseconds.</summary>
        public double Percentile(double quantile)
        {
            if (!_sorted) _lateness.Sort();
            _sorted = true;
            return _lateness.Count == 0 ? double.NaN : RunClock.ToMilliseconds(_lateness[(int)(quantile * (_lateness.Count - 1))]) * 1000;
        }
    }
}
