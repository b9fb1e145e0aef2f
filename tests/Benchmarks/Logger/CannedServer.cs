using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace K8sScaleTest.Benchmarks.Logger;

/// <summary>
/// Plays an API server that has so many ConfigMaps of 2 KB, and so many events of them, as fast as they are read or at a rate: written to the socket from
/// memory, so that it keeps up with any reader.
/// </summary>
internal sealed class CannedServer : IAsyncDisposable
{
    private const int DataLength = 2000;
    private const int LiveObjects = 1000;
    private const int Batch = 64;
    private static readonly string Data = new('0', DataLength);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _objects;
    private readonly int _events;
    private readonly double? _rate;
    private readonly Task _accepting;

    /// <param name="objects">What a list gives.</param>
    /// <param name="events">What a watch gives.</param>
    /// <param name="rate">Events per second; null for as fast as they are read.</param>
    public CannedServer(int objects, int events, double? rate)
    {
        _objects = objects;
        _events = events;
        _rate = rate;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true) connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                client.NoDelay = true;
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
                while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } request)
                {
                    while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 })
                    {
                    }

                    await WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
                    if (request.Contains("watch=true", StringComparison.Ordinal)) await WatchAsync(stream);
                    else await ListAsync(stream, request.Contains("limit=1 ", StringComparison.Ordinal) ? 0 : _objects);
                    await WriteAsync(stream, "0\r\n\r\n");
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The client is done.
            }
        }
    }

    private async Task ListAsync(NetworkStream stream, int objects)
    {
        await ChunkAsync(stream, """{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"1000000"},"items":[""");
        for (var i = 0; i < objects; i += Batch)
        {
            var items = Enumerable.Range(i, Math.Min(Batch, objects - i)).Select(number => ConfigMap(number, number + 1));
            await ChunkAsync(stream, (i == 0 ? "" : ",") + string.Join(',', items));
        }

        await ChunkAsync(stream, "]}\n");
    }

    private async Task WatchAsync(NetworkStream stream)
    {
        // A round of every kind of event is made once and told again and again, with other versions in the same places.
        var began = Stopwatch.GetTimestamp();
        for (var sent = 0; sent < _events;)
        {
            var due = _rate is { } rate ? Math.Min(_events, (int)(Stopwatch.GetElapsedTime(began).TotalSeconds * rate) + 1) : Math.Min(_events, sent + Batch);
            if (due > sent) await ChunkAsync(stream, string.Concat(Enumerable.Range(sent, Math.Min(due - sent, Batch)).Select(Event)));
            sent += Math.Min(due - sent, Batch);
            if (_rate is not null && due <= sent) await Task.Delay(1, _stop.Token);
        }

        await Task.Delay(Timeout.Infinite, _stop.Token);
    }

    /// <summary>Objects are created, updated and deleted in turn, a thousand of them alive at once.</summary>
    private static string Event(int number)
    {
        var (round, place) = Math.DivRem(number, LiveObjects);
        var type = (round % 3) switch { 0 => "ADDED", 1 => "MODIFIED", _ => "DELETED" };
        return $$"""{"type":"{{type}}","object":{{ConfigMap(((round / 3) * LiveObjects) + place, 1_000_001 + number)}}}""" + "\n";
    }

    private static string ConfigMap(int number, int version) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"1124.0930.0042-{{{number:0000000}}}","namespace":"scaletest","uid":"7f2a1e52-2d3c-4e0e-9f2b-{{{number:x12}}}","resourceVersion":"{{{version}}}","creationTimestamp":"2026-11-24T04:12:27Z","labels":{"purpose":"scaletest","scaletest/run":"1124.0930.0042","scaletest/worker":"0"},"annotations":{"scaletest/createTimestamp":"2026-11-24 04:12:27.123 +0000","scaletest/launchedUnixMicros":"1795493547123456","scaletest/updateTimestamp":"2026-11-24 04:12:28.123 +0000","scaletest/updatedUnixMicros":"{{{1795493548000000 + version}}}"},"managedFields":[{"manager":"cmdriver","operation":"Update","apiVersion":"v1","time":"2026-11-24T04:12:27Z","fieldsType":"FieldsV1","fieldsV1":{"f:data":{".":{},"f:key1":{}},"f:metadata":{"f:annotations":{".":{},"f:scaletest/createTimestamp":{},"f:scaletest/launchedUnixMicros":{}},"f:labels":{".":{},"f:purpose":{},"f:scaletest/run":{},"f:scaletest/worker":{}} } } }]},"data":{"key1":"{{{Data}}}"}}""");

    private async Task ChunkAsync(NetworkStream stream, string text) => await WriteAsync(stream, string.Create(CultureInfo.InvariantCulture, $"{text.Length:x}\r\n{text}\r\n"));

    private async Task WriteAsync(NetworkStream stream, string text) => await stream.WriteAsync(Encoding.Latin1.GetBytes(text), _stop.Token);
}
