namespace K8sScaleTest.Engine.Api;

/// <summary>Lists and watches one collection. Nothing is retried, and no failure is thrown: what happened is in the result.</summary>
public interface IListWatch
{
    /// <summary>Reads one page of a list.</summary>
    /// <param name="query">Which.</param>
    /// <param name="consumer">Gets the objects as they are read, also those of a list that fails later.</param>
    /// <param name="cancellationToken">Ends it: <see cref="StreamEnd.Stopped"/>.</param>
    Task<ListResult> ListAsync(ListQuery query, IObjectConsumer consumer, CancellationToken cancellationToken);

    /// <summary>Watches until the watch ends.</summary>
    /// <param name="query">From where.</param>
    /// <param name="consumer">Gets the events.</param>
    /// <param name="cancellationToken">Ends it: <see cref="StreamEnd.Stopped"/>.</param>
    Task<WatchResult> WatchAsync(WatchQuery query, IEventConsumer consumer, CancellationToken cancellationToken);
}
