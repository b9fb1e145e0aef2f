using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Benchmarks.Logger;

/// <summary>Lists nothing as of a version long past, so that the watch replays all that happened since.</summary>
internal sealed class FromVersion(IListWatch server, ulong version) : IListWatch
{
    public Task<ListResult> ListAsync(ListQuery query, IObjectConsumer consumer, CancellationToken cancellationToken) =>
        Task.FromResult(new ListResult { End = StreamEnd.Complete, StatusCode = 200, ResourceVersion = version, Ended = RunClock.Now });

    public Task<WatchResult> WatchAsync(WatchQuery query, IEventConsumer consumer, CancellationToken cancellationToken) => server.WatchAsync(query, consumer, cancellationToken);
}
