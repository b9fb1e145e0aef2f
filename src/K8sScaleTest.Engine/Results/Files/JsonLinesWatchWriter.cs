using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>Watch records as JSON lines.</summary>
internal sealed class JsonLinesWatchWriter(Stream stream) : JsonLinesRecordWriter<WatchRow>(stream, WatchColumns.Names)
{
    private protected override void Members(in WatchRow row)
    {
        var run = row.Run;
        var clock = run.Clock;
        var outcome = row.Outcome;
        var isEvent = outcome is null;
        Text(run.RunId);
        Number(row.Watcher);
        Number(row.Window);
        Name(WatchNames.Of(row.Kind));
        Text(run.Resource);
        Text(row.Subject?.Namespace);
        Text(row.Subject?.Name);
        Text(row.Subject is { } subject && subject.Uid != Guid.Empty ? subject.Uid.ToString() : null);
        Number((long)row.ResourceVersion, row.ResourceVersion != 0);
        Number(row.Bytes);
        Time(clock, row.Received, isEvent);
        Number(isEvent ? clock.ToUnixMicroseconds(row.Received) : 0, isEvent);
        Interval(row.Received - row.Opened, isEvent);
        Microseconds(row.WriterLatencyMs);
        Time(clock, outcome?.Requested ?? 0, !isEvent);
        Number(isEvent ? 0 : clock.ToUnixMicroseconds(outcome!.Requested), !isEvent);
        Interval(Since(outcome, outcome?.Opened), outcome?.Opened > 0);
        Interval(Since(outcome, outcome?.FirstByte), outcome?.FirstByte > 0);
        Interval(Since(outcome, outcome?.Ended), !isEvent);
        Number(outcome?.TimeoutSeconds ?? 0, outcome?.TimeoutSeconds > 0);
        Number((long)(outcome?.From ?? 0), outcome?.From > 0);
        Number(outcome?.Events ?? 0, !isEvent);
        Number(outcome?.Bookmarks ?? 0, row.Kind == WatchRecordKind.Window);
        Text(outcome?.End);
        Number(outcome?.StatusCode ?? 0, outcome?.StatusCode > 0);
        Text(outcome?.Reason);
        Text(outcome?.Error);
        Microseconds(outcome is { Backoff.Ticks: > 0 } ? outcome.Backoff.TotalMilliseconds : null);
        Text(run.Server);
        Number(row.Connection);
    }

    private static long Since(WatchWindow? outcome, long? moment) => outcome is null ? 0 : (moment ?? 0) - outcome.Requested;

    private void Microseconds(double? ms) => Interval(ms is { } known ? RunClock.FromNanoseconds((long)(known * 1e6)) : 0, ms is not null);
}
