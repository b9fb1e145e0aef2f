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

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var listener = await GatedListener.BindAsync(endpoint, cancellationToken);
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

    /// <summary>The sockets of Kestrel, one of which may be handed to it ready bound.</summary>
    internal static SocketTransportFactory Sockets(Func<EndPoint, Socket> create) =>
        new(Options.Create(new SocketTransportOptions { CreateBoundListenSocket = create }), NullLoggerFactory.Instance);
}
