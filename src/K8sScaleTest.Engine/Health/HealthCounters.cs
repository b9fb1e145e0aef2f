using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Health;

/// <summary>Counters of this process since its start, read at one moment; a second of health is the difference of two.</summary>
/// <param name="Ticks">The moment.</param>
/// <param name="GcPause">Time for which the garbage collector has stopped the process.</param>
/// <param name="Collections">Collections of any generation.</param>
/// <param name="Cpu">CPU time, user and system.</param>
/// <param name="ThrottledMs">Time for which a CPU quota has held it back, in ms; null where that is not known.</param>
/// <param name="ClockOffsetMs">The wall clock's offset against the run's clock, in ms.</param>
internal readonly record struct HealthCounters(long Ticks, TimeSpan GcPause, int Collections, TimeSpan Cpu, double? ThrottledMs, double ClockOffsetMs)
{
    /// <summary>Reads them now.</summary>
    public static HealthCounters Read(RunClock clock, ControlGroup group) => new(
        RunClock.Now,
        GC.GetTotalPauseDuration(),
        GC.CollectionCount(0), // that of generation 0 counts the collections of the others too
        Environment.CpuUsage.TotalTime,
        group.ThrottledMilliseconds,
        clock.WallClockOffsetNanoseconds() / 1e6);
}
