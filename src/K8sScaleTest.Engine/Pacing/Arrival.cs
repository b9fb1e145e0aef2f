namespace K8sScaleTest.Engine.Pacing;

/// <summary>One arrival of the global schedule.</summary>
/// <param name="Index">Its number in the global schedule, from 0.</param>
/// <param name="OffsetNanoseconds">When it is due, in ns after the start of the schedule.</param>
public readonly record struct Arrival(long Index, long OffsetNanoseconds);
