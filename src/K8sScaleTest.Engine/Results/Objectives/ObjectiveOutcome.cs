namespace K8sScaleTest.Engine.Results.Objectives;

/// <summary>An objective held against a run.</summary>
/// <param name="State">Whether it was kept.</param>
/// <param name="Actual">What was measured, in the limit's unit; null when there was nothing to measure.</param>
/// <param name="Samples">Operations behind it.</param>
/// <param name="Reason">In words, what was measured or why it cannot be told.</param>
public sealed record ObjectiveOutcome(ObjectiveState State, double? Actual, long Samples, string Reason);
