namespace K8sScaleTest.Engine.Records;

/// <summary>What a watch record tells of.</summary>
public enum WatchRecordKind : byte
{
    /// <summary>An event: ADDED.</summary>
    Added,

    /// <summary>An event: MODIFIED.</summary>
    Modified,

    /// <summary>An event: DELETED.</summary>
    Deleted,

    /// <summary>An event: BOOKMARK.</summary>
    Bookmark,

    /// <summary>A list from its first request to the end of its last page.</summary>
    List,

    /// <summary>The initial events of a WatchList, which stand for a list.</summary>
    WatchList,

    /// <summary>A watch from its request to its end.</summary>
    Window,
}
