namespace K8sScaleTest.LocalApi.Faults;

/// <summary>The distribution of an added latency.</summary>
internal enum LatencyShape
{
    Constant,
    Uniform,
    Exponential,
    LogNormal,
    Mix,
}
