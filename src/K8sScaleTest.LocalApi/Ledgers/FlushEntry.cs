namespace K8sScaleTest.LocalApi.Ledgers;

/// <summary>Events of one watch that were handed to the connection together: those delivered from one sequence (included) to another (excluded).</summary>
/// <param name="Watch">The watch's number.</param>
/// <param name="From">The first event examined since the flush before.</param>
/// <param name="To">The next event to be examined.</param>
/// <param name="Ticks">When the connection had taken them.</param>
internal readonly record struct FlushEntry(int Watch, long From, long To, long Ticks);
