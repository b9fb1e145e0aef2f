namespace K8sScaleTest.Engine.Observers;

/// <summary>What an informer's lists and watches went through.</summary>
/// <param name="Lists">Times that everything was read: lists (of any number of pages), and initial events of WatchLists.</param>
/// <param name="Watches">Watches opened.</param>
/// <param name="Disruptions">Watches that ended otherwise than in order.</param>
/// <param name="BackOffs">Waits.</param>
/// <param name="LastResourceVersion">The resourceVersion last seen.</param>
/// <param name="State">What it is doing, in a few words.</param>
public sealed record ReflectorCounts(long Lists, long Watches, long Disruptions, long BackOffs, ulong LastResourceVersion, string State);
