namespace K8sScaleTest.Engine.Api;

/// <summary>What a removal came to.</summary>
/// <param name="Deleted">Objects that this removal deleted, and that are gone.</param>
/// <param name="AlreadyGone">Objects listed that had gone when their delete arrived.</param>
/// <param name="Remaining">Objects that are still there.</param>
/// <param name="Finalizing">How many of those are marked as deleted, and wait for a finalizer.</param>
/// <param name="Failures">Failed deletes of the last round by reason: why the rest remains.</param>
/// <param name="Rounds">How often was listed.</param>
/// <param name="Elapsed">How long it took.</param>
public sealed record RemovalResult(
    long Deleted, long AlreadyGone, long Remaining, long Finalizing, IReadOnlyDictionary<string, long> Failures, int Rounds, TimeSpan Elapsed)
{
    /// <summary>Objects that were there.</summary>
    public long Found => Deleted + AlreadyGone + Remaining;

    /// <summary>Objects whose delete failed, and that are still there.</summary>
    public long Failed => Failures.Values.Sum();
}
