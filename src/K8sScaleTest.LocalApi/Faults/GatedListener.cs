using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace K8sScaleTest.LocalApi.Faults;

/// <summary>A listener that can stop listening for a time and then goes on at the same port.</summary>
internal sealed class GatedListener : IConnectionListener
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private readonly ListenerGate _gate;
    private readonly CancellationTokenSource _ended = new();
    private volatile FaultRule? _closedBy;
    private IConnectionListener _inner;

    public GatedListener(ListenerGate gate, IConnectionListener inner)
    {
        _gate = gate;
        _inner = inner;
    }

    public EndPoint EndPoint => _inner.EndPoint;

    /// <summary>Stops listening at once; open connections live on.</summary>
    public void Close(FaultRule fault)
    {
        _closedBy = fault;
        // The accept that waits ends with null, and finds the fault.
        _ = _inner.UnbindAsync().AsTask();
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var accepted = await _inner.AcceptAsync(cancellationToken);
            if (accepted is not null || _closedBy is null || _ended.IsCancellationRequested) return accepted;
            await ReopenAsync();
            if (_ended.IsCancellationRequested) return null;
        }
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _ended.CancelAsync();
        await _inner.UnbindAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync();
        await _inner.DisposeAsync();
        _ended.Dispose();
    }

    /// <summary>Holds the port without listening while the fault is active, and then listens again.</summary>
    private async Task ReopenAsync()
    {
        try
        {
            var socket = await HoldAsync((IPEndPoint)_inner.EndPoint);
            while (_closedBy is { IsActive: true }) await Task.Delay(Poll, _ended.Token);
            _closedBy = null;
            _inner = await _gate.ListenAsync(_inner.EndPoint, _ended.Token, socket);
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The server ends.
        }
    }

    /// <summary>Bound, but not listening: connecting is refused, and nobody else can take the port.</summary>
    private async Task<Socket> HoldAsync(IPEndPoint endpoint)
    {
        while (true)
        {
            var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(endpoint);
                return socket;
            }
            catch (SocketException)
            {
                // The system has not let go of the old one, or a client has the port by chance for a moment.
                socket.Dispose();
                await Task.Delay(Poll, _ended.Token);
            }
        }
    }
}
