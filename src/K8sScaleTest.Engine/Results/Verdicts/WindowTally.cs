using K8sScaleTest.Engine.Results.Latencies;

namespace K8sScaleTest.Engine.Results.Verdicts;

/// <summary>The seconds of one window, added up.</summary>
internal sealed class WindowTally(long startUnixNanoseconds)
{
    public long StartUnixNanoseconds { get; } = startUnixNanoseconds;

    public long EndUnixNanoseconds { get; set; } = startUnixNanoseconds;

    public long Operations { get; set; }

    public long NeverSent { get; set; }

    public CompactHistogram Service { get; } = new();

    public CompactHistogram LateLaunches { get; } = new();

    public CompactHistogram LongWaits { get; } = new();

    public void Add(WindowTally later)
    {
        EndUnixNanoseconds = later.EndUnixNanoseconds;
        Operations += later.Operations;
        NeverSent += later.NeverSent;
        Service.Add(later.Service);
        LateLaunches.Add(later.LateLaunches);
        LongWaits.Add(later.LongWaits);
    }
}
