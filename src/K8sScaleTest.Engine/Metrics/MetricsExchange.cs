using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace K8sScaleTest.Engine.Metrics;

/// <summary>One request to the metrics port and its answer; the connection is then closed.</summary>
internal sealed class MetricsExchange(Socket socket, RunMetrics metrics) : IDisposable
{
    private const int LongestRequest = 16 * 1024;
    private const string PlainText = "text/plain; charset=utf-8";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private readonly byte[] _request = new byte[LongestRequest];

    /// <summary>Reads the request and answers it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        var (method, path) = await ReadAsync(limit.Token);
        if (method is null) await AnswerAsync("400 Bad Request", PlainText, "Not an HTTP request.\n"u8.ToArray(), withBody: true, limit.Token);
        else await AnswerAsync(method, path, limit.Token);

        // Closing with unread bytes would reset the connection under the answer.
        socket.Shutdown(SocketShutdown.Send);
        while (await socket.ReceiveAsync(_request, limit.Token) > 0)
        {
        }
    }

    public void Dispose() => socket.Dispose();

    /// <summary>Reads up to the end of the headers; no request that is answered here has a body worth reading.</summary>
    private async Task<(string? Method, string Path)> ReadAsync(CancellationToken cancellationToken)
    {
        var length = 0;
        int end;
        while ((end = _request.AsSpan(0, length).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (length == _request.Length) return (null, "");
            var read = await socket.ReceiveAsync(_request.AsMemory(length), cancellationToken);
            if (read == 0) return (null, "");
            length += read;
        }

        var headers = _request.AsSpan(0, end);
        var lineEnd = headers.IndexOf("\r\n"u8);
        var parts = Encoding.ASCII.GetString(lineEnd < 0 ? headers : headers[..lineEnd]).Split(' ');
        if (parts.Length != 3 || !parts[2].StartsWith("HTTP/1.", StringComparison.Ordinal)) return (null, "");
        return (parts[0], parts[1].Split('?')[0]);
    }

    private async Task AnswerAsync(string method, string path, CancellationToken cancellationToken)
    {
        var withBody = method != "HEAD";
        if (withBody && method != "GET")
        {
            await AnswerAsync("405 Method Not Allowed", PlainText, "Only GET and HEAD.\n"u8.ToArray(), withBody, cancellationToken);
            return;
        }

        switch (path)
        {
            case "/metrics":
                using (var body = new MemoryStream())
                {
                    await metrics.ExportAsync(body, cancellationToken);
                    await AnswerAsync("200 OK", RunMetrics.ContentType, body.GetBuffer().AsMemory(0, (int)body.Length), withBody, cancellationToken);
                }

                break;
            case "/healthz":
                await AnswerAsync("200 OK", PlainText, "ok"u8.ToArray(), withBody, cancellationToken);
                break;
            default:
                await AnswerAsync("404 Not Found", PlainText, "Here are /metrics and /healthz.\n"u8.ToArray(), withBody, cancellationToken);
                break;
        }
    }

    private async Task AnswerAsync(string status, string contentType, ReadOnlyMemory<byte> body, bool withBody, CancellationToken cancellationToken)
    {
        var head = string.Create(
            CultureInfo.InvariantCulture, $"HTTP/1.1 {status}\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n");
        await SendAsync(Encoding.ASCII.GetBytes(head), cancellationToken);
        if (withBody) await SendAsync(body, cancellationToken);
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty) bytes = bytes[await socket.SendAsync(bytes, cancellationToken)..];
    }
}
