using K8sScaleTest.Engine.Results;

namespace K8sScaleTest;

/// <summary>How often operations of one kind failed for one reason, over the whole run.</summary>
public sealed class OperationFailure
{
    internal OperationFailure(FailureCount failure)
    {
        Operation = failure.Operation.ToString();
        Outcome = failure.Outcome.ToString();
        StatusCode = failure.StatusCode == 0 ? null : failure.StatusCode;
        Reason = failure.Reason;
        Count = failure.Count;
        InSteady = failure.InSteady;
    }

    /// <summary>Create, Update or Delete.</summary>
    public string Operation { get; }

    /// <summary>Rejected, Unknown or NotSent.</summary>
    public string Outcome { get; }

    /// <summary>The HTTP status; null without a response.</summary>
    public int? StatusCode { get; }

    /// <summary>The server's reason, or this side's.</summary>
    public string Reason { get; }

    /// <summary>How many.</summary>
    public long Count { get; }

    /// <summary>How many of them in Steady.</summary>
    public long InSteady { get; }
}
