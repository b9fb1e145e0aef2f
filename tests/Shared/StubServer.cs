using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace K8sScaleTest.TestSupport;

/// <summary>
/// A server on loopback that speaks just enough HTTP/1.1, with or without TLS, and shares no line of code with what it tests.
/// </summary>
internal sealed class StubServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<StubRequest, StubResponse> _answer;
    private readonly X509Certificate2? _certificate;
    private readonly SslStreamCertificateContext? _context;
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;

    public StubServer(X509Certificate2? certificate, Func<StubRequest, StubResponse> answer, params X509Certificate2[] chain)
    {
        _certificate = certificate;
        _context = certificate is null ? null : SslStreamCertificateContext.Create(certificate, [.. chain], offline: true);
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Url => $"{(_certificate is null ? "http" : "https")}://127.0.0.1:{Port}";

    public ConcurrentQueue<StubRequest> Requests { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var stream = await SecureAsync(client.GetStream());
                var clientName = (stream as SslStream)?.RemoteCertificate?.Subject;
                using var reader = new StreamReader(stream, Encoding.Latin1);
                while (await ReadAsync(reader, clientName) is { } request)
                {
                    Requests.Enqueue(request);
                    var response = _answer(request);
                    if (response.Abort)
                    {
                        client.Client.Close(0);
                        return;
                    }

                    var body = Encoding.UTF8.GetBytes(response.Body);
                    var head = $"HTTP/1.1 {response.Status} Stub\r\nContent-Type: {response.ContentType}\r\nContent-Length: {body.Length}\r\n\r\n";
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(head), _stop.Token);
                    await stream.WriteAsync(body, _stop.Token);
                    await stream.FlushAsync(_stop.Token);
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or AuthenticationException or ObjectDisposedException)
            {
                // The client went away, as clients that distrust a certificate do.
            }
        }
    }

    private async Task<Stream> SecureAsync(NetworkStream network)
    {
        if (_context is null) return network;
        var stream = new SslStream(network);
        await stream.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificateContext = _context,
                ClientCertificateRequired = true,
                // Whoever presents a certificate may come in: the tests look at which one it was.
                RemoteCertificateValidationCallback = (_, _, _, _) => _context is not null,
                ApplicationProtocols = [SslApplicationProtocol.Http11],
            },
            _stop.Token);
        return stream;
    }

    private async Task<StubRequest?> ReadAsync(StreamReader reader, string? clientName)
    {
        if (await reader.ReadLineAsync(_stop.Token) is not { Length: > 0 } first) return null;
        if (!first.EndsWith(" HTTP/1.1", StringComparison.Ordinal))
        {
            // A TLS handshake, say. Go's server answers in the same words.
            await reader.BaseStream.WriteAsync("HTTP/1.0 400 Bad Request\r\n\r\n"u8.ToArray(), _stop.Token);
            return null;
        }

        List<KeyValuePair<string, string>> headers = [];
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers.Add(new(line[..colon], line[(colon + 1)..].Trim()));
        }

        var length = headers.Where(header => header.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)).Select(header => header.Value).FirstOrDefault();
        var body = new char[length is null ? 0 : int.Parse(length, CultureInfo.InvariantCulture)];
        if (body.Length > 0) await reader.ReadBlockAsync(body, _stop.Token);
        var parts = first.Split(' ');
        return new StubRequest(parts[0], parts[1], headers, new string(body), clientName);
    }
}
