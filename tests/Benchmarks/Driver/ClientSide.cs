namespace K8sScaleTest.Benchmarks.Driver;

/// <summary>Who drives: this module's driver, the plain way that it is compared with, or nobody.</summary>
internal enum ClientSide
{
    /// <summary>(a) The engine's driver.</summary>
    Ours,

    /// <summary>(b) KubernetesClient's typed calls, paced by <c>Task.Delay</c>.</summary>
    Plain,

    /// <summary>(c) The same requests through .NET's HTTP stack, with nothing around it.</summary>
    Bare,
}
