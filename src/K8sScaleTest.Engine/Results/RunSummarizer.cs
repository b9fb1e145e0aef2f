using System.Globalization;
using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Verdicts;

namespace K8sScaleTest.Engine.Results;

/// <summary>Sums up the records of one run and resource.</summary>
internal sealed class RunSummarizer(string runId, string resource)
{
    private static readonly OperationKind[] Kinds = Enum.GetValues<OperationKind>();
    private static readonly Phase[] Phases = Enum.GetValues<Phase>();

    private readonly OperationTally?[,] _tallies = new OperationTally?[Kinds.Length, Phases.Length];
    private readonly RunTimeline _timeline = new();
    private readonly FirstCreates _firstCreates = new();
    private readonly FailureTally _failures = new();
    private readonly SortedSet<int> _workers = [];
    private int _lastWorker = -1;
    private long _firstScheduled = long.MaxValue;
    private long _lastFinished = long.MinValue;

    public string RunId { get; } = runId;

    public string Resource { get; } = resource;

    public GeneratorHealth Health { get; } = new();

    public IEnumerable<int> WorkersWithoutHealth => _workers.Where(worker => !Health.Has(worker));

    public double? ResponseP99SoFar => (_tallies[0, (int)Phase.Steady] ?? _tallies[0, (int)Phase.Fill])?.ResponsePercentile(990);

    public bool Is(string runId, string resource) =>
        (ReferenceEquals(runId, RunId) || runId == RunId) && (ReferenceEquals(resource, Resource) || resource == Resource);

    public void Add(in OperationSample given)
    {
        // Files hold microseconds: the records of a run and its file must give the same summary to the last digit.
        var sample = given;
        sample.ScheduledUnixNanoseconds = Microseconds(given.ScheduledUnixNanoseconds);
        sample.FinishedUnixNanoseconds = Microseconds(given.FinishedUnixNanoseconds);
        (_tallies[(int)sample.Operation, (int)sample.Phase] ??= new OperationTally()).Record(sample);
        _timeline.Record(sample);
        if (sample is { Operation: OperationKind.Create, Outcome: Outcome.Succeeded } && sample.Phase != Phase.WarmUp) _firstCreates.Record(sample);
        if (sample.Outcome != Outcome.Succeeded) _failures.Record(sample);
        if (sample.Worker != _lastWorker) _workers.Add(_lastWorker = sample.Worker);
        _firstScheduled = Math.Min(_firstScheduled, sample.ScheduledUnixNanoseconds);
        _lastFinished = Math.Max(_lastFinished, sample.FinishedUnixNanoseconds);
    }

    public Summary Complete()
    {
        var ran = _firstScheduled != long.MaxValue;
        var windows = _timeline.Windows().Select(Health.Complete).ToList();
        var backlog = _timeline.Backlog(_firstCreates.MedianServiceMs);
        var (operations, steady) = Operations();
        var mode = Health.Workers.FirstOrDefault()?.Mode ?? RunMode.OpenLoop;
        var verdict = VerdictRules.Decide(new VerdictEvidence
        {
            Mode = mode,
            SteadyOperations = steady.Count,
            SteadyFailures = steady.Failed,
            Throughput = steady.Throughput,
            Waited = TimeSpan.FromSeconds(Health.Workers.Select(health => health.Counters.GetValueOrDefault(RunHealth.WaitedSeconds)).DefaultIfEmpty().Average()),
            Windows = windows,
            Backlog = backlog,
            EventFaults = Health.Workers.Aggregate(default(EventFaults), static (sum, health) => sum + health.EventFaults),
            HorizonFault = Health.Workers.Select(static health => health.HorizonFault).FirstOrDefault(static fault => fault is not null),
            WorkersWithoutHealth = [.. WorkersWithoutHealth],
        });
        return new Summary
        {
            Verdict = verdict,
            RunId = RunId,
            Resource = Resource,
            Workers = _workers.Count,
            Mode = mode,
            Start = ran ? Utc(_firstScheduled) : null,
            Duration = ran ? TimeSpan.FromTicks((_lastFinished - _firstScheduled) / 100) : TimeSpan.Zero,
            SteadyStart = Utc(_timeline.SteadyStart),
            SteadyEnd = Utc(_timeline.SteadyEnd),
            RequestedRate = mode == RunMode.FullSpeed ? null : RequestedRate(),
            AchievedRate = operations.FirstOrDefault(row => row is { Operation: OperationKind.Create, Phase: Phase.Steady })?.Rate,
            Throughput = steady.Throughput,
            Outcomes =
            [
                operations.Sum(row => row.Succeeded),
                operations.Sum(row => row.Rejected),
                operations.Sum(row => row.Unknown),
                operations.Sum(row => row.NotSent),
            ],
            Operations = operations,
            Steady = steady,
            Failures = _failures.Complete(),
            Health = _timeline.SteadyStart is { } from && _timeline.SteadyEnd is { } to && to > from
                ? Health.Summarize(from, to)
                : Health.Summarize(long.MinValue / 2, long.MaxValue / 2),
            Windows = windows,
            Backlog = backlog,
            Parameters = Health.Workers.FirstOrDefault()?.Parameters ?? new Dictionary<string, string>(),
            Counters = Health.Workers.SelectMany(health => health.Counters).GroupBy(counter => counter.Key)
                .ToDictionary(group => group.Key, group => group.Sum(counter => counter.Value)),
        };
    }

    private static long Microseconds(long nanoseconds) => nanoseconds - (nanoseconds % 1000);

    private static DateTime? Utc(long? nanoseconds) => nanoseconds is { } known ? DateTime.UnixEpoch.AddTicks(known / 100) : null;

    private (List<OperationStatistics> Rows, OperationStatistics Steady) Operations()
    {
        var rows = new List<OperationStatistics>();
        var all = new OperationTally();
        double? done = null;
        foreach (var kind in Kinds)
        {
            foreach (var phase in Phases)
            {
                if (_tallies[(int)kind, (int)phase] is not { } tally) continue;
                var throughput = phase == Phase.Steady ? _timeline.Throughput(kind) : null;
                rows.Add(tally.Summarize(kind, phase, throughput));
                if (phase != Phase.Steady) continue;
                all.Add(tally);
                if (throughput is { } known) done = (done ?? 0) + known;
            }
        }

        return (rows, all.Summarize(null, Phase.Steady, done));
    }

    /// <summary>-Rate counts the creates of all workers; these records may be of some of them.</summary>
    private double? RequestedRate()
    {
        var parameters = Health.Workers.FirstOrDefault()?.Parameters;
        if (!double.TryParse(parameters?.GetValueOrDefault("Rate"), CultureInfo.InvariantCulture, out var rate)) return null;
        var workers = int.TryParse(parameters?.GetValueOrDefault("Workers"), CultureInfo.InvariantCulture, out var known) ? known : 1;
        return rate * Math.Max(1, _workers.Count) / Math.Max(workers, _workers.Count);
    }
}
