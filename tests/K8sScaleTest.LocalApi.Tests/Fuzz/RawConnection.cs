using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace K8sScaleTest.LocalApi.Tests.Fuzz;

/// <summary>A TLS connection on which anything can be sent.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly TcpClient _tcp;
    private readonly SslStream _tls;

    private RawConnection(TcpClient tcp, SslStream tls)
    {
        _tcp = tcp;
        _tls = tls;
    }

    public static async Task<TcpClient> ConnectAsync(LocalApiProcess server, CancellationToken cancellation)
    {
        var tcp = new TcpClient { NoDelay = true };
        await tcp.ConnectAsync(new Uri(server.Url).Host, new Uri(server.Url).Port, cancellation);
        return tcp;
    }

    public static async Task<RawConnection> OpenAsync(LocalApiProcess server, SslApplicationProtocol protocol, CancellationToken cancellation)
    {
        var tcp = await ConnectAsync(server, cancellation);
        var tls = new SslStream(tcp.GetStream());
        var options = Trust.In(server);
        options.ApplicationProtocols = [protocol];
        await tls.AuthenticateAsClientAsync(options, cancellation);
        return new RawConnection(tcp, tls);
    }

    /// <summary>Sends all of it; false when the server has closed the connection meanwhile, which it may.</summary>
    public async Task<bool> SendAsync(byte[] bytes, CancellationToken cancellation)
    {
        try
        {
            await _tls.WriteAsync(bytes, cancellation);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>What comes until the server closes, has answered once, or has nothing to say for a while.</summary>
    public async Task<string> ReceiveAsync(TimeSpan patience, CancellationToken cancellation)
    {
        var bytes = new byte[64 * 1024];
        var text = new StringBuilder();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        try
        {
            while (await _tls.ReadAsync(bytes, limit.Token) is > 0 and var read)
            {
                text.Append(Encoding.UTF8.GetString(bytes, 0, read));
                if (IsWhole(text)) break;
            }
        }
        catch (Exception ended) when (ended is IOException || (ended is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // Closed, or waiting for the rest of a request that has none.
        }
        return text.ToString();
    }

    /// <summary>Goes away without a word.</summary>
    public void Reset()
    {
        _tcp.LingerState = new LingerOption(true, 0);
        _tcp.Close();
    }

    public void Dispose()
    {
        _tls.Dispose();
        _tcp.Dispose();
    }

    private static bool IsWhole(StringBuilder received)
    {
        var text = received.ToString();
        var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (head < 0) return false;
        var length = System.Text.RegularExpressions.Regex.Match(text[..head], @"\r\nContent-Length: (\d+)");
        return length.Success ? Encoding.UTF8.GetByteCount(text.AsSpan(head + 4)) >= int.Parse(length.Groups[1].Value) : text.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal);
    }
}
