using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.Http;

/// <summary>Objects reduced to their metadata.</summary>
internal static class MetadataWriter
{
    public static void Single(JsonBuffer to, ApiRequest request, StoredObject item) => Write(to, request.Accept.FormVersion, item);

    public static void Write(JsonBuffer to, string formVersion, StoredObject item)
    {
        to.Raw("{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/"u8);
        to.Raw(formVersion == "v1" ? "v1\","u8 : "v1beta1\","u8);
        to.Raw(item.Body.AsSpan(0, item.Layout.MetadataEnd));
        to.Byte((byte)'}');
    }
}
