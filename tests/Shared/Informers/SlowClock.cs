namespace K8sScaleTest.TestSupport.Informers;

/// <summary>The system's clock, by which a minute passes as a second: what takes less than a second by it did so on a busy machine, too. Timers are as ever.</summary>
internal sealed class SlowClock : TimeProvider
{
    public override long TimestampFrequency => System.TimestampFrequency * 60;
}
