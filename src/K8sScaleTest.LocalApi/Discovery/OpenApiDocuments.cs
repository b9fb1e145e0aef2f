using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Resources;
using K8sScaleTest.LocalApi.Schema;

namespace K8sScaleTest.LocalApi.Discovery;

/// <summary>OpenAPI documents made of the schemas: enough for kubectl to validate what it sends, and to explain it.</summary>
internal sealed class OpenApiDocuments(ResourceRegistry registry)
{
    private static readonly string[] Parts = ["status", "scale"];
    private static readonly string[] Parameters = ["dryRun", "fieldManager", "fieldValidation"];

    /// <summary>The whole as OpenAPI 2.</summary>
    public Task Version2(HttpContext http)
    {
        var definitions = new JsonObject();
        Definitions(definitions, registry.All, "#/definitions/");
        var paths = new JsonObject();
        foreach (var resource in registry.All)
        {
            foreach (var version in resource.Versions.Where(v => v.IsServed)) AddPath(paths, resource, version, version2: true);
        }
        var document = new JsonObject
        {
            ["swagger"] = "2.0",
            ["info"] = Info(),
            ["paths"] = paths,
            ["definitions"] = definitions,
        };
        return http.Request.Headers.Accept.ToString() is { } accept && (accept.Contains(OpenApiProtobuf.RequestedMediaType, StringComparison.Ordinal) || accept.Contains(OpenApiProtobuf.MediaType, StringComparison.Ordinal))
            ? Answer.Bytes(http, 200, OpenApiProtobuf.Document(document), OpenApiProtobuf.MediaType)
            : Write(http, document);
    }

    /// <summary>Where the OpenAPI 3 documents are.</summary>
    public Task Version3Index(HttpContext http)
    {
        var paths = new JsonObject();
        foreach (var (group, version) in GroupVersions())
        {
            var path = group.Length == 0 ? "api/" + version : $"apis/{group}/{version}";
            var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(Document(group, version).ToJsonString())));
            paths[path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}?hash={hash}" };
        }
        return Write(http, new JsonObject { ["paths"] = paths });
    }

    /// <summary>One group and version as OpenAPI 3; null for one that is not served.</summary>
    public Task? Version3(HttpContext http, string path)
    {
        var parts = path.Split('/');
        var (group, version) = parts switch
        {
            ["api", var v] => ("", v),
            ["apis", var g, var v] => (g, v),
            _ => ("", ""),
        };
        return GroupVersions().Contains((group, version)) ? Write(http, Document(group, version)) : null;
    }

    private static Task Write(HttpContext http, JsonObject document)
    {
        if (!MediaType.TakesPlainJson(http.Request.Headers.Accept) && !http.Request.Headers.Accept.ToString().Contains("json", StringComparison.Ordinal))
        {
            return Answer.Status(http, new ApiStatus(406, "NotAcceptable", "only the following media types are accepted: application/json"));
        }
        return Answer.Bytes(http, 200, Encoding.UTF8.GetBytes(document.ToJsonString()), "application/json");
    }

    private IEnumerable<(string Group, string Version)> GroupVersions() => registry.All.SelectMany(r => r.Versions.Where(v => v.IsServed).Select(v => (r.Group, v.Version))).Distinct();

    private JsonObject Document(string group, string version)
    {
        var resources = registry.All.Where(r => r.Group == group && r.VersionIndex(version) >= 0).ToArray();
        var schemas = new JsonObject();
        Definitions(schemas, resources, "#/components/schemas/", version);
        var paths = new JsonObject();
        foreach (var resource in resources) AddPath(paths, resource, resource.Versions[resource.VersionIndex(version)], version2: false);
        return new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = Info(),
            ["paths"] = paths,
            ["components"] = new JsonObject { ["schemas"] = schemas },
        };
    }

    private static JsonObject Info() => new() { ["title"] = "Kubernetes", ["version"] = ServerVersion.Git };

    private static void AddPath(JsonObject paths, ResourceType resource, ServedVersion version, bool version2)
    {
        var root = resource.Group.Length == 0 ? $"/api/{version.Version}" : $"/apis/{resource.Group}/{version.Version}";
        var collection = resource.Namespaced ? $"{root}/namespaces/{{namespace}}/{resource.Plural}" : $"{root}/{resource.Plural}";
        JsonObject Kind() => new() { ["group"] = resource.Group, ["kind"] = resource.Kind, ["version"] = version.Version };
        JsonObject Operation(string action, bool writes)
        {
            var operation = new JsonObject
            {
                ["x-kubernetes-action"] = action,
                ["x-kubernetes-group-version-kind"] = Kind(),
                ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
            };
            if (!writes) return operation;
            // kubectl looks here for what the server understands before it sends it.
            var parameters = new JsonArray();
            foreach (var name in Parameters)
            {
                parameters.Add(version2
                    ? new JsonObject { ["name"] = name, ["in"] = "query", ["type"] = "string", ["uniqueItems"] = true }
                    : new JsonObject { ["name"] = name, ["in"] = "query", ["schema"] = new JsonObject { ["type"] = "string", ["uniqueItems"] = true } });
            }
            operation["parameters"] = parameters;
            return operation;
        }
        if (resource.Review is not null)
        {
            paths[collection] = new JsonObject { ["post"] = Operation("post", writes: true) };
            return;
        }
        paths[collection] = new JsonObject { ["get"] = Operation("list", writes: false), ["post"] = Operation("post", writes: true) };
        paths[collection + "/{name}"] = new JsonObject
        {
            ["get"] = Operation("get", writes: false),
            ["put"] = Operation("put", writes: true),
            ["patch"] = Operation("patch", writes: true),
            ["delete"] = Operation("delete", writes: false),
        };
        foreach (var part in Parts.Where(version.Has))
        {
            paths[$"{collection}/{{name}}/{part}"] = new JsonObject { ["get"] = Operation("get", writes: false), ["put"] = Operation("put", writes: true), ["patch"] = Operation("patch", writes: true) };
        }
    }

    private static void Definitions(JsonObject to, IEnumerable<ResourceType> resources, string reference, string? only = null)
    {
        Define(MetaFields.ObjectMeta, to, reference);
        foreach (var resource in resources)
        {
            foreach (var version in resource.Versions)
            {
                if (!version.IsServed || (only is not null && version.Version != only)) continue;
                if (version.Scale is not null) Define(Handlers.ScaleHandler.Scale, to, reference);
                if (version.Type.Structural is { } schema) CustomSchemas.Add(to, resource, version, schema, reference);
                else AddKind(to, resource, version, reference);
            }
        }
    }

    private static void AddKind(JsonObject to, ResourceType resource, ServedVersion version, string reference)
    {
        var properties = new JsonObject
        {
            ["apiVersion"] = new JsonObject { ["description"] = CustomSchemas.ApiVersion, ["type"] = "string" },
            ["kind"] = new JsonObject { ["description"] = CustomSchemas.Kind, ["type"] = "string" },
            ["metadata"] = Reference(MetaFields.ObjectMeta.OpenApiName, CustomSchemas.Metadata, reference),
        };
        foreach (var field in version.Type.Fields) properties[field.Name] = Property(field, to, reference);
        to[version.Type.OpenApiName] = new JsonObject
        {
            ["description"] = version.Type.Description,
            ["type"] = "object",
            ["properties"] = properties,
            ["x-kubernetes-group-version-kind"] = new JsonArray(new JsonObject { ["group"] = resource.Group, ["kind"] = resource.Kind, ["version"] = version.Version }),
        };
        AddRequired(to[version.Type.OpenApiName]!.AsObject(), version.Type);
    }

    private static JsonObject Property(Field field, JsonObject definitions, string reference)
    {
        var result = TypeOf(field.Type, definitions, reference, field.Description);
        if (field.MapKeys is { } keys)
        {
            result["x-kubernetes-list-map-keys"] = new JsonArray([.. keys.Select(k => (JsonNode)k)]);
            result["x-kubernetes-list-type"] = "map";
        }
        else if (field.Type.Shape == Shape.List)
        {
            result["x-kubernetes-list-type"] = field.MergeValues ? "set" : "atomic";
        }
        if (field.MergeKey is not null)
        {
            result["x-kubernetes-patch-merge-key"] = field.MergeKey;
            result["x-kubernetes-patch-strategy"] = "merge";
        }
        else if (field.MergeValues)
        {
            result["x-kubernetes-patch-strategy"] = "merge";
        }
        return result;
    }

    private static JsonObject TypeOf(FieldType type, JsonObject definitions, string reference, string description)
    {
        var result = new JsonObject();
        if (description.Length > 0) result["description"] = description;
        switch (type.Shape)
        {
            case Shape.String: result["type"] = "string"; break;
            case Shape.Integer:
                result["type"] = "integer";
                result["format"] = type.GoName;
                break;
            case Shape.Number:
                result["type"] = "number";
                result["format"] = "double";
                break;
            case Shape.Boolean: result["type"] = "boolean"; break;
            case Shape.ObjectOrBoolean:
                // Go says nothing of what may be one of two things.
                Define(type.Object!, definitions, reference);
                break;
            case Shape.Time or Shape.MicroTime:
                result["type"] = "string";
                result["format"] = "date-time";
                break;
            case Shape.Bytes:
                result["type"] = "string";
                result["format"] = "byte";
                break;
            case Shape.IntOrString:
                if (reference.StartsWith("#/definitions", StringComparison.Ordinal)) result["type"] = "string";
                else result["oneOf"] = new JsonArray(new JsonObject { ["type"] = "integer" }, new JsonObject { ["type"] = "string" });
                result["format"] = "int-or-string";
                break;
            case Shape.List:
                result["type"] = "array";
                result["items"] = TypeOf(type.Element!, definitions, reference, "");
                break;
            case Shape.Map:
                result["type"] = "object";
                result["additionalProperties"] = TypeOf(type.Element!, definitions, reference, "");
                break;
            case Shape.Object:
                Define(type.Object!, definitions, reference);
                return Reference(type.Object!.OpenApiName, description, reference);
            default:
                if (!ReferenceEquals(type, FieldType.Json)) result["type"] = "object";
                break;
        }
        return result;
    }

    private static void Define(ObjectType type, JsonObject definitions, string reference)
    {
        if (definitions.ContainsKey(type.OpenApiName)) return;
        var definition = new JsonObject { ["description"] = type.Description, ["type"] = "object" };
        definitions[type.OpenApiName] = definition;
        var properties = new JsonObject();
        foreach (var field in type.Fields) properties[field.Name] = Property(field, definitions, reference);
        if (properties.Count > 0) definition["properties"] = properties;
        AddRequired(definition, type);
    }

    private static void AddRequired(JsonObject definition, ObjectType type)
    {
        var required = type.Fields.Where(f => f.Required).Select(f => (JsonNode)f.Name).ToArray();
        if (required.Length > 0) definition["required"] = new JsonArray(required);
    }

    internal static JsonObject Reference(string name, string description, string reference)
    {
        // In OpenAPI 3 what stands beside a $ref is ignored, so that the description needs an allOf.
        if (description.Length == 0) return new JsonObject { ["$ref"] = reference + name };
        return reference.StartsWith("#/definitions", StringComparison.Ordinal)
            ? new JsonObject { ["description"] = description, ["$ref"] = reference + name }
            : new JsonObject { ["description"] = description, ["default"] = new JsonObject(), ["allOf"] = new JsonArray(new JsonObject { ["$ref"] = reference + name }) };
    }
}
