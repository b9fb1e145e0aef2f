namespace K8sScaleTest.Engine.Api;

/// <summary>One page of a list, as the server is asked for it.</summary>
public sealed record ListQuery
{
    /// <summary>The resourceVersion to ask for: <c>""</c> (the newest, by a quorum read), <c>"0"</c> (whatever the server has in its cache), or one that the list must not be older than.</summary>
    public string ResourceVersion { get; init; } = "";

    /// <summary><c>Exact</c>, <c>NotOlderThan</c> or nothing.</summary>
    public string? ResourceVersionMatch { get; init; }

    /// <summary>Objects of a page at most; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>What the page before gave to ask for this one; its resourceVersion must be left out then.</summary>
    public string? Continue { get; init; }
}
