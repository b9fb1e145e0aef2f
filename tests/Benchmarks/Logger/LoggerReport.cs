namespace K8sScaleTest.Benchmarks.Logger;

/// <summary>What a logger's process measured of itself.</summary>
/// <param name="CpuMicroseconds">CPU per event.</param>
/// <param name="CompilerMicroseconds">What the compiler still took of that per event, at most: it says how long it worked, not its CPU.</param>
/// <param name="Bytes">Allocated per event.</param>
/// <param name="EventsPerSecond">How fast they went through.</param>
/// <param name="QueueP50Ms">Time in the work queue, median.</param>
/// <param name="QueueP99Ms">Time in the work queue, p99.</param>
/// <param name="WorkingSetGrowth">Growth of the working set over idle, bytes.</param>
internal sealed record LoggerReport(
    double CpuMicroseconds, double CompilerMicroseconds, double Bytes, double EventsPerSecond, double? QueueP50Ms, double? QueueP99Ms, long WorkingSetGrowth);
