using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.ManagedFields;
using K8sScaleTest.LocalApi.Schema;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.Handlers;

/// <summary>Server-side apply: PATCH with application/apply-patch+yaml.</summary>
internal static class ApplyHandler
{
    public const string ContentType = "application/apply-patch+yaml";
    private const int Attempts = 5;

    public static async Task HandleAsync(ApiRequest request, ObjectWriter writer)
    {
        using var body = await RequestBody.ReadAsync(request.Http);
        var options = Options(request);
        var config = Read(body.Memory.Span);
        Check(request, config);
        var (code, stored) = Apply(request, writer, config, options);
        await Answer.Object(request, code, stored);
    }

    private static WriteOptions Options(ApiRequest request)
    {
        var options = WriteOptions.Parse(request, "PatchOptions");
        if (string.IsNullOrEmpty(request.Query["fieldManager"])) throw new ApiException(ApiStatus.Invalid("meta.k8s.io", "PatchOptions", "", [Cause.Required("fieldManager", "is required for apply patch")]));
        return options;
    }

    private static JsonObject Read(ReadOnlySpan<byte> body)
    {
        try
        {
            // What is JSON already is YAML too, and need not be read as such.
            var json = body.TrimStart(" \t\r\n"u8) is [(byte)'{', ..] ? body.ToArray() : YamlText.ToJson(body);
            var root = PatchKinds.Root(json, why => ApiStatus.BadRequest("error decoding YAML: " + why));
            return JsonNode.Parse(AnyValue.Canonical(json, root)) as JsonObject
                ?? throw new ApiException(ApiStatus.BadRequest($"error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {JsonText.GoKind(root.Token)} into Go value of type map[string]interface {{}}"));
        }
        catch (FormatException wrong)
        {
            throw new ApiException(ApiStatus.BadRequest("error decoding YAML: " + wrong.Message));
        }
    }

    private static void Check(ApiRequest request, JsonObject config)
    {
        var (apiVersion, kind) = (Text(config, "apiVersion"), Text(config, "kind"));
        if (apiVersion != request.Version.ApiVersion)
        {
            throw new ApiException(ApiStatus.BadRequest($"Incorrect version specified in apply patch. Specified patch version: {apiVersion}, expected: {request.Version.ApiVersion}"));
        }
        if (kind != request.Resource.Kind) throw new ApiException(ApiStatus.BadRequest($"invalid object type: {(apiVersion.Contains('/', StringComparison.Ordinal) ? "" : "/")}{apiVersion}, Kind={kind}"));
        var metadata = config["metadata"] as JsonObject;
        if (metadata?["managedFields"] is JsonArray { Count: > 0 }) throw new ApiException(ApiStatus.BadRequest("metadata.managedFields must be nil"));
        if (metadata is null) config["metadata"] = metadata = [];
        metadata["name"] ??= request.Name;
        if (request.Version.MergeType.Undeclared(config, "") is { } unknown)
        {
            var shown = $"{request.Namespace}/{request.Name}; {(apiVersion.Contains('/', StringComparison.Ordinal) ? "" : "/")}{apiVersion}, Kind={kind}";
            throw new ApiException(ApiStatus.Internal($"failed to create typed patch object ({shown}): {unknown}: field not declared in schema"));
        }
        if (request.Resource.Namespaced) metadata["namespace"] ??= request.Namespace;
    }

    private static (int Code, StoredObject Stored) Apply(ApiRequest request, ObjectWriter writer, JsonObject config, in WriteOptions options)
    {
        var resource = request.Resource;
        for (var attempt = 1; ; attempt++)
        {
            if (resource.Store.Find(StoredObject.KeyOf(request.Namespace, request.Name)) is not { } current)
            {
                if (request.Subresource.Length > 0) throw new ApiException(ApiStatus.NotFound(resource.Group, resource.Plural, request.Name));
                if (Create(request, writer, config, options) is { } created) return (201, created);
            }
            else
            {
                var live = JsonNode.Parse(UpdateHandler.Text(request, current))!.AsObject();
                var entries = Entries(live);
                live["metadata"]!.AsObject().Remove("managedFields");
                var (merged, next) = FieldManager.Apply(live, config, request.Version.MergeType, entries, request, options.FieldManager, options.Force == true);
                var value = Decode(merged, request);
                UpdateHandler.CheckIdentity(request, value, current);
                value.Managed = next;
                if (UpdateHandler.Store(request, value, current, options) is { } stored) return (200, stored);
            }
            if (attempt == Attempts) throw new ApiException(ApiStatus.Modified(resource.Group, resource.Plural, request.Name));
        }
    }

    private static StoredObject? Create(ApiRequest request, ObjectWriter writer, JsonObject config, in WriteOptions options)
    {
        var metadata = config["metadata"]!.AsObject();
        if (metadata["uid"]?.GetValue<string>() is { Length: > 0 } uid)
        {
            throw new ApiException(ApiStatus.Conflict(request.Resource.Group, request.Resource.Plural, request.Name, $"uid mismatch: the provided object specified uid {uid}, and no existing object was found"));
        }
        var (merged, next) = FieldManager.Apply([], config, request.Version.MergeType, [], request, options.FieldManager, force: true);
        var value = Decode(merged, request);
        UpdateHandler.CheckName(request, value);
        value.Managed = next;
        var created = writer.New(request, value, options);
        if (options.DryRun) return created;
        if (!request.Resource.Store.TryCreate(created)) return null;
        request.Resource.Changed?.Invoke(null, created);
        return created;
    }

    private static DecodedObject Decode(JsonObject merged, ApiRequest request) => ObjectWriter.Decode(Encoding.UTF8.GetBytes(merged.ToJsonString()), request);

    private static List<ManagedEntry> Entries(JsonObject live)
    {
        if (live["metadata"]?["managedFields"] is not JsonArray list) return [];
        return ManagedEntry.Read(JsonSerializer.SerializeToElement(list)) ?? [];
    }

    private static string Text(JsonObject of, string name) => of[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}
