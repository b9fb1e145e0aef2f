using System.Net;
using System.Net.Sockets;

namespace K8sScaleTest.Engine.Metrics;

/// <summary>
/// Serves a run's metrics to Prometheus under <c>/metrics</c> and says under <c>/healthz</c> that the process is alive. It listens from its making on, so that a
/// port in use is known before any load, until it is disposed.
/// </summary>
/// <remarks>
/// A listener of our own and not <c>HttpListener</c>, which knows no port 0, holds a port only in the form of a host name, and needs a reservation by an administrator on Windows.
/// </remarks>
public sealed class MetricsEndpoint : IAsyncDisposable
{
    /// <summary>The address of all of this machine's interfaces.</summary>
    public const string AllAddresses = "*";

    private static readonly TimeSpan LastScrapeLimit = TimeSpan.FromSeconds(2);
    private readonly Socket _listener;
    private readonly RunMetrics _metrics;
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationTokenSource _cutOff = new();
    private readonly Task _accepting;
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _open = 1; // the listener itself, and every connection

    private MetricsEndpoint(Socket listener, RunMetrics metrics, string host)
    {
        _listener = listener;
        _metrics = metrics;
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        Url = $"http://{host}:{Port}/metrics";
        _accepting = AcceptAsync();
    }

    /// <summary>The port that it listens on.</summary>
    public int Port { get; }

    /// <summary>Where the metrics are, as seen from this machine.</summary>
    public string Url { get; }

    /// <summary>Opens the port.</summary>
    /// <param name="metrics">What is served.</param>
    /// <param name="address"><see cref="AllAddresses"/>, <c>localhost</c>, or one of this machine's IP addresses.</param>
    /// <param name="port">The port; 0 for one that is free.</param>
    /// <exception cref="MetricsEndpointException">The port is in use, or the address is not one to listen on.</exception>
    public static MetricsEndpoint Open(RunMetrics metrics, string address, int port)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        var (ip, host) = Resolve(address);
        var listener = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (ip.Equals(IPAddress.IPv6Any)) listener.DualMode = true;
            listener.Bind(new IPEndPoint(ip, port));
            listener.Listen();
            return new(listener, metrics, host);
        }
        catch (SocketException e)
        {
            listener.Dispose();
            throw Explain(e, address, port);
        }
    }

    /// <summary>Stops listening; scrapes under way may end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _accepting;
        _listener.Dispose();
        Leave();
        _cutOff.CancelAfter(LastScrapeLimit);
        await _idle.Task;
        _closing.Dispose();
        _cutOff.Dispose();
    }

    private static (IPAddress Address, string Host) Resolve(string address)
    {
        if (address is AllAddresses or "") return (Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, "localhost");
        if (address.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return (IPAddress.Loopback, "localhost");
        if (!IPAddress.TryParse(address, out var ip))
        {
            throw new MetricsEndpointException(
                $"'{address}' is no address to serve metrics on: give {AllAddresses} for all of this machine's interfaces, localhost, or an IP address of this machine.", portInUse: false);
        }

        var any = ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any);
        return (ip, any ? "localhost" : ip.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{ip}]" : ip.ToString());
    }

    private static MetricsEndpointException Explain(SocketException e, string address, int port) => e.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => new(
            $"Port {port} is in use, so that the metrics cannot be served on it. End what listens there, choose another -MetricsPort, or give 0 to have a free one picked. No load was started.",
            portInUse: true, e),
        SocketError.AccessDenied => new($"This user may not listen on port {port}: choose a -MetricsPort from 1024 on, or 0. No load was started.", portInUse: false, e),
        SocketError.AddressNotAvailable => new($"'{address}' is not an address of this machine: give {MetricsEndpoint.AllAddresses}, localhost, or one that is. No load was started.", portInUse: false, e),
        _ => new($"Metrics cannot be served on {address}, port {port}: {e.Message}. No load was started.", portInUse: false, e),
    };

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync(_closing.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException)
            {
                // The peer went before it was accepted, or this process is out of sockets for now.
                await Task.Delay(TimeSpan.FromMilliseconds(100), CancellationToken.None);
                continue;
            }

            Interlocked.Increment(ref _open);
            _ = ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            using var exchange = new MetricsExchange(socket, _metrics);
            await exchange.RunAsync(_cutOff.Token);
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            // Whoever asked has gone, or never said what it wanted: no concern of the run.
        }
        finally
        {
            Leave();
        }
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _open) == 0) _idle.TrySetResult();
    }
}
