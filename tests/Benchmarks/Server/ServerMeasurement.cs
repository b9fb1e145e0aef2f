using System.Diagnostics;
using K8sScaleTest.Benchmarks.Driver;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Benchmarks.Server;

/// <summary>Measures one server, part by part.</summary>
internal sealed class ServerMeasurement(ServerEffort effort, ServerPart parts)
{
    private const double Megabyte = 1024 * 1024;
    private const int DataLength = 200;
    private const int WarmUpWrites = 60_000;
    private const int WarmUpLists = 3;

    /// <summary>How late the last watcher may have an event, in ms, and how much of the offered rate must be kept for it to count as steady.</summary>
    private const double MostMilliseconds = 50;
    private const double Kept = 0.98;

    /// <param name="start">Gives the server, with so many entries of a ledger, where it has one; each part that fills it gets a fresh one, where it can be had.</param>
    public async Task<ServerFigures> MeasureAsync(Func<int, Task<BenchmarkTarget>> start)
    {
        const int Usual = 65_536;
        var figures = new ServerFigures();
        if ((parts & (ServerPart.Writes | ServerPart.List | ServerPart.Informers)) != 0)
        {
            await using var target = await start(Usual);
            // The first seconds of a process are its compiler's.
            await H2Load.CreateAsync(target, await target.NamespaceAsync(), H2Load.ConfigMap(DataLength), Math.Min(effort.Writes, WarmUpWrites));
            if (parts.HasFlag(ServerPart.Writes)) figures = await WritesAsync(target, figures);
            if (parts.HasFlag(ServerPart.List)) figures = await ListAsync(target, figures);
            if (parts.HasFlag(ServerPart.Informers)) figures = await SyncAsync(target, figures);
        }
        if (parts.HasFlag(ServerPart.FanOut))
        {
            await using (var usual = await start(Usual))
            {
                await using var open = await FanOut.OpenAsync(usual, effort.Watchers);
                figures = figures with { KilobytesPerWatcher = open.BytesPerWatcher / 1024 };
            }
            // A flush of each watcher for each event is to be remembered.
            await using var target = await start(Math.Max(Usual, effort.Watchers * (effort.EventsPerSecond * effort.Seconds + 100)));
            figures = await FanOutAsync(target, figures);
        }
        if (!parts.HasFlag(ServerPart.Memory)) return figures;
        await using (var target = await start(Usual)) return await HoldAsync(target, figures);
    }

    /// <summary>From the start of a process to the end of its first answer, in milliseconds.</summary>
    public static async Task<double> FirstAnswerAsync()
    {
        var begun = Stopwatch.GetTimestamp();
        await using var target = await BenchmarkTarget.StartLocalAsync();
        using var http = target.Client();
        using var request = target.Request(HttpMethod.Get, "/api/v1/namespaces");
        using var reply = await http.SendAsync(request, CancellationToken.None);
        reply.EnsureSuccessStatusCode();
        await reply.Content.ReadAsByteArrayAsync();
        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    private async Task<ServerFigures> WritesAsync(BenchmarkTarget target, ServerFigures figures)
    {
        var path = await target.NamespaceAsync();
        var before = target.CpuTime();
        var rate = await H2Load.CreateAsync(target, path, H2Load.ConfigMap(DataLength), effort.Writes);
        return figures with { WritesPerSecond = rate, CpuPerWrite = (target.CpuTime() - before)?.TotalMicroseconds / effort.Writes };
    }

    private async Task<ServerFigures> ListAsync(BenchmarkTarget target, ServerFigures figures)
    {
        var path = await target.NamespaceAsync();
        await H2Load.CreateAsync(target, path, H2Load.ConfigMap(DataLength), effort.Listed);
        using var http = target.Client();
        for (var i = 0; i < WarmUpLists; i++) await ReadAsync(target, http, path);
        var before = target.Memory()?.Now;
        target.ResetPeakMemory();
        var begun = Stopwatch.GetTimestamp();
        var bytes = await ReadAsync(target, http, path);
        return figures with
        {
            ListSeconds = Stopwatch.GetElapsedTime(begun).TotalSeconds,
            ListMegabytes = bytes / Megabyte,
            ListPeakMegabytes = target.Memory() is { } after ? (after.Peak - before!.Value) / Megabyte : null,
        };
    }

    private async Task<ServerFigures> SyncAsync(BenchmarkTarget target, ServerFigures figures)
    {
        var path = await target.NamespaceAsync();
        await H2Load.CreateAsync(target, path, H2Load.ConfigMap(DataLength), effort.Synced);
        var clients = Enumerable.Range(0, effort.Informers).Select(_ => target.Client()).ToArray();
        try
        {
            var begun = Stopwatch.GetTimestamp();
            var watches = await Task.WhenAll(clients.Select(async http =>
            {
                // As a reflector does: a list from the cache, then a watch from there.
                await ReadAsync(target, http, path + "?resourceVersion=0");
                var version = await target.ResourceVersionAsync(http, path);
                using var request = target.Request(HttpMethod.Get, $"{path}?watch=1&allowWatchBookmarks=true&resourceVersion={version}");
                var reply = await http.SendAsync(request, CancellationToken.None);
                reply.EnsureSuccessStatusCode();
                return reply;
            }));
            var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
            foreach (var watch in watches) watch.Dispose();
            return figures with { SyncSeconds = seconds };
        }
        finally
        {
            foreach (var http in clients) http.Dispose();
        }
    }

    private async Task<ServerFigures> FanOutAsync(BenchmarkTarget target, ServerFigures figures)
    {
        await using var fan = await FanOut.OpenAsync(target, effort.Watchers);
        await fan.BurstAsync(effort.Burst);
        await fan.PacedAsync(effort.EventsPerSecond, 2 * effort.EventsPerSecond);
        var before = target.CpuTime();
        var sequence = target.Control is { } control ? (await control.GetAsync("/ledger")).GetProperty("events").GetProperty("configmaps").GetProperty("entered").GetInt64() : 0;
        var (times, rate) = await fan.PacedAsync(effort.EventsPerSecond, effort.Seconds * effort.EventsPerSecond);
        var cpu = (target.CpuTime() - before)?.TotalMicroseconds / ((double)times.Count * effort.Watchers);
        var told = target.Control is null ? [] : await ToldAsync(target.Control, sequence, times.Count, effort.Watchers);
        return figures with
        {
            CpuPerDelivery = cpu,
            CommitToLastP50 = Samples.Percentile(told, 0.5),
            CommitToLastP99 = Samples.Percentile(told, 0.99),
            DeliveryP50 = Samples.Percentile(times, 0.5),
            DeliveryP99 = Samples.Percentile(times, 0.99),
            DeliveryMax = times.Max() / 1e6,
            DeliveriesPerSecond = rate,
            BurstDeliveriesPerSecond = await fan.BurstAsync(effort.Burst),
            MostDeliveriesPerSecond = await MostAsync(fan),
        };
    }

    /// <summary>The highest steady rate, in steps of a fifth of the usual one, at which p99 from the sending of a write to the last watcher's having it is within the limit; null where there is none.</summary>
    private async Task<double?> MostAsync(FanOut fan)
    {
        double? most = null;
        for (var perSecond = effort.EventsPerSecond; ; perSecond += effort.EventsPerSecond / 5)
        {
            var (times, rate) = await fan.PacedAsync(perSecond, effort.Seconds * effort.EventsPerSecond);
            if (Samples.Percentile(times, 0.99) is not { } p99 || p99 > MostMilliseconds || rate < perSecond * effort.Watchers * Kept) return most;
            most = rate;
        }
    }

    /// <summary>Of each event, from its commit to when the last connection had taken it, in nanoseconds, as the ledger has it; empty where it does not have all.</summary>
    private static async Task<IReadOnlyList<long>> ToldAsync(LocalApiControl control, long from, int events, int watchers)
    {
        var seen = new int[events];
        var longest = new long[events];
        await foreach (var line in control.FollowAsync($"deliveries?resource=configmaps&from={from}"))
        {
            var at = line.GetProperty("sequence").GetInt64() - from;
            if (at >= events || !line.TryGetProperty("writtenNanoseconds", out var written)) continue;
            seen[at]++;
            longest[at] = Math.Max(longest[at], written.GetInt64() - line.GetProperty("committedNanoseconds").GetInt64());
        }
        return seen.All(count => count == watchers) ? longest : [];
    }

    private async Task<ServerFigures> HoldAsync(BenchmarkTarget target, ServerFigures figures)
    {
        if (target.Memory() is not { } before) return figures;
        await H2Load.CreateAsync(target, await target.NamespaceAsync(), H2Load.ConfigMap(DataLength), effort.Held);
        var after = target.Memory()!.Value.Now;
        return figures with { HeldMegabytes = after / Megabyte, BytesPerObject = (double)(after - before.Now) / effort.Held };
    }

    private static async Task<long> ReadAsync(BenchmarkTarget target, HttpMessageInvoker http, string path)
    {
        using var request = target.Request(HttpMethod.Get, path);
        using var reply = await http.SendAsync(request, CancellationToken.None);
        reply.EnsureSuccessStatusCode();
        await using var stream = await reply.Content.ReadAsStreamAsync();
        var buffer = new byte[64 * 1024];
        long total = 0;
        while (await stream.ReadAsync(buffer) is > 0 and var read) total += read;
        return total;
    }
}
