namespace K8sScaleTest.LocalApi.Ledgers;

/// <summary>Why a watch ended.</summary>
internal enum WatchEnd : byte
{
    Open,

    /// <summary>Its time was up.</summary>
    TimedOut,

    /// <summary>The client went away, or the connection broke.</summary>
    ClientGone,

    /// <summary>It fell further behind than the history is long.</summary>
    TooSlow,

    /// <summary>A fault cut it.</summary>
    Cut,

    /// <summary>A fault sent an ERROR event.</summary>
    Error,

    /// <summary>It asked for events that were gone, and was answered 410.</summary>
    Expired,

    /// <summary>The server ended, or failed.</summary>
    ServerEnded,
}
