using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace K8sScaleTest.Benchmarks.Server;

/// <summary>One watch over HTTP/1.1 on a connection of its own, read as bytes: an event is a line, and nothing else is looked at.</summary>
internal sealed class ByteWatch : IDisposable
{
    private readonly TcpClient _tcp;
    private readonly SslStream _tls;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private byte _last;

    private ByteWatch(TcpClient tcp, SslStream tls)
    {
        _tcp = tcp;
        _tls = tls;
    }

    /// <summary>Opens it, and returns once the server has begun to answer.</summary>
    public static async Task<ByteWatch> OpenAsync(BenchmarkTarget target, string path)
    {
        var tcp = new TcpClient { NoDelay = true };
        await tcp.ConnectAsync(target.Url.Host, target.Url.Port);
        var tls = new SslStream(tcp.GetStream());
        var trust = target.Trust();
        trust.ApplicationProtocols = [SslApplicationProtocol.Http11];
        await tls.AuthenticateAsClientAsync(trust);
        var watch = new ByteWatch(tcp, tls);
        await tls.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {target.Url.Authority}\r\nAuthorization: Bearer {target.Token}\r\n\r\n"));
        var head = new StringBuilder();
        while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await tls.ReadAsync(watch._buffer.AsMemory(0, 1));
            if (read == 0) throw new InvalidOperationException($"The watch ended before it began: {head}");
            head.Append((char)watch._buffer[0]);
        }
        if (!head.ToString().StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal)) throw new InvalidOperationException($"The watch was refused: {head}");
        return watch;
    }

    /// <summary>Reports how many events each read brought, until the end of the watch.</summary>
    public async Task ReadAsync(Action<int> arrived)
    {
        try
        {
            while (await _tls.ReadAsync(_buffer) is > 0 and var read)
            {
                var events = Count(_buffer.AsSpan(0, read));
                if (events > 0) arrived(events);
            }
        }
        catch (Exception ended) when (ended is IOException or ObjectDisposedException)
        {
            // Closed by whoever opened it.
        }
    }

    public void Dispose()
    {
        _tcp.Close();
        _tls.Dispose();
    }

    /// <summary>Lines that JSON ends; those of the chunked form end in CR LF.</summary>
    private int Count(ReadOnlySpan<byte> bytes)
    {
        var count = 0;
        while (bytes.IndexOf((byte)'\n') is >= 0 and var at)
        {
            if ((at == 0 ? _last : bytes[at - 1]) == (byte)'}') count++;
            _last = (byte)'\n';
            bytes = bytes[(at + 1)..];
        }
        if (bytes.Length > 0) _last = bytes[^1];
        return count;
    }
}
