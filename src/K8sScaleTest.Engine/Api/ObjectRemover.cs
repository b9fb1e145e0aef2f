namespace K8sScaleTest.Engine.Api;

/// <summary>
/// Deletes what a label selector finds in one namespace: in parallel, page by page, and again until a listing is empty or nothing more can be deleted.
/// This is housekeeping, not a measurement: what the server refuses for a moment is tried again in the next round.
/// </summary>
/// <param name="client">The server; it stays the caller's.</param>
public sealed class ObjectRemover(ApiClient client)
{
    /// <summary>Deletes at the same time, at most.</summary>
    public int Concurrency { get; init; } = 32;

    /// <summary>The pause after a first round without progress; it doubles with each. For tests.</summary>
    internal TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Removes everything that is found.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="ns">The namespace.</param>
    /// <param name="selector">The label selector, such as <see cref="Objects.RunIdentity.SelectorOf"/> gives it; never empty.</param>
    /// <param name="progress">Called after every page, from any thread; null for none.</param>
    /// <param name="cancellationToken">Stops it; deletes under way are abandoned.</param>
    /// <exception cref="ApiException">The server cannot be reached or does not list, or the right to list or to delete is missing.</exception>
    public Task<RemovalResult> RemoveAsync(
        ApiResource resource, string ns, string selector, Action<RemovalProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resource);
        ArgumentException.ThrowIfNullOrEmpty(ns);
        ArgumentException.ThrowIfNullOrEmpty(selector);
        return new ObjectRemoval(client, resource, ns, selector, Concurrency, FirstPause).RunAsync(progress, cancellationToken);
    }
}
