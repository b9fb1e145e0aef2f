using K8sScaleTest.Engine.Pacing;

namespace K8sScaleTest.Timed.Tests;

/// <summary>The platform's own wait, held up now and then: what a pacing thread looks like that the machine does not let run.</summary>
internal sealed class DisturbedWait(TimeSpan pause, TimeSpan every) : PacerWait
{
    private readonly PacerWait _wait = CreatePrecise();
    private DateTime _next = DateTime.UtcNow + every;

    public override void Enter() => _wait.Enter();

    public override void Wait(long dueTicks)
    {
        _wait.Wait(dueTicks);
        if (DateTime.UtcNow < _next) return;
        Thread.Sleep(pause);
        _next = DateTime.UtcNow + every;
    }

    public override void Wake() => _wait.Wake();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _wait.Dispose();
        base.Dispose(disposing);
    }
}
