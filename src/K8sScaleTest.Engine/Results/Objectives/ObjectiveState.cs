namespace K8sScaleTest.Engine.Results.Objectives;

/// <summary>Whether an objective was kept.</summary>
public enum ObjectiveState
{
    /// <summary>It was.</summary>
    Passed,

    /// <summary>It was not.</summary>
    Missed,

    /// <summary>The run cannot tell.</summary>
    Undetermined,
}
