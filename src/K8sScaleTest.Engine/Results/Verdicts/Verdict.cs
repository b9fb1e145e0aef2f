namespace K8sScaleTest.Engine.Results.Verdicts;

/// <summary>What a run is worth, why, and what to do about it.</summary>
/// <param name="Kind">The verdict.</param>
/// <param name="Code">Its reason, for programs.</param>
/// <param name="Reason">Its reason in words: which window, how many, what was measured, and the limit.</param>
/// <param name="Advice">What to do about it; empty when there is nothing to do.</param>
public sealed record Verdict(VerdictKind Kind, VerdictReason Code, string Reason, string Advice);
