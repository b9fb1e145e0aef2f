namespace K8sScaleTest.Benchmarks.Driver;

/// <summary>What a client process measured in one phase.</summary>
internal sealed record ClientReport
{
    /// <summary>Operations that ended in the window.</summary>
    public long Operations { get; init; }

    /// <summary>Length of the window.</summary>
    public double Seconds { get; init; }

    /// <summary>CPU time of the process in the window.</summary>
    public double CpuMicroseconds { get; init; }

    /// <summary>Bytes allocated in the window.</summary>
    public long AllocatedBytes { get; init; }

    /// <summary>Pacer delay of the window's operations, in ns.</summary>
    public IReadOnlyList<long> PacerDelays { get; init; } = [];

    /// <summary>Connection wait of the window's operations, in ns.</summary>
    public IReadOnlyList<long> ConnectionWaits { get; init; } = [];

    /// <summary>Managed bytes per live object beyond its name.</summary>
    public double BytesPerObject { get; init; }

    public double OperationsPerSecond => Operations / Seconds;

    public double CpuPerOperation => CpuMicroseconds / Operations;

    public double BytesPerOperation => (double)AllocatedBytes / Operations;
}
