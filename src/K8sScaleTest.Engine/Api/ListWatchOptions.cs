namespace K8sScaleTest.Engine.Api;

/// <summary>What is listed and watched, and what of each object is wanted.</summary>
public sealed record ListWatchOptions
{
    /// <summary>The resource.</summary>
    public required ApiResource Resource { get; init; }

    /// <summary>The namespace; null for all of them.</summary>
    public string? Namespace { get; init; }

    /// <summary>A label selector, as kubectl takes it.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>A field selector, as kubectl takes it.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>The User-Agent header.</summary>
    public required string UserAgent { get; init; }

    /// <summary>HTTP/2 or HTTP/1.1.</summary>
    public Version HttpVersion { get; init; } = System.Net.HttpVersion.Version20;

    /// <summary>Names of the annotations to read; <see cref="ObservedObject.Annotation"/> takes their places.</summary>
    public IReadOnlyList<string> Annotations { get; init; } = [];

    /// <summary>Whether to hash what objects say.</summary>
    public bool HashContent { get; init; }

    /// <summary>How long headers may take; a list may besides be silent for this long.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(65);

    /// <summary>How much later than asked a watch may end before it counts as stalled.</summary>
    public TimeSpan StallGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a watch may be silent before it counts as stalled; null for as long as it lasts. Servers that send bookmarks do so about once a minute.</summary>
    public TimeSpan? SilenceLimit { get; init; }
}
