namespace K8sScaleTest.Engine.Results.Verdicts;

/// <summary>Why a verdict is what it is, for programs; <see cref="Verdict.Reason"/> says it in words.</summary>
public enum VerdictReason
{
    /// <summary>Nothing spoke against the run.</summary>
    None,

    /// <summary>No operation was scheduled in Steady.</summary>
    NoSteady,

    /// <summary>Steady holds fewer operations than a verdict needs.</summary>
    TooFewOperations,

    /// <summary>The generator's health was not recorded for all of Steady and every worker.</summary>
    NoHealth,

    /// <summary>The pacer launched late.</summary>
    PacerDelay,

    /// <summary>The thread pool ran completions late.</summary>
    CompletionLag,

    /// <summary>The garbage collector stopped the process.</summary>
    GcPause,

    /// <summary>The control group's quota held the process back, or the process used all of its CPUs.</summary>
    CpuThrottled,

    /// <summary>The wall clock was set during Steady.</summary>
    ClockStep,

    /// <summary>The backlog grew through Steady.</summary>
    BacklogGrew,

    /// <summary>Operations waited for a connection or a stream.</summary>
    ConnectionWait,

    /// <summary>Events were lost, doubled or out of order.</summary>
    EventFaults,

    /// <summary>The last write did not reach the observers: the audit of what they were delivered has no end.</summary>
    HorizonOpen,

    /// <summary>An objective was missed.</summary>
    ObjectiveMissed,
}
