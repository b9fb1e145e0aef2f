using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Benchmarks.Soak;

/// <summary>
/// Creates, updates and deletes at a rate: operation i creates object i, changes the one created some thousand before, and so on. What was answered with success
/// is kept, to be found in the ledger.
/// </summary>
internal sealed class SoakWriter(LocalApiProcess server, SoakOptions options) : IDisposable
{
    private const int InFlight = 64;
    private const int UpdateAfter = 500;
    private const int DeleteAfter = 1000;
    private readonly HttpMessageInvoker _http = SoakClient.Connect(server);
    private readonly SemaphoreSlim _places = new(InFlight);
    private long _succeeded;
    private long _refused;
    private long _broken;

    /// <summary>resourceVersions of creates and updates that were answered with success.</summary>
    public ConcurrentQueue<long> Confirmed { get; } = new();

    public ConcurrentQueue<string> Errors { get; } = new();

    public long Succeeded => Volatile.Read(ref _succeeded);

    /// <summary>Answered with a status that a fault gives, or 404 and 409 that follow from one.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Reset by a fault.</summary>
    public long Broken => Volatile.Read(ref _broken);

    /// <summary>Writes until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var began = Stopwatch.GetTimestamp();
        for (var i = 0L; !stop.IsCancellationRequested; i++)
        {
            // Three operations for each number; late ones catch up.
            var due = TimeSpan.FromSeconds(i * 3.0 / options.Rate) - Stopwatch.GetElapsedTime(began);
            if (due > TimeSpan.FromMilliseconds(1)) await Task.Delay(due, CancellationToken.None);
            await LaunchAsync(HttpMethod.Post, i);
            if (i >= UpdateAfter) await LaunchAsync(HttpMethod.Patch, i - UpdateAfter);
            if (i >= DeleteAfter) await LaunchAsync(HttpMethod.Delete, i - DeleteAfter);
        }
        for (var place = 0; place < InFlight; place++) await _places.WaitAsync(CancellationToken.None);
    }

    public void Dispose()
    {
        _http.Dispose();
        _places.Dispose();
    }

    private async Task LaunchAsync(HttpMethod method, long number)
    {
        await _places.WaitAsync(CancellationToken.None);
        _ = OneAsync(method, number);
    }

    private async Task OneAsync(HttpMethod method, long number)
    {
        try
        {
            var path = $"/api/v1/namespaces/{SoakObject.Namespace(number)}/configmaps" + (method == HttpMethod.Post ? "" : "/" + SoakObject.Name(number));
            using var request = SoakClient.Request(server, method, path, "soak-writer");
            if (method == HttpMethod.Post) request.Content = Content(SoakObject.Body(number), "application/json");
            else if (method == HttpMethod.Patch) request.Content = Content("{\"data\":{\"k\":\"changed\"}}"u8.ToArray(), "application/merge-patch+json");
            using var response = await _http.SendAsync(request, CancellationToken.None);
            var body = await response.Content.ReadAsByteArrayAsync();
            var code = (int)response.StatusCode;
            if (code is 200 or 201)
            {
                Interlocked.Increment(ref _succeeded);
                if (method != HttpMethod.Delete) Confirmed.Enqueue(ResourceVersion(body));
            }
            else if (code is 429 or 503 or 500 or 404 or 409)
            {
                Interlocked.Increment(ref _refused);
            }
            else
            {
                Errors.Enqueue($"{method} {path}: {code}");
            }
        }
        catch (HttpRequestException reset) when (reset.ToString().Contains("INTERNAL_ERROR", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _broken);
        }
        catch (Exception unexpected) when (unexpected is HttpRequestException or IOException)
        {
            Errors.Enqueue($"{method} {number}: {unexpected}");
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>The first in an object is its own.</summary>
    public static long ResourceVersion(ReadOnlySpan<byte> json)
    {
        var at = json.IndexOf("\"resourceVersion\":\""u8);
        return at >= 0 && Utf8Parser.TryParse(json[(at + 19)..], out long value, out _) ? value : throw new InvalidDataException("An object without a resourceVersion.");
    }

    private static ByteArrayContent Content(byte[] bytes, string type) => new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
}
