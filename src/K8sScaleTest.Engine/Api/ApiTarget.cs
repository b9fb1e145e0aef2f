using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace K8sScaleTest.Engine.Api;

/// <summary>
/// One API server as a client reaches it: its URL, who the client is, and whom it trusts. Credentials are kept fresh in the background for as long as the
/// target lives.
/// </summary>
/// <remarks>
/// A server may be plain <c>http://</c> (kubectl proxy, a test's server): HTTP/1.1 then, or HTTP/2 with prior knowledge (h2c). As in client-go no credential
/// is ever sent over it.
/// </remarks>
public sealed class ApiTarget : IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(15);

    // As golang.org/x/net/http2 in client-go. What .NET begins with, 64 KB, makes a burst of events wait, and every few of them tell the server to go on.
    private const int StreamWindow = 4 << 20;

    private readonly string _base;
    private readonly ServerTrust _trust;
    private readonly string? _tlsServerName;
    private readonly string? _fixedAuthorization;
    private readonly X509Certificate2Collection? _fixedCertificates;
    private readonly CredentialRefresher? _refresher;

    internal ApiTarget(TargetPlan plan, CredentialRefresher? refresher)
    {
        Server = plan.Server;
        _base = plan.Server.GetLeftPart(UriPartial.Path).TrimEnd('/');
        Context = plan.Context;
        Namespace = plan.Namespace;
        Source = plan.Source;
        Headers = plan.Headers;
        _trust = plan.Trust;
        _tlsServerName = plan.TlsServerName;
        _fixedAuthorization = plan.Fixed.Authorization;
        _fixedCertificates = plan.Fixed.Certificates;
        _refresher = refresher;
    }

    /// <summary>The server's URL; it may have a path, below which everything lies.</summary>
    public Uri Server { get; }

    /// <summary>The server's URL as text, without a slash at its end.</summary>
    public string Url => _base;

    /// <summary>The context in use; null in a cluster, and without a kubeconfig.</summary>
    public string? Context { get; }

    /// <summary>The context's namespace, <c>default</c> without one.</summary>
    public string Namespace { get; }

    /// <summary>Where all this comes from, for messages: files and context, never a secret.</summary>
    public string Source { get; }

    /// <summary>The whole Authorization header, or null: the same string until it is renewed. Reading it never waits.</summary>
    public string? Authorization => _fixedAuthorization ?? _refresher?.Current.Authorization;

    /// <summary>Headers that every request carries besides: impersonation.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; }

    /// <summary>Why the credentials could not be renewed the last time; null when all is well.</summary>
    public ApiException? CredentialFault => _refresher?.Fault;

    /// <summary>Whether the server's certificate goes unverified.</summary>
    public bool Insecure => _trust.Insecure;

    /// <summary>Finds the target that the options describe, and its first credential.</summary>
    /// <param name="options">What the user said.</param>
    /// <param name="cancellationToken">Ends a credential plugin that is being waited for.</param>
    /// <exception cref="ApiException">No kubeconfig, a wrong one, an unknown context, a proxy that applies, no credentials: see <see cref="ApiReasons"/>. No request has been sent.</exception>
    public static async Task<ApiTarget> ResolveAsync(TargetOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var plan = await TargetPlan.MakeAsync(options, cancellationToken);
        var refresher = plan.Credentials is { } source ? await CredentialRefresher.StartAsync(source, cancellationToken) : null;
        return new ApiTarget(plan, refresher);
    }

    /// <summary>What the options lead to, without a credential fetched or a request sent; for plans and <c>-WhatIf</c>.</summary>
    /// <param name="options">What the user said.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="ApiException">As <see cref="ResolveAsync"/>.</exception>
    public static async Task<TargetDescription> DescribeAsync(TargetOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var plan = await TargetPlan.MakeAsync(options, cancellationToken);
        return new TargetDescription(plan.Server.GetLeftPart(UriPartial.Path).TrimEnd('/'), plan.Context, plan.Namespace, plan.Source);
    }

    /// <summary>The names of the contexts that the options' kubeconfig offers; for completion.</summary>
    /// <param name="options">What the user said.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="ApiException">The kubeconfig cannot be read.</exception>
    public static async Task<IReadOnlyList<string>> ListContextsAsync(TargetOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return await Kubeconfig.LoadAsync(options, cancellationToken) is { } config ? [.. config.Contexts.Keys.Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>The URL of a path on this server.</summary>
    /// <param name="pathAndQuery">It begins with a slash.</param>
    public Uri UriFor(string pathAndQuery) => new(_base + pathAndQuery);

    /// <summary>Puts credentials and impersonation onto a request.</summary>
    /// <param name="request">The request.</param>
    public void Authorize(HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (Authorization is { } authorization) request.Headers.TryAddWithoutValidation("Authorization", authorization);
        foreach (var (name, value) in Headers) request.Headers.TryAddWithoutValidation(name, value);
    }

    /// <summary>Says that the server answered 401, so that a credential that can be renewed is. Cheap; to be called at every 401.</summary>
    public void ReportUnauthorized() => _refresher?.Refused();

    /// <summary>
    /// A new handler with connections of its own, at most one of HTTP/2: TLS 1.2 or later, no proxy, no cookies, no redirects, no decompression, no tracing
    /// headers; pings after 30 s of silence; connections that never go stale by themselves.
    /// </summary>
    public SocketsHttpHandler CreateHandler()
    {
        var handler = new SocketsHttpHandler
        {
            ActivityHeadersPropagator = null,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = ConnectTimeout,
            EnableMultipleHttp2Connections = false,
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            PlaintextStreamFilter = static (context, _) => ValueTask.FromResult(Filter(context, endsInTrailers: false)),
            UseCookies = false,
            UseProxy = false,
        };
        if (Server.Scheme == Uri.UriSchemeHttps) ConfigureTls(handler.SslOptions);
        if (HasOtherName) SetConnect(handler, static (context, cancellationToken) => ConnectAsync(context, null, cancellationToken));
        return handler;
    }

    /// <summary>
    /// As <see cref="CreateHandler"/>, for lists and watches, with client-go's manners in HTTP/2: a server may send as much unread as to client-go, and of a response that
    /// is broken off nothing is lost that had come. Its readers must read through a <see cref="BrokenOffStream"/>, or they would take it for whole.
    /// </summary>
    /// <param name="receiveBuffer">The sockets' receive buffer in bytes, for slow readers; null for the system's own, which grows with what it holds.</param>
    internal SocketsHttpHandler CreateReadingHandler(int? receiveBuffer = null)
    {
        var handler = CreateHandler();
        handler.InitialHttp2StreamWindowSize = StreamWindow;
        SetConnect(handler, async (context, cancellationToken) =>
        {
            var socket = await ConnectAsync(context, receiveBuffer, cancellationToken);

            // Over HTTP/1.1 each of a thousand watches has a connection: none of them shall hold a buffer.
            return receiveBuffer is null && context.InitialRequestMessage.Version.Major == 2 ? new ReadAheadStream(socket) : socket;
        });
        handler.PlaintextStreamFilter = static (context, _) => ValueTask.FromResult(Filter(context, endsInTrailers: true));
        return handler;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_refresher is not null) await _refresher.DisposeAsync();
    }

    /// <summary>Stops renewing the credentials, without waiting for a renewal under way.</summary>
    public void Dispose() => _refresher?.Stop();

    private bool HasOtherName => _tlsServerName is not null && Server.Scheme == Uri.UriSchemeHttps;

    private static Stream Filter(SocketsHttpPlaintextStreamFilterContext context, bool endsInTrailers) =>
        context.NegotiatedHttpVersion.Major == 2 ? new GentleResetStream(context.PlaintextStream, endsInTrailers) : context.PlaintextStream;

    private void ConfigureTls(SslClientAuthenticationOptions options)
    {
        options.EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        _trust.Apply(options, _tlsServerName ?? Server.IdnHost);
        if (_fixedCertificates is { } own)
        {
            // With the intermediates, which a mere list of client certificates leaves out.
            options.ClientCertificateContext = SslStreamCertificateContext.Create(own[0], [.. own.Skip(1)], offline: true);
        }
        else if (_refresher?.Current.Certificates is not null)
        {
            options.LocalCertificateSelectionCallback = (_, _, _, _, _) => _refresher.Current.Certificates?[0]!;
            // A resumed session would go on with the certificate of the first one.
            options.AllowTlsResume = false;
        }
    }

    private void SetConnect(SocketsHttpHandler handler, Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect) =>
        handler.ConnectCallback = HasOtherName
            ? async (context, cancellationToken) => await SecureByOtherNameAsync(context, await connect(context, cancellationToken), cancellationToken)
            : connect;

    /// <summary>The handler always takes the URL's host for SNI and verification, so with <c>tls-server-name</c> the TLS stream is made here.</summary>
    private async ValueTask<Stream> SecureByOtherNameAsync(SocketsHttpConnectionContext context, Stream connected, CancellationToken cancellationToken)
    {
        var stream = new SslStream(connected);
        try
        {
            var options = new SslClientAuthenticationOptions { TargetHost = _tlsServerName };
            ConfigureTls(options);
            options.ApplicationProtocols = context.InitialRequestMessage.Version.Major >= 2 ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] : [SslApplicationProtocol.Http11];
            await stream.AuthenticateAsClientAsync(options, cancellationToken);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, int? receiveBuffer, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // Before connecting: the window that TCP offers follows from it.
            if (receiveBuffer is { } size) socket.ReceiveBufferSize = size;
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
