namespace K8sScaleTest.Engine.Pacing;

/// <summary>How the gaps between arrivals are distributed; the mean gap is 1 / rate for each.</summary>
public enum ArrivalKind
{
    /// <summary>Gaps drawn from the exponential distribution: many clients that know nothing of each other.</summary>
    Poisson,

    /// <summary>Equal gaps: arrival i (from 0) comes (i + 1) / rate after the start.</summary>
    Constant,

    /// <summary>Gaps drawn evenly from 0 up to twice the mean.</summary>
    Uniform,
}
