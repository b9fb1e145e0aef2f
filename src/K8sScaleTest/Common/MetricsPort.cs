using K8sScaleTest.Engine.Metrics;

namespace K8sScaleTest;

/// <summary>The metrics of one run and the port that serves them.</summary>
internal sealed class MetricsPort : IDisposable
{
    private readonly MetricsEndpoint _endpoint;

    /// <exception cref="MetricsEndpointException">The port is in use, or the address is not one to listen on.</exception>
    public MetricsPort(string address, int port) => _endpoint = MetricsEndpoint.Open(Metrics, address, port);

    /// <summary>What is served.</summary>
    public RunMetrics Metrics { get; } = new();

    /// <summary>Where they are, as seen from this machine.</summary>
    public string Url => _endpoint.Url;

    /// <summary>Waits for scrapes under way: they take no time worth a stop.</summary>
    public void Dispose() => _endpoint.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
