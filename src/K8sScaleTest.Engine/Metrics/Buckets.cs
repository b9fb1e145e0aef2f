using Prometheus;

namespace K8sScaleTest.Engine.Metrics;

/// <summary>Histogram buckets, in seconds, and the configurations that go with them.</summary>
internal static class Buckets
{
    /// <summary>From 0.25 ms, where a server on this machine answers, to past the API server's own time-out of 60 s.</summary>
    public static readonly double[] Request =
        [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    /// <summary>What should be tens of microseconds: from 25 us to 1 s.</summary>
    public static readonly double[] Own = [0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.1, 1];

    /// <summary>A histogram with labels. No exemplars: nothing is to be looked up for them at each observation.</summary>
    public static HistogramConfiguration Histogram(double[] buckets, params string[] labels) =>
        new() { Buckets = buckets, LabelNames = labels, ExemplarBehavior = ExemplarBehavior.NoExemplars() };

    /// <summary>A counter with labels.</summary>
    public static CounterConfiguration Counter(params string[] labels) => new() { LabelNames = labels, ExemplarBehavior = ExemplarBehavior.NoExemplars() };
}
