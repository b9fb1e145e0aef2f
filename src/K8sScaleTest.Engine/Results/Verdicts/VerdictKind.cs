namespace K8sScaleTest.Engine.Results.Verdicts;

/// <summary>What a run is worth, before any number of it is read.</summary>
public enum VerdictKind
{
    /// <summary>Too little was measured, or the generator's health was not recorded.</summary>
    Inconclusive,

    /// <summary>The generator, or its connections, disturbed the measurement.</summary>
    Invalid,

    /// <summary>The server did not keep up: percentiles depend on how long the run was, so only throughput is a finding.</summary>
    Overloaded,

    /// <summary>Measured properly, and an objective was missed.</summary>
    Failed,

    /// <summary>Measured properly.</summary>
    Valid,
}
