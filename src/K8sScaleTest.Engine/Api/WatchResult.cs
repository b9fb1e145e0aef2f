namespace K8sScaleTest.Engine.Api;

/// <summary>How one watch went.</summary>
public sealed record WatchResult
{
    /// <summary>How it ended.</summary>
    public required StreamEnd End { get; init; }

    /// <summary>The HTTP status; 0 without a response.</summary>
    public int StatusCode { get; init; }

    /// <summary>What the server said, in a refusal or in an ERROR event.</summary>
    public ApiStatus? Status { get; init; }

    /// <summary>Why it ended out of order, in a word: the Status's reason, or one of <see cref="Records.Reasons"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>Why it ended out of order; never holds a secret.</summary>
    public string? Message { get; init; }

    /// <summary>What the server asks to wait for.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>When it was asked for, in ticks.</summary>
    public long Requested { get; init; }

    /// <summary>When the headers were there, in ticks; 0 without.</summary>
    public long Opened { get; init; }

    /// <summary>When the first bytes had come, in ticks; 0 when none ever did.</summary>
    public long FirstByte { get; init; }

    /// <summary>When the last bytes had come, in ticks; 0 when none ever did.</summary>
    public long LastByte { get; init; }

    /// <summary>When it had ended, in ticks.</summary>
    public long Ended { get; init; }

    /// <summary>Events delivered, without bookmarks.</summary>
    public long Events { get; init; }

    /// <summary>Bookmarks delivered.</summary>
    public long Bookmarks { get; init; }

    /// <summary>Bytes read.</summary>
    public long Bytes { get; init; }

    /// <summary>Bytes of an event that never became whole.</summary>
    public int PartialBytes { get; init; }

    /// <summary>The resourceVersion of the last event or bookmark; 0 before the first.</summary>
    public ulong LastResourceVersion { get; init; }
}
