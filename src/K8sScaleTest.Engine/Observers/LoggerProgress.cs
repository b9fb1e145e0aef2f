namespace K8sScaleTest.Engine.Observers;

/// <summary>Where a logger stands.</summary>
/// <param name="State">What it does, in a few words.</param>
/// <param name="Elapsed">Time since it began.</param>
/// <param name="Objects">Objects known.</param>
/// <param name="Backlog">Events that wait for the handler.</param>
/// <param name="QueueDepth">Keys that wait for a worker.</param>
/// <param name="RecordsWaiting">Records made and not yet written or counted.</param>
/// <param name="Counts">What was counted.</param>
public sealed record LoggerProgress(string State, TimeSpan Elapsed, int Objects, long Backlog, int QueueDepth, int RecordsWaiting, LoggerCounts Counts);
