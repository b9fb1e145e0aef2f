using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using k8s;
using k8s.Models;

namespace K8sScaleTest.Benchmarks.Logger;

/// <summary>The plain way: KubernetesClient's list and watch, a dictionary for a store, a channel for a queue, one worker.</summary>
internal static class PlainLogger
{
    public static async Task<(double? P50, double? P99)> RunAsync(LoggerSource source, int events, TimeSpan stay)
    {
        using var client = new Kubernetes(source.Configure());
        var store = new ConcurrentDictionary<string, V1ConfigMap>();
        var queue = Channel.CreateUnbounded<(string Key, long Enqueued, bool Gone)>();
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        List<double> waits = [];
        double latencies = 0;
        var worker = Task.Run(async () =>
        {
            var seen = 0;
            await foreach (var (key, enqueued, gone) in queue.Reader.ReadAllAsync())
            {
                waits.Add(Stopwatch.GetElapsedTime(enqueued).TotalMilliseconds);
                if (!gone && store.TryGetValue(key, out var found) && found.Metadata.Annotations.TryGetValue("scaletest/createTimestamp", out var text)
                    && DateTimeOffset.TryParseExact(text, "yyyy-MM-dd HH:mm:ss.fff zzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var created))
                {
                    latencies += (DateTimeOffset.UtcNow - created).TotalSeconds;
                }

                if (++seen == events) all.TrySetResult();
            }
        });
        var list = await client.CoreV1.ListConfigMapForAllNamespacesAsync();
        foreach (var item in list.Items) Changed(WatchEventType.Added, item);
        var version = source.Version == 0 ? list.Metadata.ResourceVersion : source.Version.ToString(CultureInfo.InvariantCulture);
        list = null;
        using var stop = new CancellationTokenSource();
        var watching = WatchAsync();
        await all.Task;
        await Task.Delay(stay);
        await stop.CancelAsync();
        await watching;
        queue.Writer.Complete();
        await worker;
        waits.Sort();
        return (waits[waits.Count / 2], waits[(int)(waits.Count * 0.99)]);

        async Task WatchAsync()
        {
            try
            {
                await foreach (var (type, item) in client.CoreV1.WatchListConfigMapForAllNamespacesAsync(resourceVersion: version, cancellationToken: stop.Token)) Changed(type, item);
            }
            catch (OperationCanceledException)
            {
                // Stopped.
            }
        }

        void Changed(WatchEventType type, V1ConfigMap item)
        {
            var key = item.Metadata.NamespaceProperty + "/" + item.Metadata.Name;
            if (type == WatchEventType.Deleted) store.TryRemove(key, out _);
            else store[key] = item;
            queue.Writer.TryWrite((key, Stopwatch.GetTimestamp(), type == WatchEventType.Deleted));
        }
    }
}
