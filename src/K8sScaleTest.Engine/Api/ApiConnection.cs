namespace K8sScaleTest.Engine.Api;

/// <summary>
/// One connection to the API server: a handler of its own that opens one HTTP/2 connection, or one HTTP/1.1 connection, and opens
/// it anew when it breaks. How many operations are under way on it is counted by whoever uses it.
/// </summary>
public sealed class ApiConnection : IDisposable
{
    /// <summary>A receive buffer that is full when its reader is slow: the kernel makes it about twice this.</summary>
    public const int SmallReceiveBuffer = 4096;

    private readonly HttpMessageInvoker _invoker;
    private int _pending;

    private ApiConnection(ApiTarget target, int index, SocketsHttpHandler handler)
    {
        Index = index;
        Server = target.Server.Authority;
        handler.EnableMultipleHttp2Connections = false;
        handler.MaxConnectionsPerServer = 1;
        _invoker = new(handler, disposeHandler: true);
    }

    /// <summary>Prepares a connection for writes, which opens with its first request.</summary>
    /// <param name="target">The server.</param>
    /// <param name="index">The connection's number.</param>
    internal static ApiConnection ForWrites(ApiTarget target, int index) => new(target, index, target.CreateHandler());

    /// <summary>Prepares a connection for lists and watches, which opens with its first request.</summary>
    /// <param name="target">The server.</param>
    /// <param name="index">The connection's number.</param>
    /// <param name="receiveBuffer">The socket's receive buffer in bytes; null for the system's own, which grows.</param>
    public static ApiConnection ForReads(ApiTarget target, int index, int? receiveBuffer = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new(target, index, target.CreateReadingHandler(receiveBuffer));
    }

    /// <summary>The connection's number, from 0.</summary>
    public int Index { get; }

    /// <summary>Host and port of the server.</summary>
    public string Server { get; }

    /// <summary>Operations under way.</summary>
    public int Pending => Volatile.Read(ref _pending);

    /// <summary>Counts one more operation under way; returns how many there are now.</summary>
    internal int Acquire() => Interlocked.Increment(ref _pending);

    /// <summary>Counts one operation less.</summary>
    internal void Release() => Interlocked.Decrement(ref _pending);

    /// <summary>Sends a request; returns when the response's headers are there.</summary>
    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _invoker.SendAsync(request, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _invoker.Dispose();
}
