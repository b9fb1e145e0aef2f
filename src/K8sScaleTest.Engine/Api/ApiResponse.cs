namespace K8sScaleTest.Engine.Api;

/// <summary>A response of the set-up, read to its end.</summary>
/// <param name="StatusCode">The HTTP status.</param>
/// <param name="Body">The whole body.</param>
/// <param name="ContentType">The media type, without parameters.</param>
public sealed record ApiResponse(int StatusCode, ReadOnlyMemory<byte> Body, string? ContentType)
{
    /// <summary>The Retry-After header in seconds, where there is one.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The Warning headers' texts, as kubectl prints them.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Whether the status is 2xx.</summary>
    public bool IsSuccess => StatusCode is >= 200 and < 300;

    /// <summary>What the server says of a failure.</summary>
    public ApiStatus ToStatus() => ApiStatus.Parse(StatusCode, Body.Span, ContentType);
}
