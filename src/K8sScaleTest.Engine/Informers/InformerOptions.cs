namespace K8sScaleTest.Engine.Informers;

/// <summary>How an informer lists and watches; by default as client-go does.</summary>
public sealed record InformerOptions
{
    /// <summary>The page size that client-go's pager asks for.</summary>
    public const int DefaultPageSize = 500;

    /// <summary>Whether to try a WatchList before a list.</summary>
    public bool WatchList { get; init; } = true;

    /// <summary>Objects of a page, always; null for client-go's way: 500 where the server pages at all, none where its watch cache answers.</summary>
    public int? PageSize { get; init; }

    /// <summary>The shortest time for which a watch is asked; it is drawn from this to twice this.</summary>
    public TimeSpan MinWatchTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>For how long a watch that ends with internal errors (500 in the stream) is opened again without a relist; none by default.</summary>
    public TimeSpan RetryInternalErrorsFor { get; init; }

    /// <summary>How long a WatchList may be silent before it is taken for a watch of a server that does not know what it was asked for.</summary>
    public TimeSpan InitialEventsPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The clock of back-offs and patience.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Draws time-outs and the random part of back-offs.</summary>
    public Random Random { get; init; } = Random.Shared;
}
