namespace K8sScaleTest.Benchmarks.Driver;

/// <summary>What a client does while it is measured.</summary>
internal enum ClientLoad
{
    /// <summary>Full speed until the code is compiled; nothing is measured.</summary>
    WarmUp,

    /// <summary>Keeps a number of operations in flight.</summary>
    FullSpeed,

    /// <summary>An open loop at a rate.</summary>
    Paced,

    /// <summary>Makes objects live and says how much memory that takes.</summary>
    Population,
}
