using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Observers.Watches;

/// <summary>Makes a reader slow on purpose: so many events a second on average, without catching up on idle times.</summary>
internal sealed class ReadPace(double eventsPerSecond)
{
    private readonly double _ticksPerEvent = RunClock.FromNanoseconds(1_000_000_000) / eventsPerSecond;
    private double _due;

    /// <summary>Waits for as long as the events just read take.</summary>
    public async ValueTask WaitAsync(int events, CancellationToken cancellationToken)
    {
        double now = RunClock.Now;
        _due = Math.Max(_due, now) + (events * _ticksPerEvent);
        var wait = TimeSpan.FromMilliseconds(RunClock.ToMilliseconds((long)(_due - now)));
        if (wait > TimeSpan.Zero) await Task.Delay(wait, cancellationToken);
    }
}
