using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace K8sScaleTest.TestSupport.Informers;

/// <summary>A TCP proxy on loopback before one server, which cuts connections, holds them up, or is not there at all.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly IPEndPoint _server;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<Socket, byte> _open = new();
    private readonly ManualResetEventSlim _flows = new(initialState: true);
    private TcpListener _listener;
    private Task _accepting;

    /// <param name="server">What is behind it.</param>
    public CuttingProxy(Uri server)
    {
        _server = new(IPAddress.Loopback, server.Port);
        _listener = new(IPAddress.Loopback, 0);
        _listener.Start();
        Url = new UriBuilder(server) { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri.ToString();
        _accepting = AcceptAsync(_listener);
    }

    public string Url { get; }

    /// <summary>Breaks all connections.</summary>
    public void Cut()
    {
        foreach (var socket in _open.Keys) socket.Close(0);
    }

    /// <summary>Passes nothing on until <see cref="Flow"/>.</summary>
    public void Stall() => _flows.Reset();

    public void Flow() => _flows.Set();

    /// <summary>Listens no longer until <see cref="Return"/>; connections are broken.</summary>
    public async Task LeaveAsync()
    {
        _listener.Stop();
        await _accepting;
        Cut();
    }

    public void Return()
    {
        _listener = new(IPAddress.Loopback, new Uri(Url).Port);
        _listener.Start();
        _accepting = AcceptAsync(_listener);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _flows.Set();
        await LeaveAsync();
        _stop.Dispose();
        _flows.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        List<Task> passing = [];
        try
        {
            while (true)
            {
                var client = await listener.AcceptSocketAsync(_stop.Token);
                var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
                _open[client] = _open[server] = 0;
                await server.ConnectAsync(_server, _stop.Token);
                client.NoDelay = server.NoDelay = true;
                passing.Add(PassAsync(client, server));
                passing.Add(PassAsync(server, client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            Cut();
            await Task.WhenAll(passing);
        }
    }

    private async Task PassAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            for (int read; (read = await from.ReceiveAsync(buffer)) > 0;)
            {
                while (!_flows.IsSet) await Task.Delay(10);
                await to.SendAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut, by one side or by us.
        }

        from.Close();
        to.Close();
        _open.TryRemove(from, out _);
    }
}
