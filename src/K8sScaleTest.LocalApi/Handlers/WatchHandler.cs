using K8sScaleTest.LocalApi.Faults;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Ledgers;
using K8sScaleTest.LocalApi.Watching;

namespace K8sScaleTest.LocalApi.Handlers;

/// <summary>GET of a collection, or of one object, with watch.</summary>
internal sealed class WatchHandler(WatchRegistry watches, FaultSet faults, Ledger? ledger)
{
    /// <summary>Without timeoutSeconds the API server draws one from 30 to 60 minutes.</summary>
    private const int MinimumSeconds = 1800;

    public async Task HandleAsync(ApiRequest request)
    {
        var query = request.Query;
        var seconds = query.Number("timeoutSeconds");
        _ = query.Number("limit");
        ListOptionsValidation.Watch(query);
        var selector = Selector.Of(request);
        var revision = Revisions.Parse(query["resourceVersion"] ?? "");
        // As Go multiplies: a number too large comes out as any other. A time that is over already ends the watch at once.
        var nanoseconds = unchecked(seconds * 1_000_000_000);
        var timeout = nanoseconds == 0 ? TimeSpan.FromSeconds(MinimumSeconds * (1 + Random.Shared.NextDouble())) : TimeSpan.FromTicks(nanoseconds / 100);
        var sendInitial = query["sendInitialEvents"] is null ? default(bool?) : query.Flag("sendInitialEvents");
        var stream = new WatchStream(request, selector, query.Flag("allowWatchBookmarks"), faults, ledger);
        await watches.RunAsync(stream, revision, sendInitial, timeout);
    }
}
