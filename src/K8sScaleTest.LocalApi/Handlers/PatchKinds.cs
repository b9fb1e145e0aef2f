using System.Text.Json;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Resources;

namespace K8sScaleTest.LocalApi.Handlers;

/// <summary>Reads patches.</summary>
internal static class PatchKinds
{
    private static readonly string[] Types = ["application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json", ApplyHandler.ContentType];

    /// <summary>The kind that a content type names; 415 for one that the resource does not take.</summary>
    public static PatchKind Of(string? contentType, ResourceType resource)
    {
        var type = contentType?.Split(';')[0].Trim();
        // The router of the built-in kinds and of aggregated servers looks at the type first, and has words of its own.
        if (!resource.IsCustom && !(contentType ?? "").Split(',').Any(t => Types.Contains(t.Split(';')[0].Trim()))) throw new ApiException(new ApiStatus(415, "UnsupportedMediaType", "415: Unsupported Media Type") { Details = new() });
        return type switch
        {
            "application/json-patch+json" => PatchKind.Json,
            "application/merge-patch+json" => PatchKind.Merge,
            ApplyHandler.ContentType => PatchKind.Apply,
            "application/strategic-merge-patch+json" when !resource.IsCustom => PatchKind.Strategic,
            _ => throw new ApiException(new ApiStatus(415, "UnsupportedMediaType", "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json" + (resource.IsCustom ? ", application/apply-patch+yaml" : ", application/strategic-merge-patch+json, application/apply-patch+yaml"))),
        };
    }

    public static IPatch Parse(PatchKind kind, ReadOnlyMemory<byte> text, ApiRequest request) => kind switch
    {
        PatchKind.Json => new JsonPatch(text),
        PatchKind.Merge => new MergePatch(text, strategic: false),
        _ => StrategicPatch.Needed(text.Span) ? new StrategicPatch(text) : new MergePatch(text, strategic: true),
    };

    /// <summary>422 for a patch whose result no longer fits the type.</summary>
    public static ApiStatus WrongType(string shown, string why)
    {
        var message = $"Invalid value: {Go.Quote(shown)}: {why}";
        return new ApiStatus(422, "Invalid", $" \"\" is invalid: patch: {message}") { Details = new() { Causes = [new Cause("FieldValueInvalid", message, "patch")] } };
    }

    /// <summary>The patch as one value, or what Go says of it.</summary>
    public static Member Root(ReadOnlySpan<byte> text, Func<string, ApiStatus> broken)
    {
        var reader = new Utf8JsonReader(text);
        try
        {
            reader.Read();
            var token = reader.TokenType;
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var end = (int)reader.BytesConsumed;
            while (reader.Read())
            {
            }
            return new Member(default, new Slice(start, end - start), token);
        }
        catch (JsonException)
        {
            throw new ApiException(broken(GoJsonError.Describe(text)));
        }
    }
}
