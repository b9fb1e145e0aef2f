using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results;

/// <summary>How often operations of one kind failed for one reason, over the whole run.</summary>
/// <param name="Operation">The kind.</param>
/// <param name="Outcome">What is known of their effect.</param>
/// <param name="StatusCode">The HTTP status, or 0 without a response.</param>
/// <param name="Reason">The Status object's reason, or one of <see cref="Reasons"/>.</param>
/// <param name="Count">How many.</param>
/// <param name="InSteady">How many of them in Steady.</param>
public sealed record FailureCount(OperationKind Operation, Outcome Outcome, int StatusCode, string Reason, long Count, long InSteady);
