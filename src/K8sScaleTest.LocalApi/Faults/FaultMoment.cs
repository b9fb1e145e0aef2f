namespace K8sScaleTest.LocalApi.Faults;

/// <summary>When in the life of a request a fault happens to it.</summary>
internal enum FaultMoment
{
    /// <summary>Before the request takes effect: it has none, unless it only comes late.</summary>
    BeforeCommit,

    /// <summary>After it took effect, before it is answered.</summary>
    AfterCommit,
}
