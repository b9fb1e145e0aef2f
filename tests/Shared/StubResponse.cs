namespace K8sScaleTest.TestSupport;

/// <summary>What the stub server answers.</summary>
internal sealed record StubResponse(int Status, string Body, string ContentType = "application/json")
{
    /// <summary>Close the connection instead of answering.</summary>
    public bool Abort { get; init; }

    public static StubResponse Failure(int code, string reason, string message, string? kind = null) => new(code,
        $$"""{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":{{Quote(message)}},"reason":"{{reason}}","details":{"kind":"{{kind}}"},"code":{{code}}}""");

    private static string Quote(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
