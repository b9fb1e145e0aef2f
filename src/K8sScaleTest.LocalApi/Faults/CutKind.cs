namespace K8sScaleTest.LocalApi.Faults;

/// <summary>How a watch is cut.</summary>
internal enum CutKind
{
    /// <summary>It ends as if its time were up.</summary>
    End,

    /// <summary>RST_STREAM on HTTP/2, a connection reset on HTTP/1.1.</summary>
    Reset,

    /// <summary>It ends after the first half of an event's line.</summary>
    MidLine,
}
