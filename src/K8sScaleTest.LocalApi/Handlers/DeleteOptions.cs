using System.Text.Json;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;

namespace K8sScaleTest.LocalApi.Handlers;

/// <summary>How to delete: from the body if there is one, else from the query.</summary>
internal sealed record DeleteOptions
{
    public bool DryRun { get; private init; }

    public string? Uid { get; private init; }

    public string? ResourceVersion { get; private init; }

    public string? PropagationPolicy { get; private init; }

    public static DeleteOptions Read(ApiRequest request, ReadOnlySpan<byte> body)
    {
        var dry = request.Query.All("dryRun").ToList();
        string? uid = null, version = null, policy = request.Query["propagationPolicy"];
        var orphans = request.Query["orphanDependents"] is not null;
        request.Query.Number("gracePeriodSeconds");
        if (body.Length > 0)
        {
            var root = Root(body);
            var kind = Text(root, "kind");
            var apiVersion = Text(root, "apiVersion");
            if (kind is not (null or "" or "DeleteOptions"))
            {
                throw new ApiException(ApiStatus.Internal($"no kind {Go.Quote(kind)} is registered for version {Go.Quote(apiVersion ?? "v1")} in scheme \"k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27\""));
            }
            if (root.TryGetProperty("dryRun", out var values) && values.ValueKind == JsonValueKind.Array) dry = [.. values.EnumerateArray().Select(v => v.ToString())];
            if (root.TryGetProperty("preconditions", out var conditions) && conditions.ValueKind == JsonValueKind.Object)
            {
                uid = Text(conditions, "uid");
                version = Text(conditions, "resourceVersion");
            }
            policy = Text(root, "propagationPolicy") ?? policy;
            orphans |= root.TryGetProperty("orphanDependents", out var given) && given.ValueKind is JsonValueKind.True or JsonValueKind.False;
        }
        if (orphans && policy is not null)
        {
            throw new ApiException(ApiStatus.Invalid("meta.k8s.io", "DeleteOptions", "", [Cause.Invalid("propagationPolicy", policy, "orphanDependents and deletionPropagation cannot be both set")]));
        }
        if (policy is not (null or "Foreground" or "Background" or "Orphan"))
        {
            throw new ApiException(ApiStatus.Invalid("meta.k8s.io", "DeleteOptions", "", [Cause.NotSupported("propagationPolicy", Go.Quote(policy), "Foreground", "Background", "Orphan", "nil")]));
        }
        return new DeleteOptions { DryRun = WriteOptions.Dry(dry, "DeleteOptions"), Uid = uid, ResourceVersion = version, PropagationPolicy = policy };
    }

    private static JsonElement Root(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            var root = JsonElement.ParseValue(ref reader);
            if (root.ValueKind == JsonValueKind.Object) return root;
            throw new ApiException(ApiStatus.Internal("couldn't get version/kind; json parse error: " + GoJsonError.Describe(body)));
        }
        catch (JsonException)
        {
            throw new ApiException(ApiStatus.Internal("couldn't get version/kind; json parse error: " + GoJsonError.Describe(body)));
        }
    }

    private static string? Text(JsonElement of, string name) => of.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.String ? found.GetString() : null;
}
