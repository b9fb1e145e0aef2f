namespace K8sScaleTest.Engine.Metrics;

/// <summary>The metrics cannot be served: the port is taken, or the address is none of this machine's. Says what to do.</summary>
public sealed class MetricsEndpointException : Exception
{
    internal MetricsEndpointException(string message, bool portInUse, Exception? innerException = null)
        : base(message, innerException) => PortInUse = portInUse;

    /// <summary>Whether somebody else listens on the port.</summary>
    public bool PortInUse { get; }
}
