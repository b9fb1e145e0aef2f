namespace K8sScaleTest.Engine.Results.Objectives;

/// <summary>How an objective compares.</summary>
public enum ObjectiveComparison
{
    /// <summary><c>&lt;=</c>.</summary>
    AtMost,

    /// <summary><c>&lt;</c>.</summary>
    Below,

    /// <summary><c>&gt;=</c>.</summary>
    AtLeast,

    /// <summary><c>&gt;</c>.</summary>
    Above,

    /// <summary><c>==</c>.</summary>
    Equal,

    /// <summary><c>!=</c>.</summary>
    NotEqual,
}
