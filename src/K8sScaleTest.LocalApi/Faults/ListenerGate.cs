using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace K8sScaleTest.LocalApi.Faults;

/// <summary>Kestrel's listeners behind a gate: while it is closed nobody listens, and who connects is refused by the system.</summary>
internal sealed class ListenerGate : IConnectionListenerFactory
{
    private readonly Lock _gate = new();
    private readonly List<GatedListener> _listeners = [];
    private readonly ConcurrentDictionary<EndPoint, Socket> _held = new();
    private SocketTransportFactory? _sockets;

    /// <summary>Stands before the sockets that Kestrel would use, with all that it has set for them.</summary>
    public IConnectionListenerFactory Before(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<SocketTransportOptions>>();
        options.Value.CreateBoundListenSocket = Create;
        _sockets = new SocketTransportFactory(options, services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance);
        return this;
    }

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var listener = new GatedListener(this, await ListenAsync(endpoint, cancellationToken));
        lock (_gate) _listeners.Add(listener);
        return listener;
    }

    /// <summary>Closes it for as long as the fault is active.</summary>
    public void Close(FaultRule fault)
    {
        lock (_gate)
        {
            foreach (var listener in _listeners) listener.Close(fault);
        }
    }

    /// <summary>Listens; on a socket that is bound already where one is given.</summary>
    public ValueTask<IConnectionListener> ListenAsync(EndPoint endpoint, CancellationToken cancellationToken, Socket? held = null)
    {
        if (held is not null) _held[endpoint] = held;
        return _sockets!.BindAsync(endpoint, cancellationToken);
    }

    private Socket Create(EndPoint endpoint) =>
        _held.TryRemove(endpoint, out var held) ? held : SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
}
