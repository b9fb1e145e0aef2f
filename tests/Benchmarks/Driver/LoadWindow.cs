using System.Diagnostics;

namespace K8sScaleTest.Benchmarks.Driver;

/// <summary>
/// The stretch of a run that is measured: operations, CPU time of the process and bytes allocated, read at its beginning and end.
/// Whoever counts calls <see cref="Look"/> every few tens of milliseconds. Thread-safe.
/// </summary>
internal sealed class LoadWindow(TimeSpan length)
{
    private readonly Lock _gate = new();
    private readonly List<long> _pacerDelays = new(1 << 16);
    private readonly List<long> _connectionWaits = new(1 << 16);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _open;
    private long _operations;
    private long _failed;
    private string? _firstFailure;
    private long _begin;
    private long _allocatedBegin;
    private TimeSpan _cpuBegin;
    private ClientReport? _report;

    /// <summary>Completes when the window is over.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Begins the window.</summary>
    public void Open()
    {
        lock (_gate)
        {
            _open = true;
            _cpuBegin = Environment.CpuUsage.TotalTime;
            _allocatedBegin = GC.GetTotalAllocatedBytes();
            _begin = Stopwatch.GetTimestamp();
        }
    }

    /// <summary>Counts an operation that has ended.</summary>
    public void Add(long? pacerDelay, long? connectionWait)
    {
        lock (_gate)
        {
            if (!_open) return;
            _operations++;
            if (pacerDelay is { } delay) _pacerDelays.Add(delay);
            if (connectionWait is { } wait) _connectionWaits.Add(wait);
        }
    }

    /// <summary>Counts a failure, in the window or out of it.</summary>
    public void Fail(string reason)
    {
        lock (_gate)
        {
            _failed++;
            _firstFailure ??= reason;
        }
    }

    /// <summary>Ends the window when its time has come.</summary>
    public void Look()
    {
        lock (_gate)
        {
            if (!_open || Stopwatch.GetElapsedTime(_begin) < length) return;
            _open = false;
            _report = new()
            {
                Operations = _operations,
                Seconds = Stopwatch.GetElapsedTime(_begin).TotalSeconds,
                CpuMicroseconds = (Environment.CpuUsage.TotalTime - _cpuBegin).TotalMicroseconds,
                AllocatedBytes = GC.GetTotalAllocatedBytes() - _allocatedBegin,
            };
        }

        _closed.TrySetResult();
    }

    /// <summary>What was measured.</summary>
    /// <exception cref="InvalidOperationException">Operations failed: then nothing is worth comparing.</exception>
    public ClientReport Report()
    {
        ThrowIfFailed();
        lock (_gate) return (_report ?? new()) with { PacerDelays = [.. _pacerDelays], ConnectionWaits = [.. _connectionWaits] };
    }

    /// <exception cref="InvalidOperationException">Operations failed.</exception>
    public void ThrowIfFailed()
    {
        lock (_gate)
        {
            if (_failed > 0) throw new InvalidOperationException($"{_failed} operations failed; the first: {_firstFailure}");
        }
    }
}
