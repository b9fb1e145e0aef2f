using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.Handlers;

/// <summary>GET of one object.</summary>
internal static class GetHandler
{
    public static async Task HandleAsync(ApiRequest request)
    {
        if (request.Query["resourceVersion"] is { Length: > 0 } wanted)
        {
            await Revisions.NotOlderThanAsync(request, Revisions.Parse(wanted));
        }
        var found = request.Resource.Store.Find(StoredObject.KeyOf(request.Namespace, request.Name))
            ?? throw new ApiException(ApiStatus.NotFound(request.Resource.Group, request.Resource.Plural, request.Name));
        await Answer.Object(request, 200, found);
    }
}
