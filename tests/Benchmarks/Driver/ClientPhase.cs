namespace K8sScaleTest.Benchmarks.Driver;

/// <summary>One measurement of a client process.</summary>
internal sealed record ClientPhase(ClientLoad Load)
{
    /// <summary>Operations (creates and deletes) per second of a paced load; creates per second of a population.</summary>
    public double Rate { get; init; }

    /// <summary>Length of the measurement.</summary>
    public TimeSpan Window { get; init; }

    /// <summary>Objects that live at the end of a population.</summary>
    public int LiveObjects { get; init; }

    /// <summary>Whether the moment of sending matters: learning it costs the plain way CPU.</summary>
    public bool TimesSending { get; init; }

    /// <summary>Creates per second of a paced load: each create has its delete.</summary>
    public double CreateRate => Rate / 2;

    /// <summary>How long an object of a paced load lives.</summary>
    public TimeSpan Lifetime => TimeSpan.FromSeconds(ClientScenario.Population / CreateRate);
}
