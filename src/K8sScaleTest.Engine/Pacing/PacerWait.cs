using System.Diagnostics;

namespace K8sScaleTest.Engine.Pacing;

/// <summary>
/// How a pacing thread waits for a moment or for a wake-up, and the clock by which it does. One instance serves one thread.
/// </summary>
public abstract class PacerWait : IDisposable
{
    /// <summary>The present moment in <see cref="Stopwatch"/> ticks (a test may have a clock of its own).</summary>
    public virtual long Now => Stopwatch.GetTimestamp();

    /// <summary>
    /// The most precise wait of this platform: it sleeps until shortly before the moment, and spins from there on, since no operating
    /// system wakes a thread to the microsecond.
    /// </summary>
    public static PacerWait CreatePrecise() => Create(true);

    /// <summary>A wait without the spin: late by what the operating system needs to wake a thread, and next to no CPU.</summary>
    public static PacerWait CreateLight() => Create(false);

    /// <summary>Called once on the thread that is going to wait, before all else.</summary>
    public virtual void Enter()
    {
    }

    /// <summary>
    /// Returns when <paramref name="dueTicks"/> has come, or early after a <see cref="Wake"/>; it may return early without one.
    /// </summary>
    /// <param name="dueTicks">The moment, in ticks of <see cref="Now"/>; <see cref="long.MaxValue"/> waits for a wake-up alone.</param>
    public abstract void Wait(long dueTicks);

    /// <summary>
    /// Ends the present <see cref="Wait"/>, or the next one when there is none; from any thread. What the caller wrote before is
    /// visible to the thread that waited.
    /// </summary>
    public abstract void Wake();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the operating system gave.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    private static PacerWait Create(bool precise) =>
        OperatingSystem.IsLinux() ? new LinuxPacerWait(precise)
        : OperatingSystem.IsWindows() ? new WindowsPacerWait(precise)
        : new PortablePacerWait(precise);
}
