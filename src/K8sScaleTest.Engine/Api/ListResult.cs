namespace K8sScaleTest.Engine.Api;

/// <summary>How one page of a list went.</summary>
public sealed record ListResult
{
    /// <summary>How it ended.</summary>
    public required StreamEnd End { get; init; }

    /// <summary>The HTTP status; 0 without a response.</summary>
    public int StatusCode { get; init; }

    /// <summary>What the server said of a refusal.</summary>
    public ApiStatus? Status { get; init; }

    /// <summary>Why it failed, in a word: the Status's reason, or one of <see cref="Records.Reasons"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>Why it failed; never holds a secret.</summary>
    public string? Message { get; init; }

    /// <summary>What the server asks to wait for.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The list's resourceVersion; 0 where it has none.</summary>
    public ulong ResourceVersion { get; init; }

    /// <summary>What asks for the next page; null after the last.</summary>
    public string? Continue { get; init; }

    /// <summary>Objects read.</summary>
    public long Objects { get; init; }

    /// <summary>Bytes read, after decompression.</summary>
    public long Bytes { get; init; }

    /// <summary>Whether the response came compressed.</summary>
    public bool Compressed { get; init; }

    /// <summary>When it was asked for, in ticks.</summary>
    public long Requested { get; init; }

    /// <summary>When the headers were there, in ticks; 0 without.</summary>
    public long Opened { get; init; }

    /// <summary>When it was whole, or failed, in ticks.</summary>
    public long Ended { get; init; }

    /// <summary>Whether it is whole.</summary>
    public bool Succeeded => End == StreamEnd.Complete;
}
