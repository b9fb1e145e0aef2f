using System.Text.Json.Nodes;
using K8sScaleTest.LocalApi.Resources;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.Discovery;

/// <summary>The schemas of custom resources as OpenAPI publishes them (apiextensions-apiserver/pkg/controller/openapi/builder).</summary>
internal static class CustomSchemas
{
    public const string ApiVersion = "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources";
    public const string Kind = "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds";
    public const string Metadata = "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata";

    /// <summary>What OpenAPI 2 has no words for.</summary>
    private static readonly string[] OnlyVersion3 = ["nullable", "oneOf", "anyOf", "allOf", "not"];

    public static void Add(JsonObject to, ResourceType resource, ServedVersion version, StructuralSchema schema, string reference)
    {
        var version2 = reference.StartsWith("#/definitions", StringComparison.Ordinal);
        var result = JsonNode.Parse(schema.Source.GetRawText())!.AsObject();
        if (version2) Reduce(result);
        var properties = result["properties"] as JsonObject;
        if (properties is null && !(version2 && schema.PreserveUnknownFields)) result["properties"] = properties = [];
        if (properties is not null)
        {
            properties["apiVersion"] = new JsonObject { ["description"] = ApiVersion, ["type"] = "string" };
            properties["kind"] = new JsonObject { ["description"] = Kind, ["type"] = "string" };
            properties["metadata"] = OpenApiDocuments.Reference(MetaFields.ObjectMeta.OpenApiName, Metadata, reference);
        }
        result["x-kubernetes-group-version-kind"] = new JsonArray(new JsonObject { ["group"] = resource.Group, ["kind"] = resource.Kind, ["version"] = version.Version });
        to[version.Type.OpenApiName] = result;
    }

    private static void Reduce(JsonObject schema)
    {
        if (schema["nullable"]?.GetValue<bool>() == true)
        {
            foreach (var name in new[] { "type", "items", "properties" }) schema.Remove(name);
        }
        if (schema["x-kubernetes-preserve-unknown-fields"]?.GetValue<bool>() == true)
        {
            foreach (var name in new[] { "items", "properties" }) schema.Remove(name);
        }
        foreach (var name in OnlyVersion3) schema.Remove(name);
        if (schema["items"] is JsonObject items) Reduce(items);
        if (schema["additionalProperties"] is JsonObject additional) Reduce(additional);
        if (schema["properties"] is not JsonObject properties) return;
        foreach (var (_, property) in properties)
        {
            if (property is JsonObject child) Reduce(child);
        }
    }
}
