using System.Text.Json;

namespace K8sScaleTest.Twin;

/// <summary>An answer, read to its end, for what the next request needs of it.</summary>
internal sealed record TwinReply(int Code, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public JsonElement Metadata => Json.GetProperty("metadata");

    public string ResourceVersion => Metadata.GetProperty("resourceVersion").GetString()!;

    public string Uid => Metadata.GetProperty("uid").GetString()!;

    public string Name => Metadata.GetProperty("name").GetString()!;

    public string Continue => Metadata.GetProperty("continue").GetString()!;

    public string Message => Json.GetProperty("message").GetString()!;

    /// <summary>The names of a list's objects.</summary>
    public IReadOnlyList<string> Names => [.. Json.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("metadata").GetProperty("name").GetString()!)];
}
