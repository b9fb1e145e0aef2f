namespace K8sScaleTest.Engine.Records;

/// <summary>How an operation ended, by what is known of its effect on the server.</summary>
public enum Outcome : byte
{
    /// <summary>2xx: it happened.</summary>
    Succeeded,

    /// <summary>The server said no (4xx, 429, 503, a refused stream): it did not happen.</summary>
    Rejected,

    /// <summary>A time-out, a reset or another 5xx: it may have happened.</summary>
    Unknown,

    /// <summary>It never left this process (shed, connection refused, TLS failed, timed out before it was sent).</summary>
    NotSent,
}
