namespace K8sScaleTest.Engine.Api;

/// <summary>A fixed number of connections to one API server, the least pending taken first.</summary>
public sealed class ConnectionPool : IDisposable
{
    /// <summary>
    /// Connections when none are asked for, HTTP/2: API servers allow 100 to 250 streams on each, so that four carry 400 operations
    /// at once (at 100 ms each, 4,000 operations/s).
    /// </summary>
    public const int DefaultHttp2Connections = 4;

    /// <summary>Connections when none are asked for, HTTP/1.1: each carries one operation at a time.</summary>
    public const int DefaultHttp11Connections = 64;

    private readonly ApiConnection[] _connections;
    private int _next;

    /// <summary>Prepares the connections; each opens with its first request.</summary>
    /// <param name="target">The API server.</param>
    /// <param name="httpVersion">HTTP/2 or HTTP/1.1.</param>
    /// <param name="connections">How many; null for the version's default.</param>
    public ConnectionPool(ApiTarget target, Version httpVersion, int? connections = null)
    {
        ArgumentNullException.ThrowIfNull(target);
        HttpVersion = httpVersion;
        var count = connections ?? Default(httpVersion);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(connections));
        _connections = new ApiConnection[count];
        for (var i = 0; i < count; i++) _connections[i] = ApiConnection.ForWrites(target, i);
    }

    /// <summary>HTTP/2 or HTTP/1.1.</summary>
    public Version HttpVersion { get; }

    /// <summary>All connections.</summary>
    public IReadOnlyList<ApiConnection> Connections => _connections;

    /// <summary>The number of connections for a version of HTTP when none is given.</summary>
    public static int Default(Version httpVersion) =>
        httpVersion == System.Net.HttpVersion.Version20 ? DefaultHttp2Connections : DefaultHttp11Connections;

    /// <summary>
    /// The connection with the fewest operations under way. Equals take turns: behind a load balancer each connection may end at
    /// another API server, and at low rates, too, all of them are to be measured.
    /// </summary>
    internal ApiConnection LeastPending()
    {
        // A lost update here only repeats a turn.
        var start = _next;
        _next = start + 1 == _connections.Length ? 0 : start + 1;
        if ((uint)start >= (uint)_connections.Length) start = 0;
        var best = _connections[start];
        var fewest = best.Pending;
        for (var i = 1; i < _connections.Length && fewest > 0; i++)
        {
            var candidate = _connections[(start + i) % _connections.Length];
            var pending = candidate.Pending;
            if (pending >= fewest) continue;
            best = candidate;
            fewest = pending;
        }

        return best;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var connection in _connections) connection.Dispose();
    }
}
