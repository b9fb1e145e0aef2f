using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Resources;

namespace K8sScaleTest.LocalApi.CustomResources;

/// <summary>Which paths of a custom resource are its own (apiextensions-apiserver/pkg/apiserver/customresource_handler.go, ServeHTTP).</summary>
internal static class CustomPath
{
    /// <summary>False for a path of the wrong scope, which is nobody's; 404 for a part that the definition does not have.</summary>
    public static bool IsServed(ResourcePath path, ResourceType resource, int version, string method)
    {
        var inNamespace = path.Namespace.Length > 0;
        if (!resource.Namespaced && inNamespace) return false;
        // All namespaces at once are only read.
        if (resource.Namespaced && !inNamespace && (path.Name.Length > 0 || !HttpMethods.IsGet(method))) return false;
        if (!resource.Versions[version].Has(path.Subresource)) throw new ApiException(ApiStatus.NotFound(resource.Group, resource.Plural, path.Name));
        return true;
    }
}
