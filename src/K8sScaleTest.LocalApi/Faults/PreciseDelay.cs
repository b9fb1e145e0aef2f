using System.Diagnostics;
using System.Runtime.InteropServices;

namespace K8sScaleTest.LocalApi.Faults;

/// <summary>
/// Delays that are exact to a fraction of a millisecond and block no thread of the pool: one thread of its own sleeps until the next is due.
/// </summary>
internal sealed partial class PreciseDelay : IDisposable
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<TaskCompletionSource, long> _due = new();
    private readonly AutoResetEvent _changed = new(false);
    private readonly Thread _thread;
    private volatile bool _stopped;

    public PreciseDelay()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "PreciseDelay" };
        _thread.Start();
    }

    /// <summary>Ends at a moment of <see cref="Stopwatch"/>'s clock.</summary>
    public Task UntilAsync(long timestamp)
    {
        if (Stopwatch.GetTimestamp() >= timestamp) return Task.CompletedTask;
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool first;
        lock (_gate)
        {
            first = !_due.TryPeek(out _, out var head) || timestamp < head;
            _due.Enqueue(source, timestamp);
        }
        if (first) _changed.Set();
        return source.Task;
    }

    public void Dispose()
    {
        _stopped = true;
        _changed.Set();
        _thread.Join();
        _changed.Dispose();
    }

    private void Run()
    {
        while (!_stopped)
        {
            long next;
            lock (_gate) next = _due.TryPeek(out _, out var head) ? head : long.MaxValue;
            if (next == long.MaxValue)
            {
                _changed.WaitOne();
                continue;
            }
            var remaining = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), next);
            // A wait on the event is woken by earlier delays but exact to a millisecond only: the rest is slept.
            if (remaining > TimeSpan.FromMilliseconds(3)) _changed.WaitOne(remaining - TimeSpan.FromMilliseconds(2));
            else if (remaining > TimeSpan.Zero) Sleep(remaining);
            else Complete();
        }
    }

    private void Complete()
    {
        while (true)
        {
            TaskCompletionSource source;
            lock (_gate)
            {
                if (!_due.TryPeek(out _, out var due) || due > Stopwatch.GetTimestamp()) return;
                source = _due.Dequeue();
            }
            source.SetResult();
        }
    }

    private static void Sleep(TimeSpan time)
    {
        if (OperatingSystem.IsLinux())
        {
            var request = new TimeSpec(time.Ticks / TimeSpan.TicksPerSecond, time.Ticks % TimeSpan.TicksPerSecond * 100);
            _ = NanoSleep(in request, 0);
        }
        else if (time > TimeSpan.FromMilliseconds(1))
        {
            Thread.Sleep(1);
        }
        else
        {
            Thread.Yield();
        }
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int NanoSleep(in TimeSpec request, nint remaining);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec(long seconds, long nanoseconds)
    {
        public readonly long Seconds = seconds;
        public readonly long Nanoseconds = nanoseconds;
    }
}
