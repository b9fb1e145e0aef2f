using System.Text.Json;
using K8sScaleTest.LocalApi.Http;
using K8sScaleTest.LocalApi.Json;
using K8sScaleTest.LocalApi.Resources;

namespace K8sScaleTest.LocalApi.Handlers;

/// <summary>Reads patches.</summary>
internal static class PatchKinds
{
    private const string Json = "application/json-patch+json";
    private const string Merge = "application/merge-patch+json";
    private const string Strategic = "application/strategic-merge-patch+json";

    /// <summary>The kind that a content type names; 415 for one that the resource does not take.</summary>
    public static PatchKind Of(string? contentType, ResourceType resource) => MediaType(contentType) switch
    {
        Json => PatchKind.Json,
        Merge => PatchKind.Merge,
        ApplyHandler.ContentType => PatchKind.Apply,
        Strategic when !resource.IsCustom => PatchKind.Strategic,
        _ => throw new ApiException(Unsupported(contentType, resource)),
    };

    /// <summary>The router of the built-in kinds and of aggregated servers looks at the types first, each of a list of them, and has words of its own.</summary>
    private static ApiStatus Unsupported(string? contentType, ResourceType resource) =>
        resource.IsCustom || (contentType ?? "").Split(',').Any(type => MediaType(type) is Json or Merge or Strategic or ApplyHandler.ContentType)
            ? new(415, "UnsupportedMediaType", $"the body of the request was in an unknown format - accepted media types include: {Json}, {Merge}{(resource.IsCustom ? "" : ", " + Strategic)}, {ApplyHandler.ContentType}")
            : new(415, "UnsupportedMediaType", "415: Unsupported Media Type") { Details = new() };

    private static string? MediaType(string? contentType) => contentType?.Split(';')[0].Trim();

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
