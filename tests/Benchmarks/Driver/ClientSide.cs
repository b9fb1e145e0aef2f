namespace K8sScaleTest.Benchmarks.Driver;

/// <summary>Who drives: this module's driver, or the plain way that it is compared with.</summary>
internal enum ClientSide
{
    /// <summary>(a) The engine's driver.</summary>
    Ours,

    /// <summary>(b) KubernetesClient's typed calls, paced by <c>Task.Delay</c>.</summary>
    Plain,
}
