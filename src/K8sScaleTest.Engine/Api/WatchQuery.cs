namespace K8sScaleTest.Engine.Api;

/// <summary>One watch, as the server is asked for it.</summary>
public sealed record WatchQuery
{
    /// <summary>Begin after this resourceVersion; <c>""</c> or <c>"0"</c> begin with everything there is.</summary>
    public string ResourceVersion { get; init; } = "";

    /// <summary>After how long the server is asked to end it, in whole seconds.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Whether the server may send bookmarks.</summary>
    public bool Bookmarks { get; init; } = true;

    /// <summary>A WatchList: everything there is first, not older than the resourceVersion, then a bookmark that says so.</summary>
    public bool SendInitialEvents { get; init; }

    /// <summary>
    /// For readers that are slow on purpose: awaited after the events of each read, with their number, before more is read. Null reads as fast as events come.
    /// </summary>
    public Func<int, CancellationToken, ValueTask>? Throttle { get; init; }

    /// <summary>Bytes to read at once, until an event needs more.</summary>
    public int ReadSize { get; init; } = 64 * 1024;
}
