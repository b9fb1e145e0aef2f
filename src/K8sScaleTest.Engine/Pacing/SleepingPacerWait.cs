using System.Diagnostics;

namespace K8sScaleTest.Engine.Pacing;

/// <summary>
/// A wait that sleeps until a margin before the moment and spins through the margin. The margin follows what the system needs to wake this
/// very thread, which differs by a factor of five between a busy core and an idle virtual one: it is kept at the 90th percentile of how
/// late sleeps ended, estimated by small steps (Q. Ma, S. Muthukrishnan, M. Sandler, "Frugal Streaming for Estimating Quantiles", 2013).
/// </summary>
internal abstract class SleepingPacerWait : PacerWait
{
    private readonly long _maximum;
    private long _margin;
    private int _woken;

    /// <param name="maximum">The largest margin, where it begins; zero for no spin at all.</param>
    protected SleepingPacerWait(TimeSpan maximum) => _margin = _maximum = (long)(maximum.TotalSeconds * Stopwatch.Frequency);

    /// <inheritdoc/>
    public sealed override void Wait(long dueTicks)
    {
        while (Volatile.Read(ref _woken) == 0)
        {
            var now = Now;
            if (now >= dueTicks) return;
            var sleepUntil = dueTicks - _margin;
            if (dueTicks == long.MaxValue)
            {
                Sleep(long.MaxValue);
            }
            else if (now < sleepUntil)
            {
                Sleep(sleepUntil - now);
                Learn(Now - sleepUntil);
            }
            else
            {
                Thread.SpinWait(1);
            }
        }

        // An exchange, not a store: what is read after it must not be read before it, or a wake-up would be cleared unseen.
        Interlocked.Exchange(ref _woken, 0);
    }

    /// <inheritdoc/>
    public sealed override void Wake()
    {
        Interlocked.Exchange(ref _woken, 1);
        Signal();
    }

    /// <summary>Sleeps for an interval of ticks (<see cref="long.MaxValue"/>: without end), or until a signal; may return early.</summary>
    protected abstract void Sleep(long ticks);

    /// <summary>Ends the present sleep, or the next one.</summary>
    protected abstract void Signal();

    private void Learn(long late)
    {
        // Early: a signal ended the sleep, or the system rounds time-outs down.
        if (late < 0) return;
        var step = _maximum / 500;
        _margin = Math.Clamp(_margin + (late > _margin ? 9 * step : -step), 0, _maximum);
    }
}
