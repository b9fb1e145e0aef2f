namespace K8sScaleTest.Engine.Results.Objectives;

/// <summary>What an objective speaks of.</summary>
public enum ObjectiveMetric
{
    /// <summary>finished - sent.</summary>
    Service,

    /// <summary>finished - scheduled.</summary>
    Response,

    /// <summary>launched - scheduled.</summary>
    Pacer,

    /// <summary>sent - launched.</summary>
    ConnectionWait,

    /// <summary>Operations that succeeded.</summary>
    Succeeded,

    /// <summary>Operations that did not.</summary>
    Failed,

    /// <summary>Operations that the server refused.</summary>
    Rejected,

    /// <summary>Operations that may have happened.</summary>
    Unknown,

    /// <summary>Operations that never left the generator.</summary>
    NotSent,

    /// <summary>Operations that ended with the request time-out.</summary>
    Timeouts,

    /// <summary>Operations scheduled per second.</summary>
    Rate,

    /// <summary>Operations finished with success per second.</summary>
    Throughput,
}
