using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Api;

/// <summary>Says what an exception of the transport means.</summary>
public static class TransportFault
{
    private const string WrongVersion = "The server does not speak the HTTP version asked for: try -HttpVersion 1.1.";

    // RFC 9113, section 7.
    private const long RefusedStream = 0x7;
    private const long NoError = 0x0;
    private const long InternalError = 0x2;
    private const long Cancel = 0x8;
    private const long EnhanceYourCalm = 0xb;

    /// <summary>The reason, one of <see cref="Reasons"/>, and a message that holds no secret.</summary>
    /// <param name="e">What a handler, or a stream of it, threw.</param>
    public static (string Reason, string Message) Classify(Exception e)
    {
        ArgumentNullException.ThrowIfNull(e);
        if (Find<CertificateRejectedException>(e) is { } certificate) return (Reasons.TlsFailed, certificate.Message);
        if (Find<HttpProtocolException>(e) is { } protocol) return Protocol(protocol);
        if (IsConnectTimeout(e)) return (Reasons.ConnectionRefused, "No connection could be made in time: nothing answers at this address, or a firewall drops the packets.");
        // Before the chain is searched: a cancelled read holds the SocketException of its own cancellation.
        if (e is OperationCanceledException or TimeoutException) return (Reasons.Timeout, "No whole response within the time allowed.");
        var request = Find<HttpRequestException>(e);
        if (request is not null && Request(request) is { } known) return known;
        if (Find<AuthenticationException>(e) is { } tls) return (Reasons.TlsFailed, Tls(tls));
        if (Find<SocketException>(e) is { } socket) return Socket(socket);
        if (request is not null || Find<IOException>(e) is not null) return (Reasons.ConnectionReset, "The connection was closed under the request: " + Innermost(e).Message);
        return (Reasons.ProtocolError, $"{e.GetType().Name}: {e.Message}");
    }

    /// <summary>The fault as an exception for a user: what could not be reached, why, and what to do.</summary>
    /// <param name="e">What a handler threw.</param>
    /// <param name="server">The server.</param>
    public static ApiException ToException(Exception e, Uri server)
    {
        ArgumentNullException.ThrowIfNull(server);
        var (reason, message) = Classify(e);
        var finer = Find<CertificateRejectedException>(e)?.Reason ?? reason;
        var remedy = reason switch
        {
            Reasons.ConnectionRefused => " Check that the API server runs, and that the kubeconfig (or -Server) has its address.",
            Reasons.HostNotFound => " Check the name in the kubeconfig (or -Server), and this machine's DNS.",
            Reasons.Timeout => " Check that the server is not overloaded or behind a firewall.",
            Reasons.ProtocolError or Reasons.ConnectionReset when server.Scheme == Uri.UriSchemeHttp => " Does the server speak TLS (https)?",
            _ => "",
        };
        return new ApiException(finer, $"{server.GetLeftPart(UriPartial.Path).TrimEnd('/')} cannot be used: {message}{remedy}", innerException: e);
    }

    private static (string, string) Protocol(HttpProtocolException e) => e.ErrorCode switch
    {
        RefusedStream => (Reasons.StreamRefused, "The server refused the stream unprocessed."),
        NoError => (Reasons.ConnectionReset, "The server closed the HTTP/2 connection or stream before its answer was whole (NO_ERROR)."),
        InternalError => (Reasons.ConnectionReset, "The server reset the HTTP/2 stream (INTERNAL_ERROR)."),
        Cancel => (Reasons.ConnectionReset, "The server reset the HTTP/2 stream (CANCEL)."),
        EnhanceYourCalm => (Reasons.ConnectionReset, "The server closed the HTTP/2 connection: too much traffic of a kind that it does not like (ENHANCE_YOUR_CALM)."),
        var code => (Reasons.ProtocolError, string.Create(CultureInfo.InvariantCulture, $"HTTP/2 failed with error 0x{code:x}.")),
    };

    private static (string, string)? Request(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => (Reasons.HostNotFound, "The server's name cannot be resolved."),
        HttpRequestError.ConnectionError when Find<SocketException>(e) is { } socket => Socket(socket),
        HttpRequestError.ConnectionError => (Reasons.ConnectionRefused, "The connection could not be made: " + Innermost(e).Message),
        HttpRequestError.SecureConnectionError => (Reasons.TlsFailed, Find<AuthenticationException>(e) is { } tls ? Tls(tls) : HandshakeEnded(e)),
        HttpRequestError.VersionNegotiationError => (Reasons.ProtocolError, WrongVersion),
        HttpRequestError.ResponseEnded => (Reasons.ConnectionReset, "The response ended before it was complete."),
        HttpRequestError.HttpProtocolError => (Reasons.ProtocolError, "The server broke the HTTP protocol: " + Innermost(e).Message),
        HttpRequestError.InvalidResponse => (Reasons.ProtocolError, "The response is not valid HTTP: " + Innermost(e).Message),
        HttpRequestError.ConfigurationLimitExceeded => (Reasons.ProtocolError, "The response's headers are too long."),
        _ => null,
    };

    private static (string, string) Socket(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => (Reasons.HostNotFound, "The server's name cannot be resolved."),
        SocketError.ConnectionRefused => (Reasons.ConnectionRefused, "The connection was refused: nothing listens at this address and port."),
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown or SocketError.HostDown =>
            (Reasons.ConnectionRefused, "The address cannot be reached from this machine."),
        SocketError.TimedOut => (Reasons.ConnectionRefused, "No connection could be made in time: nothing answers at this address, or a firewall drops the packets."),
        SocketError.AddressNotAvailable => (Reasons.ConnectionRefused, "This machine has no local port left for another connection."),
        SocketError.TooManyOpenSockets => (Reasons.ConnectionRefused, "This process may not open more sockets: raise its limit of open files."),
        _ => (Reasons.ConnectionReset, "The connection was reset or closed under the request: " + e.Message),
    };

    private static string Tls(AuthenticationException e)
    {
        var message = Innermost(e).Message;
        if (message.Contains("application protocol", StringComparison.Ordinal)) return WrongVersion;
        return message.Contains("frame size", StringComparison.Ordinal) || message.Contains("wrong version number", StringComparison.Ordinal)
            ? "What answers at this port does not speak TLS: is it a plain http server?"
            : "The TLS handshake failed: " + message + (message.Contains("certificate required", StringComparison.Ordinal) || message.Contains("handshake failure", StringComparison.Ordinal)
                ? " The server may demand a client certificate, or another TLS version." : "");
    }

    private static string HandshakeEnded(HttpRequestException e) => "The server closed the connection during the TLS handshake: " + Innermost(e).Message;

    private static bool IsConnectTimeout(Exception e) =>
        e is OperationCanceledException && e.InnerException is TimeoutException inner && inner.Message.Contains("ConnectTimeout", StringComparison.Ordinal);

    private static T? Find<T>(Exception? e)
        where T : Exception
    {
        for (; e is not null; e = e.InnerException)
        {
            if (e is T found) return found;
        }

        return null;
    }

    private static Exception Innermost(Exception e)
    {
        while (e.InnerException is { } inner) e = inner;
        return e;
    }
}
