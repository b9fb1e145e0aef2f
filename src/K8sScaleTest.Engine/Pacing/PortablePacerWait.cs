using System.Diagnostics;

namespace K8sScaleTest.Engine.Pacing;

/// <summary>
/// For systems without a better timer: an event with a time-out in whole milliseconds, rounded down, and a spin for the rest (which costs
/// a good part of a core at high rates).
/// </summary>
internal sealed class PortablePacerWait(bool precise) : SleepingPacerWait(TimeSpan.FromMilliseconds(precise ? 2 : 0))
{
    private readonly AutoResetEvent _event = new(false);

    /// <inheritdoc/>
    protected override void Sleep(long ticks)
    {
        // At least one millisecond: zero would spin through the kernel.
        var milliseconds = Math.Clamp(ticks / (Stopwatch.Frequency / 1000), 1, int.MaxValue - 1);
        _event.WaitOne(ticks == long.MaxValue ? Timeout.Infinite : (int)milliseconds);
    }

    /// <inheritdoc/>
    protected override void Signal()
    {
        try
        {
            _event.Set();
        }
        catch (ObjectDisposedException)
        {
            // The pacer ended between the decision to wake it and now: nobody waits.
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) _event.Dispose();
        base.Dispose(disposing);
    }
}
