namespace K8sScaleTest.Engine.Records;

/// <summary>How one list or watch went. Times are ticks of the run's clock.</summary>
public sealed record WatchWindow
{
    /// <summary>When it was asked for.</summary>
    public required long Requested { get; init; }

    /// <summary>When the headers were there; 0 without.</summary>
    public long Opened { get; init; }

    /// <summary>When the first event, or the list, had come; 0 when none did.</summary>
    public long FirstByte { get; init; }

    /// <summary>When it had ended.</summary>
    public long Ended { get; init; }

    /// <summary>After how many seconds the server was asked to end it; 0 of a list.</summary>
    public int TimeoutSeconds { get; init; }

    /// <summary>After which resourceVersion it began; 0 of a list.</summary>
    public ulong From { get; init; }

    /// <summary>Events without bookmarks; of a list its objects.</summary>
    public long Events { get; init; }

    /// <summary>Bookmarks.</summary>
    public long Bookmarks { get; init; }

    /// <summary>How it ended, as <see cref="Api.StreamEnd"/> has it.</summary>
    public required string End { get; init; }

    /// <summary>The HTTP status, or that of the Status in the stream; 0 without either.</summary>
    public int StatusCode { get; init; }

    /// <summary>Why it ended out of order, in a word.</summary>
    public string? Reason { get; init; }

    /// <summary>Why it ended out of order; never holds a secret.</summary>
    public string? Error { get; init; }

    /// <summary>How long the watcher waits before it goes on; zero when it goes on at once.</summary>
    public TimeSpan Backoff { get; init; }
}
