using K8sScaleTest.Engine.Records;
using K8sScaleTest.Engine.Results.Latencies;

namespace K8sScaleTest.Engine.Results.Verdicts;

/// <summary>
/// A run by the second. Records come in the order of finishing, and a second worker's file after the first's, so no second is ever closed:
/// each is kept, small, until the end.
/// </summary>
internal sealed class RunTimeline
{
    private const long Second = 1_000_000_000;
    private const long WindowNanoseconds = 10 * Second;
    private const long WindowOperations = 1000;

    private readonly Dictionary<long, SecondBin> _bins = [];
    private (long Key, SecondBin Bin)? _due;
    private (long Key, SecondBin Bin)? _finished;

    /// <summary>The first moment that an operation of Steady was due, in ns; null without Steady.</summary>
    public long? SteadyStart { get; private set; }

    /// <summary>The last such moment.</summary>
    public long? SteadyEnd { get; private set; }

    public void Record(in OperationSample sample)
    {
        if (sample.Phase == Phase.Steady)
        {
            SteadyStart = Math.Min(SteadyStart ?? long.MaxValue, sample.ScheduledUnixNanoseconds);
            SteadyEnd = Math.Max(SteadyEnd ?? long.MinValue, sample.ScheduledUnixNanoseconds);
        }

        Bin(sample.ScheduledUnixNanoseconds, ref _due).RecordDue(sample);
        Bin(sample.FinishedUnixNanoseconds, ref _finished).RecordFinished(sample);
    }

    /// <summary>Operations of a kind that finished with success per second, over the whole seconds within Steady; null where there is none.</summary>
    public double? Throughput(OperationKind operation)
    {
        if (SteadyStart is not { } start || SteadyEnd is not { } end) return null;
        var first = Floor(start - 1) + 1;
        var last = Floor(end) - 1;
        if (last < first) return null;
        long done = 0;
        foreach (var (key, bin) in _bins)
        {
            if (key >= first && key <= last) done += bin.Done(operation);
        }

        return (double)done / (last - first + 1);
    }

    /// <summary>Steady's windows in order: each the fewest whole seconds that make 10 s and 1,000 operations; what is left joins the last.</summary>
    public IReadOnlyList<WindowTally> Windows()
    {
        if (SteadyStart is not { } start) return [];
        var windows = new List<WindowTally>();
        var window = new WindowTally(start);
        foreach (var (key, bin) in Steady())
        {
            window.EndUnixNanoseconds = Math.Min((key + 1) * Second, Math.Max(SteadyEnd!.Value, start + 1));
            bin.AddTo(window);
            if (window.Operations < WindowOperations || window.EndUnixNanoseconds - window.StartUnixNanoseconds < WindowNanoseconds) continue;
            windows.Add(window);
            window = new WindowTally(window.EndUnixNanoseconds);
        }

        if (window.Operations > 0)
        {
            if (windows.Count > 0) windows[^1].Add(window);
            else windows.Add(window);
        }

        return windows;
    }

    /// <summary>How the backlog went through Steady; null where Steady has no three whole seconds.</summary>
    /// <param name="firstServiceMs">Median service time of the run's first creates.</param>
    public BacklogTrend? Backlog(double firstServiceMs)
    {
        if (SteadyStart is not { } start || SteadyEnd is not { } end) return null;
        var backlogs = new List<(SecondBin Bin, long Backlog)>();
        long backlog = 0;
        foreach (var (key, bin) in _bins.OrderBy(entry => entry.Key))
        {
            backlog += bin.Due - bin.Answered;
            // The second in which Steady ends is left out: part of it is Drain, in which the backlog falls.
            if (key >= Floor(start) && key < Floor(end)) backlogs.Add((bin, backlog));
        }

        if (backlogs.Count < 3) return null;
        var third = backlogs.Count / 3;
        var creates = new CompactHistogram();
        long timedOut = 0;
        foreach (var (bin, _) in backlogs[^third..]) timedOut += bin.AddCreatesTo(creates);
        return new BacklogTrend(
            Median(backlogs[..third]), Median(backlogs[third..^third]), Median(backlogs[^third..]), firstServiceMs, creates.Median(above: timedOut));
    }

    private static double Median(List<(SecondBin Bin, long Backlog)> seconds)
    {
        var sorted = seconds.Select(second => second.Backlog).Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2.0;
    }

    private static long Floor(long nanoseconds) => nanoseconds >= 0 ? nanoseconds / Second : ((nanoseconds + 1) / Second) - 1;

    private IEnumerable<KeyValuePair<long, SecondBin>> Steady() => _bins.Where(entry => entry.Value.Steady > 0).OrderBy(entry => entry.Key);

    /// <summary>The bin of a moment; neighbours in the stream nearly always share it.</summary>
    private SecondBin Bin(long nanoseconds, ref (long Key, SecondBin Bin)? last)
    {
        var key = Floor(nanoseconds);
        if (last is { } known && known.Key == key) return known.Bin;
        if (!_bins.TryGetValue(key, out var bin)) _bins.Add(key, bin = new SecondBin());
        last = (key, bin);
        return bin;
    }
}
