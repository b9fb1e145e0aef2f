using K8sScaleTest.Engine.Metrics;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Latencies;

namespace K8sScaleTest.Engine.Observers;

/// <summary>Counts a logger's rows on their way to their consumer: for the progress line, the summary and the metrics. Every event counts, also those coalesced.</summary>
internal sealed class LoggerStatistics(IRecordConsumer<NotificationRow> consumer, bool perEvent, LoggerMetrics? metrics) : IRecordConsumer<NotificationRow>
{
    private static readonly NotificationKind[] Kinds = Enum.GetValues<NotificationKind>();
    private readonly Lock _gate = new();
    private readonly long[] _dequeues = new long[Kinds.Length];
    private readonly LatencyHistogram _dispatch = new();
    private readonly LatencyHistogram _queue = new();
    private readonly SignedHistogram _createLatency = new(); // across two clocks
    private readonly SignedHistogram _updateLatency = new();
    private readonly SignedHistogram _createHandledLatency = new();
    private readonly SignedHistogram _updateHandledLatency = new();
    private long _events;
    private long _rows;
    private long _coalesced;
    private long _duplicates;
    private long _existedBefore;
    private long _fromList;
    private double _shortestLatencyMs = double.PositiveInfinity;

    /// <inheritdoc/>
    public void Take(in NotificationRow row)
    {
        lock (_gate) Count(row);
        if (metrics is not null) Observe(row, metrics);
        if (perEvent || row.IsLast) consumer.Take(row);
    }

    /// <inheritdoc/>
    public void Pause() => consumer.Pause();

    /// <summary>What was counted so far.</summary>
    public LoggerCounts Snapshot()
    {
        lock (_gate)
        {
            return new()
            {
                Events = _events,
                Dequeues = _rows,
                ByKind = [.. Kinds.Select(kind => (kind, _dequeues[(int)kind]))],
                Coalesced = _coalesced,
                Duplicates = _duplicates,
                ExistedBefore = _existedBefore,
                FromList = _fromList,
                Dispatch = _dispatch.Summarize(),
                Queue = _queue.Summarize(),
                CreateLatency = _createLatency.Summarize(),
                UpdateLatency = _updateLatency.Summarize(),
                CreateHandledLatency = _createHandledLatency.Summarize(),
                UpdateHandledLatency = _updateHandledLatency.Summarize(),
                ShortestLatencyMs = double.IsPositiveInfinity(_shortestLatencyMs) ? null : _shortestLatencyMs,
            };
        }
    }

    private void Count(in NotificationRow row)
    {
        _events++;
        if (row.FromList) _fromList++;
        _dispatch.Record(RunClock.ToMilliseconds(row.Handled - row.Received));
        if (row.WrittenUnixMicroseconds != 0)
        {
            var latency = row.LatencyMs(row.Received);
            _shortestLatencyMs = Math.Min(_shortestLatencyMs, latency);
            var (received, handled) = row.Event == NotifiedEvent.Added ? (_createLatency, _createHandledLatency) : (_updateLatency, _updateHandledLatency);
            received.Record(latency);
            handled.Record(row.LatencyMs(row.Handled));
        }

        if (!row.IsLast) return;
        _rows++;
        _dequeues[(int)row.Operation]++;
        if (row.Events > 1) _coalesced += row.Events - 1;
        if (row.Duplicate) _duplicates++;
        if (row is { ExistedBefore: true, Operation: NotificationKind.Create }) _existedBefore++;
        _queue.Record(RunClock.ToMilliseconds(row.Dequeued - row.FirstEnqueued));
    }

    private static void Observe(in NotificationRow row, LoggerMetrics metrics)
    {
        if (row.WrittenUnixMicroseconds != 0)
        {
            var seconds = row.LatencyMs(row.Dequeued) / 1000;
            if (row.Event == NotifiedEvent.Added) metrics.Created(seconds);
            else metrics.Updated(seconds);
        }

        metrics.Notified((long)row.ResourceVersion);
        if (!row.IsLast) return;
        if (row.Duplicate) metrics.Duplicate(); // and nothing else, as in the Go program
        else if (row.Events > 1) metrics.Strange();
        else if (row.Event == NotifiedEvent.Updated) metrics.Update();
    }
}
