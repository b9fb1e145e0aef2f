using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.Http;

/// <summary>The form of a request's body.</summary>
internal static class RequestFormat
{
    /// <summary>The body as JSON, from whatever form its content type names; 415 for one that is not known.</summary>
    public static ReadOnlyMemory<byte> ToJson(ApiRequest request, ReadOnlyMemory<byte> body)
    {
        var contentType = request.Http.Request.ContentType;
        if (string.IsNullOrEmpty(contentType) || contentType == "application/json") return body;
        switch (contentType.Split(';')[0].Trim().ToLowerInvariant())
        {
            case "application/json":
                return body;
            case "application/yaml":
                // JSON is YAML: what begins as an object of JSON does is read as one.
                if (body.Span.TrimStart(" \t\r\n"u8) is [(byte)'{', ..]) return body;
                try
                {
                    return YamlText.ToJson(body.Span);
                }
                catch (FormatException wrong)
                {
                    throw new ApiException(ApiStatus.BadRequest($"the object provided is unrecognized (must be of type {request.Resource.Kind}): couldn't get version/kind; json parse error: {wrong.Message}"));
                }
            case ProtobufReader.MediaType when !request.Resource.IsCustom && request.Resource.Group != Resources.ResourceRegistry.WardleGroup:
                try
                {
                    return ProtobufReader.ToJson(body.Span, request.Version.Type);
                }
                catch (GoTypeException broken)
                {
                    throw new ApiException(ApiStatus.BadRequest($"the object provided is unrecognized (must be of type {request.Resource.Kind}): {broken.Message}"));
                }
            default:
                throw new ApiException(new ApiStatus(415, "UnsupportedMediaType", "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf"));
        }
    }
}
