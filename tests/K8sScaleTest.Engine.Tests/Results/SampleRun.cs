using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results;

namespace K8sScaleTest.Engine.Tests.Results;

/// <summary>Makes rows and samples of a run whose every time is known.</summary>
internal sealed class SampleRun
{
    public const string Id = "1124.0300.0001";
    public const string Resource = "configmaps";
    public const long Start = 1_795_500_000_000_000_000;
    private const long Second = 1_000_000_000;

    public static readonly RunInfo Info = new(Id, 0, Resource, "scaletest", new RunClock((0, Start)));

    /// <summary>A row; times in ms after the run's start, sent NaN when never.</summary>
    public static OperationRow Row(
        double scheduled,
        double launched,
        double sent,
        double finished,
        OperationKind operation = OperationKind.Create,
        Outcome outcome = Outcome.Succeeded,
        string? reason = null,
        int status = 201) => new()
        {
            Run = Info,
            Sequence = 1,
            Operation = operation,
            Name = "1124.0300.0001-0001",
            Phase = Phase.Steady,
            Outcome = outcome,
            StatusCode = status,
            Reason = reason,
            Attempts = 1,
            Scheduled = Ticks(scheduled),
            Launched = Ticks(launched),
            Sent = double.IsNaN(sent) ? 0 : Ticks(sent),
            Finished = Ticks(finished),
            Server = "127.0.0.1:6443",
            StreamsInFlight = 1,
            RequestBytes = 2300,
            ResponseBytes = 2500,
        };

    public static long Ticks(double ms) => RunClock.FromNanoseconds((long)Math.Round(ms * 1e6));

    /// <summary>A sample by its intervals.</summary>
    public static OperationSample Sample(
        double atSecond,
        double serviceMs = 1,
        double pacerMs = 0.1,
        double waitMs = 0.1,
        OperationKind operation = OperationKind.Create,
        Phase phase = Phase.Steady,
        Outcome outcome = Outcome.Succeeded,
        string? reason = null,
        string resource = Resource)
    {
        var scheduled = Start + (long)(atSecond * Second);
        var known = (double.IsNaN(waitMs) ? 0 : waitMs) + (double.IsNaN(serviceMs) ? 0 : serviceMs);
        return new OperationSample
        {
            RunId = Id,
            Resource = resource,
            Operation = operation,
            Phase = phase,
            Outcome = outcome,
            StatusCode = outcome == Outcome.Succeeded ? 201 : 0,
            Reason = reason,
            ScheduledUnixNanoseconds = scheduled,
            FinishedUnixNanoseconds = scheduled + (long)((pacerMs + known) * 1e6),
            PacerDelayMs = pacerMs,
            ConnectionWaitMs = waitMs,
            ServiceMs = serviceMs,
            ResponseMs = pacerMs + known,
        };
    }

    /// <summary>The health of a quiet process, from the run's start.</summary>
    public static RunHealth Health(
        int seconds,
        int worker = 0,
        RunMode mode = RunMode.OpenLoop,
        Func<int, HealthSecond, HealthSecond>? change = null,
        IReadOnlyDictionary<string, string>? parameters = null) => new()
        {
            RunId = Id,
            Worker = worker,
            Resource = Resource,
            Mode = mode,
            CpuQuota = 2,
            Parameters = parameters ?? new Dictionary<string, string> { ["Rate"] = "100", ["Workers"] = "1" },
            Seconds =
        [
            .. Enumerable.Range(0, seconds).Select(i =>
            {
                var quiet = new HealthSecond
                {
                    UnixMicroseconds = (Start / 1000) + (i * 1_000_000L),
                    LengthMs = 1000,
                    GcPauseMs = 0.4,
                    Collections = 1,
                    CpuMs = 300,
                    ThrottledMs = 0,
                    ProbeSamples = 100,
                    ProbeMaxMs = 0.3,
                };
                return change is null ? quiet : change(i, quiet);
            }),
        ],
        };

    /// <summary>Sums up a run at 100 creates/s: a second of Fill, then Steady.</summary>
    public static Summary Summarize(
        int seconds,
        Func<double, OperationSample, OperationSample>? change = null,
        RunHealth? health = null,
        int perSecond = 100,
        bool withHealth = true)
    {
        var summarizer = new ScaleTestSummarizer();
        foreach (var sample in Samples(seconds, change, perSecond)) summarizer.Add(sample);
        if (withHealth) summarizer.AddHealth(health ?? Health(seconds + 1));
        return summarizer.Complete();
    }

    public static IEnumerable<OperationSample> Samples(int seconds, Func<double, OperationSample, OperationSample>? change = null, int perSecond = 100)
    {
        for (var i = 0; i < seconds * perSecond; i++)
        {
            var at = (double)i / perSecond;
            var sample = Sample(at, phase: at < 1 ? Phase.Fill : Phase.Steady);
            yield return change is null ? sample : change(at, sample);
        }
    }

    /// <summary>A sample with other intervals, and its finish accordingly.</summary>
    public static OperationSample With(OperationSample sample, double? service = null, double? pacer = null, double? wait = null)
    {
        sample.ServiceMs = service ?? sample.ServiceMs;
        sample.PacerDelayMs = pacer ?? sample.PacerDelayMs;
        sample.ConnectionWaitMs = wait ?? sample.ConnectionWaitMs;
        sample.ResponseMs = sample.PacerDelayMs + sample.ConnectionWaitMs + sample.ServiceMs;
        sample.FinishedUnixNanoseconds = sample.ScheduledUnixNanoseconds + (long)(sample.ResponseMs * 1e6);
        return sample;
    }
}
