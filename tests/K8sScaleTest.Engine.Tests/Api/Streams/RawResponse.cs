using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace K8sScaleTest.Engine.Tests.Api.Streams;

/// <summary>One response of a <see cref="RawServer"/>.</summary>
internal sealed class RawResponse(TcpClient client, NetworkStream stream, CancellationToken stop)
{
    /// <summary>Ends when the test does.</summary>
    public CancellationToken Stop => stop;

    /// <summary>The headers, of a body in chunks.</summary>
    public Task BeginAsync(int status = 200, string contentType = "application/json", string headers = "") =>
        WriteAsync($"HTTP/1.1 {status} Raw\r\nContent-Type: {contentType}\r\nTransfer-Encoding: chunked\r\n{headers}\r\n");

    /// <summary>A piece of the body.</summary>
    public Task ChunkAsync(string text) => ChunkAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>A piece of the body.</summary>
    public async Task ChunkAsync(byte[] bytes)
    {
        await WriteAsync(bytes.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n");
        await stream.WriteAsync(bytes, stop);
        await WriteAsync("\r\n");
    }

    /// <summary>Ends the body in order.</summary>
    public Task EndAsync() => WriteAsync("0\r\n\r\n");

    /// <summary>Breaks the connection with a reset.</summary>
    public void Reset() => client.Client.Close(0);

    /// <summary>Says nothing any more, until the test is over.</summary>
    public Task HangAsync() => Task.Delay(Timeout.Infinite, stop);

    private Task WriteAsync(string text) => stream.WriteAsync(Encoding.Latin1.GetBytes(text), stop).AsTask();
}
