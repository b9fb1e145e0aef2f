using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.Handlers;

/// <summary>POST of a question: the answer is the same object with its status.</summary>
internal static class ReviewHandler
{
    public static async Task HandleAsync(ApiRequest request)
    {
        using var body = await RequestBody.ReadAsync(request.Http);
        _ = WriteOptions.Parse(request, "CreateOptions");
        var value = ObjectWriter.Decode(RequestFormat.ToJson(request, body.Memory), request);
        var status = JsonBuffer.Rent();
        var to = JsonBuffer.Rent();
        try
        {
            request.Resource.Review!(status, request, value);
            value.Overrides[^1] = status.ToArray();
            if (request.Resource.Namespaced) value.Namespace = request.Namespace;
            CanonicalWriter.Body(to, value, 0);
            await Answer.Body(request.Http, 201, request.Version.ObjectPrefix, to.Written);
        }
        catch (GoTypeException wrong)
        {
            throw new ApiException(ApiStatus.BadRequest($"{request.Resource.Kind} in version \"v1\" cannot be handled as a {request.Resource.Kind}: {wrong.Message}"));
        }
        finally
        {
            to.Return();
            status.Return();
        }
    }
}
