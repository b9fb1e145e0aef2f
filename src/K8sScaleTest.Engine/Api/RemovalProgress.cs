namespace K8sScaleTest.Engine.Api;

/// <summary>How far a removal is.</summary>
/// <param name="Round">The listing it is at, from 1.</param>
/// <param name="Found">Objects seen so far.</param>
/// <param name="Deleted">Deletes that the server took.</param>
/// <param name="AlreadyGone">Objects that went in the meantime.</param>
/// <param name="Failed">Deletes of this round that failed.</param>
public readonly record struct RemovalProgress(int Round, long Found, long Deleted, long AlreadyGone, long Failed);
