namespace K8sScaleTest.Engine.Results.Objectives;

/// <summary>Which figure of a time's distribution an objective speaks of.</summary>
public enum ObjectiveStatistic
{
    /// <summary>Not of a distribution.</summary>
    None,

    /// <summary>The median.</summary>
    P50,

    /// <summary>90 %.</summary>
    P90,

    /// <summary>99 %.</summary>
    P99,

    /// <summary>99.9 %.</summary>
    P999,

    /// <summary>The largest.</summary>
    Max,

    /// <summary>The mean.</summary>
    Mean,
}
