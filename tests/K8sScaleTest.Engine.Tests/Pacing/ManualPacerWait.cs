using K8sScaleTest.Engine.Pacing;

namespace K8sScaleTest.Engine.Tests.Pacing;

/// <summary>A clock that stands still until the test moves it.</summary>
internal sealed class ManualPacerWait : PacerWait
{
    private readonly object _gate = new();
    private long _now;
    private long? _waitsFor;
    private bool _woken;
    private Action? _onNow;

    public override long Now
    {
        get
        {
            Interlocked.Exchange(ref _onNow, null)?.Invoke();
            return Interlocked.Read(ref _now);
        }
    }

    /// <summary>How often somebody woke the thread.</summary>
    public int Wakes { get; private set; }

    public override void Wait(long dueTicks)
    {
        lock (_gate)
        {
            _waitsFor = dueTicks;
            Monitor.PulseAll(_gate);
            while (!_woken && _now < dueTicks) Monitor.Wait(_gate);
            _woken = false;
            _waitsFor = null;
        }
    }

    public override void Wake()
    {
        lock (_gate)
        {
            _woken = true;
            Wakes++;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Moves the clock, and returns when the thread has done all that is due and waits again.</summary>
    public void AdvanceTo(long ticks)
    {
        Set(ticks);
        AwaitRest();
    }

    /// <summary>Does something the next time that the clock is read, before the reader goes on.</summary>
    public void OnceWhenRead(Action action) => Interlocked.Exchange(ref _onNow, action);

    /// <summary>Moves the clock.</summary>
    public void Set(long ticks)
    {
        lock (_gate)
        {
            Interlocked.Exchange(ref _now, ticks);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Returns when the thread waits for a moment that has not come.</summary>
    public void AwaitRest()
    {
        lock (_gate)
        {
            while (!(_waitsFor is { } due && !_woken && _now < due))
                Assert.True(Monitor.Wait(_gate, TimeSpan.FromSeconds(60)), "The thread did not come to rest.");
        }
    }
}
