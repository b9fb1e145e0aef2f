using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace K8sScaleTest.Engine.Tests.Drivers;

/// <summary>A port that leads to a server, and can be closed and opened again: to its clients the server dies and comes back.</summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly Uri _server;
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly ConcurrentBag<Task> _tasks = [];
    private TcpListener? _listener;

    public TcpRelay(string server)
    {
        _server = new(server);
        Open(0);
    }

    public string Url => $"https://127.0.0.1:{Port}";

    private int Port { get; set; }

    /// <summary>Refuses connections, and resets those that are open.</summary>
    public void Close()
    {
        _listener?.Dispose();
        _listener = null;
        while (_sockets.TryTake(out var socket)) socket.Close(0);
    }

    /// <summary>Takes connections again, at the same port.</summary>
    public void Open() => Open(Port);

    public async ValueTask DisposeAsync()
    {
        Close();
        await Task.WhenAll(_tasks);
    }

    private void Open(int port)
    {
        var listener = _listener = new(IPAddress.Loopback, port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _tasks.Add(AcceptAsync(listener));
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true) _tasks.Add(CarryAsync(await listener.AcceptSocketAsync()));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task CarryAsync(Socket client)
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(client);
        _sockets.Add(server);
        try
        {
            await server.ConnectAsync(_server.Host, _server.Port);
            using var near = new NetworkStream(client);
            using var far = new NetworkStream(server);
            await Task.WhenAny(near.CopyToAsync(far), far.CopyToAsync(near));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // Closed.
        }

        client.Close(0);
        server.Close(0);
    }
}
