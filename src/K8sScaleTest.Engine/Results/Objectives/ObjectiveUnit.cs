namespace K8sScaleTest.Engine.Results.Objectives;

/// <summary>The unit of an objective's limit.</summary>
public enum ObjectiveUnit
{
    /// <summary>Milliseconds.</summary>
    Milliseconds,

    /// <summary>A number of operations.</summary>
    Count,

    /// <summary>Percent: of the operations, or of the requested rate.</summary>
    Percent,

    /// <summary>Operations per second.</summary>
    PerSecond,
}
