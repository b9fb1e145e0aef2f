namespace K8sScaleTest.Engine.Records;

/// <summary>Reasons of this side, beside those that a server's Status gives.</summary>
public static class Reasons
{
    /// <summary>More than MaxInFlight operations were under way: it was not sent.</summary>
    public const string Shed = nameof(Shed);

    /// <summary>No whole response within the request time-out (outcome Unknown when sent, NotSent when not).</summary>
    public const string Timeout = nameof(Timeout);

    /// <summary>The server refused the stream unprocessed (REFUSED_STREAM, GOAWAY).</summary>
    public const string StreamRefused = nameof(StreamRefused);

    /// <summary>The connection was reset or closed under the request.</summary>
    public const string ConnectionReset = nameof(ConnectionReset);

    /// <summary>The TCP connection was refused or could not be made.</summary>
    public const string ConnectionRefused = nameof(ConnectionRefused);

    /// <summary>The server's name could not be resolved.</summary>
    public const string HostNotFound = nameof(HostNotFound);

    /// <summary>The TLS handshake failed.</summary>
    public const string TlsFailed = nameof(TlsFailed);

    /// <summary>The server broke the HTTP protocol.</summary>
    public const string ProtocolError = nameof(ProtocolError);

    /// <summary>The run was stopped and its drain time-out over before the response came.</summary>
    public const string Stopped = nameof(Stopped);

    /// <summary>An update or a delete found nothing after a create or a delete of unknown outcome: that create never happened, or that delete did.</summary>
    public const string ExpectedNotFound = nameof(ExpectedNotFound);
}
