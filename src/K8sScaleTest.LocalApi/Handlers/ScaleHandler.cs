using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using K8sScaleTest.LocalApi.CustomResources;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Resources;
using K8sScaleTest.LocalApi.Schema;
using K8sScaleTest.LocalApi.Storage;

namespace K8sScaleTest.LocalApi.Handlers;

/// <summary>The scale subresource: a custom resource seen as an autoscaling/v1 Scale.</summary>
internal static class ScaleHandler
{
    private const int Spec = 0;
    private const int Attempts = 5;

    /// <summary>The type, for OpenAPI and decoding.</summary>
    public static readonly ObjectType Scale = new(
        "io.k8s.api.autoscaling.v1.Scale", "v1.Scale", "Scale represents a scaling request for a resource.",
        new Field("spec", FieldType.Of(new ObjectType(
            "io.k8s.api.autoscaling.v1.ScaleSpec", "v1.ScaleSpec", "ScaleSpec describes the attributes of a scale subresource.",
            new Field("replicas", FieldType.Int32, "replicas is the desired number of instances for the scaled object."))), "spec defines the behavior of the scale.")
        { Always = true },
        new Field("status", FieldType.Of(new ObjectType(
            "io.k8s.api.autoscaling.v1.ScaleStatus", "v1.ScaleStatus", "ScaleStatus represents the current status of a scale subresource.",
            new Field("replicas", FieldType.Int32, "replicas is the actual number of observed instances of the scaled object.") { Always = true, Required = true },
            new Field("selector", FieldType.String, "selector is the label query over pods that should match the replicas count."))), "status is the current status of the scale.")
        { Always = true });

    private static readonly TableColumn[] Columns = [
        TableColumn.NameColumn,
        new("Desired", "integer", "", "Number of desired replicas", 0, static (scale, _) => Replicas(scale, "spec")),
        new("Available", "integer", "", "Number of actual replicas", 0, static (scale, _) => Replicas(scale, "status")),
        TableColumn.Age with { Type = "date" }];

    public static Task GetAsync(ApiRequest request)
    {
        var current = UpdateHandler.Find(request);
        var (json, has) = Of(request, current);
        if (!has) throw new ApiException(new ApiStatus(500, "InternalError", $"Internal error occurred: the spec replicas field {Go.Quote(request.Version.Scale!.SpecReplicasPath)} does not exist") { Details = new() { Causes = [new Cause("", $"the spec replicas field {Go.Quote(request.Version.Scale.SpecReplicasPath)} does not exist", "")] } });
        return request.Accept.Form == Form.Table ? TableAsync(request, json) : Answer.Bytes(request.Http, 200, json, "application/json");
    }

    public static async Task ReplaceAsync(ApiRequest request)
    {
        using var body = await RequestBody.ReadAsync(request.Http);
        var options = WriteOptions.Parse(request, "UpdateOptions");
        var json = RequestFormat.ToJson(request, body.Memory).ToArray();
        await WriteAsync(request, _ => json, null, options);
    }

    public static async Task PatchAsync(ApiRequest request)
    {
        var kind = PatchKinds.Of(request.Http.Request.ContentType, request.Resource);
        using var body = await RequestBody.ReadAsync(request.Http);
        var options = WriteOptions.Parse(request, "PatchOptions");
        var patch = PatchKinds.Parse(kind, body.Memory, request);
        await WriteAsync(
            request,
            current =>
            {
                var to = JsonBuffer.Rent();
                patch.Apply(to, current, request);
                var result = to.ToArray();
                to.Return();
                return result;
            },
            patch,
            options);
    }

    /// <summary>What kubectl get --subresource=scale shows.</summary>
    private static Task TableAsync(ApiRequest request, byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        var scale = document.RootElement;
        var metadata = scale.GetProperty("metadata");
        var to = JsonBuffer.Rent();
        TableWriter.Head(to, request);
        to.Byte((byte)'{');
        to.Property("resourceVersion"u8, metadata.GetProperty("resourceVersion").GetString()!);
        to.Byte((byte)'}');
        TableWriter.Columns(to, Columns);
        to.Raw("{\"cells\":["u8);
        TableWriter.Cells(to, Columns, scale);
        to.Raw("],\"object\":{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":"u8);
        to.Raw(Encoding.UTF8.GetBytes(metadata.GetRawText()));
        to.Raw("}}]}"u8);
        var answer = Answer.Bytes(request.Http, 200, to.Written, "application/json");
        to.Return();
        return answer;
    }

    private static long? Replicas(JsonElement scale, string part) => scale.GetProperty(part).TryGetProperty("replicas", out var replicas) ? replicas.GetInt64() : null;

    private static Task WriteAsync(ApiRequest request, Func<byte[], byte[]> next, IPatch? patch, in WriteOptions options)
    {
        for (var attempt = 1; ; attempt++)
        {
            var current = UpdateHandler.Find(request);
            var wanted = Decode(next(Of(request, current).Json), patch);
            Check(request, wanted, current);
            var node = JsonNode.Parse(UpdateHandler.Text(request, current))!.AsObject();
            Set(node, request.Version.Scale!.SpecReplicasPath, FieldEditor.Read(wanted, Spec)["replicas"]?.GetValue<long>() ?? 0);
            var value = DecodedObject.Read(Encoding.UTF8.GetBytes(node.ToJsonString()), request.Version.Type);
            if (UpdateHandler.Store(request, value, current, options) is { } stored) return Answer.Bytes(request.Http, 200, Of(request, stored).Json, "application/json");
            if (attempt == Attempts) throw new ApiException(ApiStatus.Modified(request.Resource.Group, request.Resource.Plural, request.Name));
        }
    }

    private static DecodedObject Decode(byte[] json, IPatch? patch)
    {
        try
        {
            var value = DecodedObject.Read(json, Scale);
            if (value.Kind is not ("" or "Scale") || value.ApiVersion is not ("" or "autoscaling/v1"))
            {
                throw new ApiException(ApiStatus.BadRequest($"{value.Kind} in version {Go.Quote(value.ApiVersion[(value.ApiVersion.IndexOf('/', StringComparison.Ordinal) + 1)..])} cannot be handled as a Scale: no kind {Go.Quote(value.Kind)} is registered for version {Go.Quote(value.ApiVersion)}"));
            }
            // Found out when it is read: a replica count that is no number.
            _ = FieldEditor.Read(value, Spec);
            return value;
        }
        catch (GoTypeException wrong)
        {
            if (patch is not null) throw new ApiException(PatchKinds.WrongType(patch.Describe(json), patch.Explain(wrong)));
            throw new ApiException(ApiStatus.BadRequest("Scale in version \"v1\" cannot be handled as a Scale: " + wrong.Message));
        }
        catch (JsonException)
        {
            throw new ApiException(ApiStatus.BadRequest("couldn't get version/kind; json parse error: " + GoJsonError.Describe(json)));
        }
    }

    private static void Check(ApiRequest request, DecodedObject wanted, StoredObject current)
    {
        if (wanted.Name.Length == 0) throw new ApiException(ApiStatus.BadRequest($"the name of the object ({request.Name} based on URL) was undeterminable: name must be provided"));
        if (wanted.Name != request.Name) throw new ApiException(ApiStatus.BadRequest($"the name of the object ({wanted.Name}) does not match the name on the URL ({request.Name})"));
        if (wanted.Namespace.Length > 0 && wanted.Namespace != request.Namespace) throw new ApiException(ApiStatus.BadRequest("the namespace of the provided object does not match the namespace sent on the request"));
        if (wanted.ResourceVersion is not ("" or "0") && wanted.ResourceVersion != current.ResourceVersion.ToString(System.Globalization.CultureInfo.InvariantCulture))
        {
            throw new ApiException(ApiStatus.Modified(request.Resource.Group, request.Resource.Plural, request.Name));
        }
    }

    private static void Set(JsonObject root, string path, long value)
    {
        var parts = path.TrimStart('.').Split('.');
        var at = root;
        foreach (var part in parts[..^1])
        {
            if (at[part] is not JsonObject next) at[part] = next = [];
            at = next;
        }
        at[parts[^1]] = value;
    }

    /// <summary>The Scale of an object, and whether its count of replicas is set.</summary>
    private static (byte[] Json, bool HasReplicas) Of(ApiRequest request, StoredObject current)
    {
        var paths = request.Version.Scale!;
        using var document = JsonDocument.Parse(UpdateHandler.Text(request, current));
        var root = document.RootElement;
        var wanted = ScalePaths.Number(root, paths.SpecReplicasPath, out var problem);
        var actual = ScalePaths.Number(root, paths.StatusReplicasPath, out var other);
        if ((problem ?? other) is { } wrong) throw new ApiException(ApiStatus.Internal(wrong));
        var metadata = root.GetProperty("metadata");
        var to = JsonBuffer.Rent();
        to.Raw("{\"kind\":\"Scale\",\"apiVersion\":\"autoscaling/v1\",\"metadata\":{"u8);
        foreach (var name in new[] { "name", "namespace", "uid", "resourceVersion", "creationTimestamp" })
        {
            if (metadata.TryGetProperty(name, out var text)) to.Property(Encoding.ASCII.GetBytes(name), text.GetString()!);
        }
        to.Raw("},\"spec\":{"u8);
        if (wanted is > 0 or < 0)
        {
            to.Name("replicas"u8);
            to.Number(wanted.Value);
        }
        to.Raw("},\"status\":{\"replicas\":"u8);
        to.Number(actual ?? 0);
        if (ScalePaths.Text(root, paths.LabelSelectorPath) is { Length: > 0 } selector) to.Property("selector"u8, selector);
        to.Raw("}}\n"u8);
        var result = to.ToArray();
        to.Return();
        return (result, wanted is not null);
    }
}
