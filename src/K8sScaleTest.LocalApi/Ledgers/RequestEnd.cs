namespace K8sScaleTest.LocalApi.Ledgers;

/// <summary>How a request ended.</summary>
internal enum RequestEnd : byte
{
    /// <summary>It is being served.</summary>
    Open,
    Answered,

    /// <summary>A fault reset it.</summary>
    Reset,

    /// <summary>A fault refused it unread.</summary>
    Refused,

    /// <summary>A fault left it without an answer until the client gave up.</summary>
    NoAnswer,

    /// <summary>The client went away, or the connection broke.</summary>
    ClientGone,

    /// <summary>An answer that had begun was broken off by the server: a watch that was too slow, or cut by a fault.</summary>
    BrokenOff,
}
