namespace K8sScaleTest.LocalApi.Faults;

/// <summary>What a fault does.</summary>
internal enum FaultAction
{
    /// <summary>Keeps a request waiting, before or after it takes effect.</summary>
    Latency,

    /// <summary>Answers with a status code, before or after the request takes effect.</summary>
    Status,

    /// <summary>Never answers, before or after the request takes effect; the client has to give up.</summary>
    NoAnswer,

    /// <summary>RST_STREAM on HTTP/2, a connection reset on HTTP/1.1; before or after the request takes effect.</summary>
    Reset,

    /// <summary>Serves the request and closes the connection gracefully: GOAWAY on HTTP/2, Connection: close on HTTP/1.1.</summary>
    GoAway,

    /// <summary>RST_STREAM with REFUSED_STREAM before anything was read; a connection reset on HTTP/1.1.</summary>
    RefuseStream,

    /// <summary>Nobody listens for a time: connecting fails, open connections live on.</summary>
    RefuseConnection,

    /// <summary>Ends a watch.</summary>
    CutWatch,

    /// <summary>A watch sends nothing for a time.</summary>
    StallWatch,

    /// <summary>A watch sends no faster than told.</summary>
    SlowWatch,

    /// <summary>An event is never sent.</summary>
    LoseEvent,

    /// <summary>An event is sent twice.</summary>
    DoubleEvent,

    /// <summary>An event is sent after the one that follows it.</summary>
    ReorderEvent,

    /// <summary>An ERROR event with a Status, 410 unless another code is named, and the end of the watch.</summary>
    ErrorEvent,

    /// <summary>The history is forgotten, once and now: older resourceVersions are answered 410.</summary>
    Compact,

    /// <summary>State and resourceVersion counter go back, once and now, as after a restore of etcd; watches are cut.</summary>
    Restore,

    /// <summary>The server's clock is wrong: creationTimestamp and the like, and the Date header.</summary>
    ClockSkew,
}
