using System.Text.Json;

namespace K8sScaleTest.LocalApi.Tests;

/// <summary>An answer, read to its end.</summary>
internal sealed record Reply(int Code, string Text, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    public string Reason => Json.GetProperty("reason").GetString()!;

    public string Message => Json.GetProperty("message").GetString()!;

    public string ResourceVersion => Json.GetProperty("metadata").GetProperty("resourceVersion").GetString()!;

    public string Uid => Json.GetProperty("metadata").GetProperty("uid").GetString()!;

    public IReadOnlyList<string> Names => [.. Json.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("metadata").GetProperty("name").GetString()!)];
}
