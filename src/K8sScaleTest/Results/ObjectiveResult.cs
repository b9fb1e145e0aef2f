namespace K8sScaleTest;

/// <summary>One objective, or the verdict, held against one run.</summary>
public sealed class ObjectiveResult
{
    internal ObjectiveResult()
    {
    }

    /// <summary>The run's ID; null where no run was of the objective's resource.</summary>
    public string? RunId { get; internal init; }

    /// <summary>The resource's plural name, with its group.</summary>
    public string? Resource { get; internal init; }

    /// <summary>The objective as it was given, or "verdict".</summary>
    public string Objective { get; internal init; } = "";

    /// <summary>Whether it was kept; null when the run cannot tell.</summary>
    public bool? Passed { get; internal init; }

    /// <summary>What was measured, with its unit; null when there was nothing to measure.</summary>
    public string? Actual { get; internal init; }

    /// <summary>The limit, with its unit.</summary>
    public string Limit { get; internal init; } = "";

    /// <summary>What was measured, as a number in <see cref="Unit"/>.</summary>
    public double? ActualValue { get; internal init; }

    /// <summary>The limit as a number in <see cref="Unit"/>.</summary>
    public double? LimitValue { get; internal init; }

    /// <summary>Milliseconds, Count, Percent or PerSecond; null of the verdict.</summary>
    public string? Unit { get; internal init; }

    /// <summary>Operations behind it.</summary>
    public long Samples { get; internal init; }

    /// <summary>In words, what was measured or why it cannot be told.</summary>
    public string Reason { get; internal init; } = "";

    /// <summary>The run's verdict in the light of all objectives: Failed where it was Valid and an objective was missed.</summary>
    public string? Verdict { get; internal init; }
}
