using System.Globalization;
using System.Net;
using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Benchmarks.Logger;

/// <summary>Reads the stream of a watch through .NET's HTTP stack, counts its lines, and does nothing with them.</summary>
internal static class BareReader
{
    private const int ReadSize = 64 * 1024;

    public static async Task<(double? P50, double? P99)> RunAsync(LoggerSource source, int events, TimeSpan stay)
    {
        await using var target = await source.ResolveAsync();
        using var invoker = new HttpMessageInvoker(target.CreateReadingHandler());
        var version = source.Version == 0 ? "1000000" : source.Version.ToString(CultureInfo.InvariantCulture);
        var path = $"{ApiResource.ConfigMaps.CollectionPath(null)}?watch=true&resourceVersion={version}&timeoutSeconds=600";
        using var request = new HttpRequestMessage(HttpMethod.Get, target.UriFor(path)) { Version = source.Http, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        target.Authorize(request);
        using var response = await invoker.SendAsync(request, CancellationToken.None);
        if (response.StatusCode != HttpStatusCode.OK) throw new InvalidOperationException($"The watch was answered with {response.StatusCode}.");
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[ReadSize];
        for (var seen = 0; seen < events;)
        {
            var read = await body.ReadAsync(buffer);
            if (read == 0) throw new InvalidOperationException($"The watch ended after {seen} of {events} events.");
            seen += buffer.AsSpan(0, read).Count((byte)'\n');
        }

        await Task.Delay(stay); // as the loggers stay
        return (null, null);
    }
}
