using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Observers;
using K8sScaleTest.Engine.Observers.Auditing;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Benchmarks.Logger;

/// <summary>This module's logger, its records thrown away.</summary>
internal sealed class OurLogger(int events) : IRecordConsumer<NotificationRow>
{
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _seen;

    /// <summary>Logs until it has seen so many events, and stays for a while.</summary>
    public static async Task<(double? P50, double? P99)> RunAsync(LoggerSource source, int events, TimeSpan stay, bool audited)
    {
        await using var target = await source.ResolveAsync();
        var consumer = new OurLogger(events);
        var participant = audited ? new WatchAudit().Join("logger") : null;
        await using var logger = new LoggerRun(
            new() { RunId = "bench", Resource = ApiResource.ConfigMaps, Program = "bench", PerEvent = true, HttpVersion = source.Http, Informer = new() { WatchList = false } },
            target, consumer, _ => { }, audit: Tapped);
        var running = logger.RunAsync();
        await Task.WhenAny(running, consumer._all.Task);
        await Task.Delay(stay);
        logger.Stop();
        var counts = (await running).Counts;
        return (counts.Queue.P50Ms, counts.Queue.P99Ms);

        IListWatch Tapped(IListWatch server)
        {
            var from = source.Version == 0 ? server : new FromVersion(server, source.Version);
            return participant is null ? from : new AuditedListWatch(from, participant);
        }
    }

    public void Take(in NotificationRow row)
    {
        if (++_seen == events) _all.TrySetResult();
    }

    public void Pause()
    {
    }
}
