using K8sScaleTest.Engine.Results;
using K8sScaleTest.Engine.Results.Latencies;

namespace K8sScaleTest;

/// <summary>
/// What became of the operations of one kind in one phase of a run. Times are in ms to three significant digits, of operations that succeeded unless the
/// name begins with Failed. A percentile is null with fewer than ten operations beyond it, or where it falls among time-outs, which count as longer than all
/// others.
/// </summary>
public sealed class OperationSummary
{
    internal OperationSummary(OperationStatistics statistics)
    {
        Operation = statistics.Operation?.ToString() ?? "All";
        Phase = statistics.Phase.ToString();
        Count = statistics.Count;
        Succeeded = statistics.Succeeded;
        Rejected = statistics.Rejected;
        Unknown = statistics.Unknown;
        NotSent = statistics.NotSent;
        Timeouts = statistics.Timeouts;
        ExpectedNotFound = statistics.ExpectedNotFound;
        Rate = statistics.Rate;
        Throughput = statistics.Throughput;
        (ServiceP50Ms, ServiceP90Ms, ServiceP99Ms, ServiceP999Ms, ServiceMaxMs) =
            Split(statistics.OfSucceeded.Service);
        (ResponseP50Ms, ResponseP90Ms, ResponseP99Ms, ResponseP999Ms, ResponseMaxMs) =
            Split(statistics.OfSucceeded.Response);
        (PacerDelayP50Ms, PacerDelayP90Ms, PacerDelayP99Ms, PacerDelayP999Ms, PacerDelayMaxMs) =
            Split(statistics.OfSucceeded.PacerDelay);
        (ConnectionWaitP50Ms, ConnectionWaitP90Ms, ConnectionWaitP99Ms, ConnectionWaitP999Ms, ConnectionWaitMaxMs) =
            Split(statistics.OfSucceeded.ConnectionWait);
        (FailedServiceP50Ms, FailedServiceP90Ms, FailedServiceP99Ms, FailedServiceP999Ms, FailedServiceMaxMs) =
            Split(statistics.OfFailed.Service);
        (FailedResponseP50Ms, FailedResponseP90Ms, FailedResponseP99Ms, FailedResponseP999Ms, FailedResponseMaxMs) =
            Split(statistics.OfFailed.Response);
        (FailedPacerDelayP50Ms, FailedPacerDelayP90Ms, FailedPacerDelayP99Ms, FailedPacerDelayP999Ms, FailedPacerDelayMaxMs) =
            Split(statistics.OfFailed.PacerDelay);
        (FailedConnectionWaitP50Ms, FailedConnectionWaitP90Ms, FailedConnectionWaitP99Ms, FailedConnectionWaitP999Ms, FailedConnectionWaitMaxMs) =
            Split(statistics.OfFailed.ConnectionWait);
    }

    /// <summary>Create, Update, Delete, or All.</summary>
    public string Operation { get; }

    /// <summary>WarmUp, Fill, Steady or Drain, by the scheduled time.</summary>
    public string Phase { get; }

    /// <summary>Operations scheduled in the phase.</summary>
    public long Count { get; }

    /// <summary>Of them, those that happened.</summary>
    public long Succeeded { get; }

    /// <summary>Of them, those that the server refused.</summary>
    public long Rejected { get; }

    /// <summary>Of them, those that may have happened.</summary>
    public long Unknown { get; }

    /// <summary>Of them, those that never left the generator.</summary>
    public long NotSent { get; }

    /// <summary>Of Unknown and NotSent, those that ended with the request time-out.</summary>
    public long Timeouts { get; }

    /// <summary>Of Rejected, deletes that found nothing after a create of unknown effect: expected, and no failure.</summary>
    public long ExpectedNotFound { get; }

    /// <summary>Operations scheduled per second.</summary>
    public double? Rate { get; }

    /// <summary>Operations per second that finished with success within Steady.</summary>
    public double? Throughput { get; }

    /// <summary>Service time (finished - sent) of operations that succeeded: median.</summary>
    public double? ServiceP50Ms { get; }

    /// <summary>Service time (finished - sent) of operations that succeeded: 90 %.</summary>
    public double? ServiceP90Ms { get; }

    /// <summary>Service time (finished - sent) of operations that succeeded: 99 %.</summary>
    public double? ServiceP99Ms { get; }

    /// <summary>Service time (finished - sent) of operations that succeeded: 99.9 %.</summary>
    public double? ServiceP999Ms { get; }

    /// <summary>Service time (finished - sent) of operations that succeeded: largest.</summary>
    public double? ServiceMaxMs { get; }

    /// <summary>Response time (finished - scheduled) of operations that succeeded: median.</summary>
    public double? ResponseP50Ms { get; }

    /// <summary>Response time (finished - scheduled) of operations that succeeded: 90 %.</summary>
    public double? ResponseP90Ms { get; }

    /// <summary>Response time (finished - scheduled) of operations that succeeded: 99 %.</summary>
    public double? ResponseP99Ms { get; }

    /// <summary>Response time (finished - scheduled) of operations that succeeded: 99.9 %.</summary>
    public double? ResponseP999Ms { get; }

    /// <summary>Response time (finished - scheduled) of operations that succeeded: largest.</summary>
    public double? ResponseMaxMs { get; }

    /// <summary>Pacer delay (launched - scheduled) of operations that succeeded: median.</summary>
    public double? PacerDelayP50Ms { get; }

    /// <summary>Pacer delay (launched - scheduled) of operations that succeeded: 90 %.</summary>
    public double? PacerDelayP90Ms { get; }

    /// <summary>Pacer delay (launched - scheduled) of operations that succeeded: 99 %.</summary>
    public double? PacerDelayP99Ms { get; }

    /// <summary>Pacer delay (launched - scheduled) of operations that succeeded: 99.9 %.</summary>
    public double? PacerDelayP999Ms { get; }

    /// <summary>Pacer delay (launched - scheduled) of operations that succeeded: largest.</summary>
    public double? PacerDelayMaxMs { get; }

    /// <summary>Connection wait (sent - launched) of operations that succeeded: median.</summary>
    public double? ConnectionWaitP50Ms { get; }

    /// <summary>Connection wait (sent - launched) of operations that succeeded: 90 %.</summary>
    public double? ConnectionWaitP90Ms { get; }

    /// <summary>Connection wait (sent - launched) of operations that succeeded: 99 %.</summary>
    public double? ConnectionWaitP99Ms { get; }

    /// <summary>Connection wait (sent - launched) of operations that succeeded: 99.9 %.</summary>
    public double? ConnectionWaitP999Ms { get; }

    /// <summary>Connection wait (sent - launched) of operations that succeeded: largest.</summary>
    public double? ConnectionWaitMaxMs { get; }

    /// <summary>Service time (finished - sent) of operations that failed, time-outs excepted: median.</summary>
    public double? FailedServiceP50Ms { get; }

    /// <summary>Service time (finished - sent) of operations that failed, time-outs excepted: 90 %.</summary>
    public double? FailedServiceP90Ms { get; }

    /// <summary>Service time (finished - sent) of operations that failed, time-outs excepted: 99 %.</summary>
    public double? FailedServiceP99Ms { get; }

    /// <summary>Service time (finished - sent) of operations that failed, time-outs excepted: 99.9 %.</summary>
    public double? FailedServiceP999Ms { get; }

    /// <summary>Service time (finished - sent) of operations that failed, time-outs excepted: largest.</summary>
    public double? FailedServiceMaxMs { get; }

    /// <summary>Response time (finished - scheduled) of operations that failed, time-outs excepted: median.</summary>
    public double? FailedResponseP50Ms { get; }

    /// <summary>Response time (finished - scheduled) of operations that failed, time-outs excepted: 90 %.</summary>
    public double? FailedResponseP90Ms { get; }

    /// <summary>Response time (finished - scheduled) of operations that failed, time-outs excepted: 99 %.</summary>
    public double? FailedResponseP99Ms { get; }

    /// <summary>Response time (finished - scheduled) of operations that failed, time-outs excepted: 99.9 %.</summary>
    public double? FailedResponseP999Ms { get; }

    /// <summary>Response time (finished - scheduled) of operations that failed, time-outs excepted: largest.</summary>
    public double? FailedResponseMaxMs { get; }

    /// <summary>Pacer delay (launched - scheduled) of operations that failed, time-outs excepted: median.</summary>
    public double? FailedPacerDelayP50Ms { get; }

    /// <summary>Pacer delay (launched - scheduled) of operations that failed, time-outs excepted: 90 %.</summary>
    public double? FailedPacerDelayP90Ms { get; }

    /// <summary>Pacer delay (launched - scheduled) of operations that failed, time-outs excepted: 99 %.</summary>
    public double? FailedPacerDelayP99Ms { get; }

    /// <summary>Pacer delay (launched - scheduled) of operations that failed, time-outs excepted: 99.9 %.</summary>
    public double? FailedPacerDelayP999Ms { get; }

    /// <summary>Pacer delay (launched - scheduled) of operations that failed, time-outs excepted: largest.</summary>
    public double? FailedPacerDelayMaxMs { get; }

    /// <summary>Connection wait (sent - launched) of operations that failed, time-outs excepted: median.</summary>
    public double? FailedConnectionWaitP50Ms { get; }

    /// <summary>Connection wait (sent - launched) of operations that failed, time-outs excepted: 90 %.</summary>
    public double? FailedConnectionWaitP90Ms { get; }

    /// <summary>Connection wait (sent - launched) of operations that failed, time-outs excepted: 99 %.</summary>
    public double? FailedConnectionWaitP99Ms { get; }

    /// <summary>Connection wait (sent - launched) of operations that failed, time-outs excepted: 99.9 %.</summary>
    public double? FailedConnectionWaitP999Ms { get; }

    /// <summary>Connection wait (sent - launched) of operations that failed, time-outs excepted: largest.</summary>
    public double? FailedConnectionWaitMaxMs { get; }

    private static (double? P50, double? P90, double? P99, double? P999, double? Max) Split(LatencyPercentiles times) =>
        (times.P50Ms, times.P90Ms, times.P99Ms, times.P999Ms, times.MaxMs);
}
