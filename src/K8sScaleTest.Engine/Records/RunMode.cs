namespace K8sScaleTest.Engine.Records;

/// <summary>How a run's operations come to be due.</summary>
public enum RunMode
{
    /// <summary>By a schedule that does not wait for responses.</summary>
    OpenLoop,

    /// <summary>As fast as a number of operations in flight allows: only throughput is a finding.</summary>
    FullSpeed,
}
