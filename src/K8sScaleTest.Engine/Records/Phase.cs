namespace K8sScaleTest.Engine.Records;

/// <summary>The part of a run to which an operation belongs, by its scheduled time.</summary>
public enum Phase : byte
{
    /// <summary>Before the first arrival.</summary>
    WarmUp,

    /// <summary>From the first arrival until one lifetime later: the population grows.</summary>
    Fill,

    /// <summary>Until the last arrival: rates, percentiles and verdict speak of this phase alone.</summary>
    Steady,

    /// <summary>After the last arrival: what lives is deleted.</summary>
    Drain,
}
