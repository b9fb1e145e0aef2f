using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Benchmarks.Soak;

/// <summary>
/// A watcher that reads raw bytes: it goes on from the last resourceVersion that it saw, and asks for the present one where the server says 410. Every other
/// one watches a namespace, the rest a label in all namespaces.
/// </summary>
internal sealed class SoakWatcher(LocalApiProcess server, HttpMessageInvoker http, int number, ConcurrentQueue<SoakWatch> ended, ConcurrentQueue<string> errors)
{
    // Much shorter than the ledger remembers at the full rate.
    private const int ShortestSeconds = 6;
    private const int LongestSeconds = 10;
    private readonly Random _random = new(number);

    private readonly int _namespace = number % 2 == 0 ? number / 2 % SoakObject.Namespaces : -1;
    private readonly int _bucket = number % 2 == 0 ? -1 : number / 2 % SoakObject.Buckets;

    public async Task RunAsync(CancellationToken stop)
    {
        var revision = 0L;
        for (var turn = 0; !stop.IsCancellationRequested; turn++)
        {
            var agent = string.Create(CultureInfo.InvariantCulture, $"soak-watch/{number}-{turn}");
            try
            {
                if (revision == 0) revision = await PresentAsync();
                var watch = new SoakWatch(agent, _namespace, _bucket);
                await WatchAsync(watch, revision);
                ended.Enqueue(watch);
                if (watch.Received.Count > 0) revision = watch.Received.Max();
                if (watch.Error410) revision = 0;
            }
            catch (Exception failed) when (failed is HttpRequestException or IOException or InvalidDataException)
            {
                errors.Enqueue($"{agent}: {failed}");
            }
        }
    }

    private string Collection => _namespace < 0 ? "/api/v1/configmaps" : $"/api/v1/namespaces/soak-{_namespace}/configmaps";

    private async Task<long> PresentAsync()
    {
        using var request = SoakClient.Request(server, HttpMethod.Get, Collection + "?limit=1", "soak-list");
        using var response = await http.SendAsync(request, CancellationToken.None);
        var body = await response.Content.ReadAsByteArrayAsync();
        return response.IsSuccessStatusCode ? SoakWriter.ResourceVersion(body) : throw new InvalidDataException($"A list was answered {(int)response.StatusCode}: {Encoding.UTF8.GetString(body)}");
    }

    private async Task WatchAsync(SoakWatch watch, long revision)
    {
        var selector = _bucket < 0 ? "" : $"&labelSelector=bucket%3Db{_bucket}";
        var seconds = _random.Next(ShortestSeconds, LongestSeconds + 1);
        using var request = SoakClient.Request(server, HttpMethod.Get, $"{Collection}?watch=1&timeoutSeconds={seconds}&resourceVersion={revision}{selector}", watch.UserAgent);
        using var response = await http.SendAsync(request, CancellationToken.None);
        if ((int)response.StatusCode != 200) throw new InvalidDataException($"A watch was answered {(int)response.StatusCode}.");
        var reader = PipeReader.Create(await response.Content.ReadAsStreamAsync());
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync();
                var rest = Lines(read.Buffer, watch);
                if (read.IsCompleted)
                {
                    watch.HalfLine = !rest.IsEmpty;
                    watch.EndedCleanly = true;
                    return;
                }
                reader.AdvanceTo(rest.Start, rest.End);
            }
        }
        catch (Exception reset) when (reset is HttpRequestException or IOException && reset.ToString().Contains("INTERNAL_ERROR", StringComparison.Ordinal))
        {
            // A fault: the ledger has to name it.
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private static ReadOnlySequence<byte> Lines(ReadOnlySequence<byte> buffer, SoakWatch watch)
    {
        while (buffer.PositionOf((byte)'\n') is { } end)
        {
            var line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            if (line.IsSingleSegment) Line(line.FirstSpan, watch);
            else Line(line.ToArray(), watch);
        }
        return buffer;
    }

    private static void Line(ReadOnlySpan<byte> line, SoakWatch watch)
    {
        if (line.StartsWith("{\"type\":\"ERROR\""u8))
        {
            if (line.IndexOf("\"code\":410"u8) < 0) throw new InvalidDataException("An ERROR event that is no 410: " + Encoding.UTF8.GetString(line));
            watch.Error410 = true;
            return;
        }
        watch.Received.Add(SoakWriter.ResourceVersion(line));
    }
}
