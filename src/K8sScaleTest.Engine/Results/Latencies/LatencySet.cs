namespace K8sScaleTest.Engine.Results.Latencies;

/// <summary>The four times of one kind of operation (design words: see the records' columns).</summary>
/// <param name="Service">finished - sent: network and server.</param>
/// <param name="Response">finished - scheduled: what a client who arrived on time waited.</param>
/// <param name="PacerDelay">launched - scheduled: the generator's fault.</param>
/// <param name="ConnectionWait">sent - launched: waiting for a connection or a stream.</param>
public sealed record LatencySet(LatencyPercentiles Service, LatencyPercentiles Response, LatencyPercentiles PacerDelay, LatencyPercentiles ConnectionWait);
