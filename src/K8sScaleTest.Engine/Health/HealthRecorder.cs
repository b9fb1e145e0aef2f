using System.Diagnostics;
using K8sScaleTest.Engine.Pacing;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Health;

/// <summary>
/// Keeps the health of the generator's own process during a run: one row a second, and a sample of the completion lag every 10 ms, on one
/// thread of its own that a starved thread pool cannot hold up.
/// </summary>
public sealed class HealthRecorder : IDisposable
{
    /// <summary>How often the completion lag is sampled.</summary>
    public static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(10);

    private static readonly TimeSpan RowInterval = TimeSpan.FromSeconds(1);

    private readonly RunClock _clock;
    private readonly Func<HealthCounters> _read;
    private readonly PacerWait _wait;
    private readonly CompletionProbe _probe;
    private readonly Thread _thread;
    private readonly Lock _lock = new();
    private HealthLedger? _ledger;
    private bool _ended;
    private volatile bool _stopping;

    /// <summary>Makes a recorder; it records from <see cref="Start"/> on.</summary>
    /// <param name="clock">The run's clock.</param>
    public HealthRecorder(RunClock clock)
        : this(clock, ControlGroup.OfThisProcess())
    {
    }

    /// <summary>A recorder with other sources, for tests.</summary>
    internal HealthRecorder(RunClock clock, Func<HealthCounters> read, PacerWait wait, CompletionProbe probe)
    {
        _clock = clock;
        _read = read;
        _wait = wait;
        _probe = probe;
        _thread = new(Run) { IsBackground = true, Name = "health" };
    }

    private HealthRecorder(RunClock clock, ControlGroup group)
        : this(clock, () => HealthCounters.Read(clock, group), PacerWait.CreateLight(), new CompletionProbe(() => RunClock.Now)) =>
        CpuQuota = Math.Min(group.CpuQuota ?? double.PositiveInfinity, Environment.ProcessorCount);

    /// <summary>CPUs that this process may use at once: the quota of its control groups, or the machine's count where that is less.</summary>
    public double CpuQuota { get; } = Environment.ProcessorCount;

    /// <summary>Begins the first second.</summary>
    /// <exception cref="ThreadStateException">It has been started before.</exception>
    public void Start()
    {
        lock (_lock) _ledger ??= new(_clock, _read());
        _thread.Start();
    }

    /// <summary>Ends the last second; a probe's sample that has not run by now counts with the age it has. May be called again.</summary>
    public void Stop()
    {
        _stopping = true;
        if ((_thread.ThreadState & System.Threading.ThreadState.Unstarted) != 0) return;
        _wait.Wake();
        _thread.Join();
    }

    /// <summary>The seconds so far, in order; the last one is shorter, since it is still running or was when the run ended.</summary>
    public IReadOnlyList<HealthSecond> Snapshot()
    {
        lock (_lock)
        {
            if (_ledger is null) return [];
            if (_ended) return _ledger.Snapshot();
            Collect();
            return _ledger.Snapshot(_read(), _probe.Outstanding);
        }
    }

    /// <summary>Stops; what was recorded can still be read.</summary>
    public void Dispose()
    {
        Stop();
        _wait.Dispose();
    }

    private static long Ticks(TimeSpan interval) => (long)(interval.TotalSeconds * Stopwatch.Frequency);

    private void Run()
    {
        _wait.Enter();
        var interval = Ticks(ProbeInterval);
        var second = Ticks(RowInterval);
        var start = _wait.Now;
        var next = start + interval;
        var rowEnd = start + second;
        while (!_stopping)
        {
            _wait.Wait(next);
            var now = _wait.Now;
            if (now < next) continue;

            // Moments that were missed altogether, because the whole process stood still, count from when they were due: a completion that
            // came then would have waited as long. The lateness of this thread within one interval is not the pool's.
            for (; next + interval <= now; next += interval) _probe.Queue(next);
            _probe.Queue(now);
            next += interval;
            lock (_lock)
            {
                Collect();
                if (now < rowEnd) continue;
                _ledger!.CloseSecond(_read());
                rowEnd += second * (1 + ((now - rowEnd) / second));
            }
        }

        lock (_lock)
        {
            Collect();
            var end = _read();
            while (_probe.TryAbandon(out var queued)) _ledger!.AddSample(queued, Math.Max(0, end.Ticks - queued));
            if (end.Ticks > _ledger!.OpenSince) _ledger.CloseSecond(end);
            _ended = true;
        }
    }

    private void Collect()
    {
        while (_probe.TryTake(out var queued, out var lag)) _ledger!.AddSample(queued, lag);
    }
}
