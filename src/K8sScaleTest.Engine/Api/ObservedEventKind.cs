namespace K8sScaleTest.Engine.Api;

/// <summary>What a watch says of an object.</summary>
public enum ObservedEventKind : byte
{
    /// <summary>ADDED: it was created, moved into the selector, or was there when the watch began.</summary>
    Added,

    /// <summary>MODIFIED.</summary>
    Modified,

    /// <summary>DELETED, or moved out of the selector.</summary>
    Deleted,

    /// <summary>BOOKMARK: everything up to its resourceVersion has been delivered.</summary>
    Bookmark,

    /// <summary>ERROR: the watch ends, and a Status says why. Consumers never see it; it is in the <see cref="WatchResult"/>.</summary>
    Error,
}
