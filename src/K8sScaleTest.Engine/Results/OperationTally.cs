using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Latencies;

namespace K8sScaleTest.Engine.Results;

/// <summary>Counts and times of the operations of one kind in one phase.</summary>
internal sealed class OperationTally
{
    private readonly long[] _outcomes = new long[Enum.GetValues<Outcome>().Length];
    private readonly LatencyTally _succeeded = new();
    private readonly LatencyTally _failed = new();
    private long _timeouts;
    private long _expectedNotFound;

    public long Count { get; private set; }

    public long FirstScheduled { get; private set; } = long.MaxValue;

    public long LastScheduled { get; private set; } = long.MinValue;

    public long Succeeded => _outcomes[(int)Outcome.Succeeded];

    public static bool IsTimeout(in OperationSample sample) =>
        sample is { Outcome: Outcome.Unknown or Outcome.NotSent, Reason: Reasons.Timeout };

    public void Record(in OperationSample sample)
    {
        Count++;
        _outcomes[(int)sample.Outcome]++;
        FirstScheduled = Math.Min(FirstScheduled, sample.ScheduledUnixNanoseconds);
        LastScheduled = Math.Max(LastScheduled, sample.ScheduledUnixNanoseconds);
        if (sample.Outcome == Outcome.Succeeded)
        {
            _succeeded.Record(sample);
        }
        else if (IsTimeout(sample))
        {
            // Had it been answered it would have been a success, as slow as it was: it belongs to those, as one of unknown length.
            _timeouts++;
            _succeeded.Censor(sample);
        }
        else
        {
            if (sample.Reason == Reasons.ExpectedNotFound) _expectedNotFound++;
            _failed.Record(sample);
        }
    }

    public void Add(OperationTally other)
    {
        Count += other.Count;
        for (var i = 0; i < _outcomes.Length; i++) _outcomes[i] += other._outcomes[i];
        _timeouts += other._timeouts;
        _expectedNotFound += other._expectedNotFound;
        FirstScheduled = Math.Min(FirstScheduled, other.FirstScheduled);
        LastScheduled = Math.Max(LastScheduled, other.LastScheduled);
        _succeeded.Add(other._succeeded);
        _failed.Add(other._failed);
    }

    public double? ResponsePercentile(int perMille) => _succeeded.ResponsePercentile(perMille);

    public OperationStatistics Summarize(OperationKind? operation, Phase phase, double? throughput) => new()
    {
        Operation = operation,
        Phase = phase,
        Count = Count,
        Succeeded = Succeeded,
        Rejected = _outcomes[(int)Outcome.Rejected],
        Unknown = _outcomes[(int)Outcome.Unknown],
        NotSent = _outcomes[(int)Outcome.NotSent],
        Timeouts = _timeouts,
        ExpectedNotFound = _expectedNotFound,
        Rate = Count > 1 && LastScheduled > FirstScheduled ? (Count - 1) * 1e9 / (LastScheduled - FirstScheduled) : null,
        Throughput = throughput,
        OfSucceeded = _succeeded.Summarize(),
        OfFailed = _failed.Summarize(),
    };
}
