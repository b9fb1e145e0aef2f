using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace K8sScaleTest.RealApi.Tests.ScaleTests;

/// <summary>A TCP proxy in front of an API server that cuts all connections in the middle of what they carry, or lets them stand still, again and again.</summary>
internal sealed class RoughProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Uri _server;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Socket, Socket> _pairs = [];
    private readonly ConcurrentBag<Task> _tasks = [];
    private TaskCompletionSource _gate = new();
    private int _cuts;
    private int _stalls;

    public RoughProxy(Uri server)
    {
        _server = server;
        _gate.SetResult();
        _listener.Start();
        _tasks.Add(AcceptAsync());
    }

    /// <summary>Where it stands in for the server.</summary>
    public string Url => $"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public int Cuts => _cuts;

    public int Stalls => _stalls;

    /// <summary>Begins: after each pause it cuts all connections or, every other time, stalls them.</summary>
    public void Begin(TimeSpan pause, TimeSpan stall) => _tasks.Add(TroubleAsync(pause, stall));

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _gate.TrySetResult();
        _listener.Dispose();
        foreach (var pair in _pairs) Close(pair.Key, pair.Value);
        await Task.WhenAll(_tasks);
        _end.Dispose();
    }

    private static void Close(Socket one, Socket other)
    {
        // A reset, as from a middlebox that has forgotten the connection.
        one.Close(0);
        other.Close(0);
    }

    private async Task TroubleAsync(TimeSpan pause, TimeSpan stall)
    {
        for (var i = 0; !_end.IsCancellationRequested; i++)
        {
            await Task.Delay(pause, _end.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
            if (i % 2 == 1)
            {
                Interlocked.Increment(ref _stalls);
                Volatile.Write(ref _gate, new(TaskCreationOptions.RunContinuationsAsynchronously));
                await Task.Delay(stall, _end.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
                _gate.TrySetResult();
            }
            else
            {
                Interlocked.Increment(ref _cuts);

                // Those that there are now: who connects again while others are still being cut is let through.
                foreach (var pair in _pairs.ToArray()) Close(pair.Key, pair.Value);
            }
        }
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync(_end.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            _tasks.Add(CarryAsync(client));
        }
    }

    private async Task CarryAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        try
        {
            await server.ConnectAsync(_server.Host, _server.Port, _end.Token);
            _pairs[client] = server;
            await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Its other end sees it.
        }

        _pairs.TryRemove(client, out _);
        Close(client, server);
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var read)
            {
                await Volatile.Read(ref _gate).Task;
                for (var sent = 0; sent < read;) sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut, or the end.
        }
    }
}
