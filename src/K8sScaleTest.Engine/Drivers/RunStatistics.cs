using HdrHistogram;
using K8sScaleTest.Engine.Metrics;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Drivers;

/// <summary>Counts a run's records on their way to their consumer: for the progress line, and to see whether the population was what was asked for.</summary>
internal sealed class RunStatistics(IRecordConsumer<OperationRow> consumer, DriverMetrics? metrics = null) : IRecordConsumer<OperationRow>
{
    private const long HighestMicroseconds = 3_600_000_000;
    private const long SamplesForP99 = 1_000;
    private readonly Lock _gate = new();
    private readonly LongHistogram _createResponse = new(HighestMicroseconds, 2);
    private long _operations;
    private long _succeeded;
    private long _failed;
    private long _population;
    private long _peakPopulation;
    private long _lastLook;
    private double _weighted;
    private long _weight;
    private long _unknownCreates;

    /// <summary>When Steady is, in ticks; set by the run.</summary>
    public Func<(long Start, long End)> Steady { get; set; } = static () => (long.MaxValue, long.MaxValue);

    public long Operations => Volatile.Read(ref _operations);

    public long Succeeded => Volatile.Read(ref _succeeded);

    public long Failed => Volatile.Read(ref _failed);

    public long Population => Volatile.Read(ref _population);

    public long PeakPopulation => Volatile.Read(ref _peakPopulation);

    /// <summary>Creates that may have taken effect without anybody knowing.</summary>
    public long UnknownCreates => Volatile.Read(ref _unknownCreates);

    /// <summary>Mean population over Steady, weighted by time; NaN without a Steady.</summary>
    public double MeanPopulation => _weight == 0 ? double.NaN : _weighted / _weight;

    public double? ResponseP99Ms
    {
        get
        {
            lock (_gate) return _createResponse.TotalCount < SamplesForP99 ? null : _createResponse.GetValueAtPercentile(99) / 1000.0;
        }
    }

    /// <inheritdoc/>
    public void Take(in OperationRow row)
    {
        Count(row);
        metrics?.Observe(row);
        consumer.Take(row);
    }

    /// <inheritdoc/>
    public void Pause()
    {
        var now = RunClock.Now;
        var (start, end) = Steady();
        var from = Math.Max(_lastLook, start);
        var until = Math.Min(now, end);
        if (_lastLook != 0 && until > from)
        {
            _weighted += (double)_population * (until - from);
            _weight += until - from;
        }

        _lastLook = now;
        consumer.Pause();
    }

    private void Count(in OperationRow row)
    {
        if (row.Phase == Phase.WarmUp) return;
        Volatile.Write(ref _operations, _operations + 1);
        var succeeded = row.Outcome == Outcome.Succeeded;
        if (succeeded) Volatile.Write(ref _succeeded, _succeeded + 1);
        else if (row.Reason != Reasons.ExpectedNotFound) Volatile.Write(ref _failed, _failed + 1);
        switch (row.Operation)
        {
            case OperationKind.Create when succeeded || row.Outcome == Outcome.Unknown:
                Volatile.Write(ref _population, _population + 1);
                if (_population > _peakPopulation) Volatile.Write(ref _peakPopulation, _population);
                if (!succeeded) Volatile.Write(ref _unknownCreates, _unknownCreates + 1);
                break;
            case OperationKind.Delete when succeeded || row.StatusCode == 404:
                Volatile.Write(ref _population, _population - 1);
                break;
        }

        if (succeeded && row.Operation == OperationKind.Create)
        {
            var microseconds = RunClock.ToNanoseconds(row.Finished - row.Scheduled) / 1000;
            lock (_gate) _createResponse.RecordValue(Math.Clamp(microseconds, 0, HighestMicroseconds));
        }
    }
}
