using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Latencies;

/// <summary>The four histograms of <see cref="LatencySet"/>.</summary>
internal sealed class LatencyTally
{
    private readonly LatencyHistogram _service = new();
    private readonly LatencyHistogram _response = new();
    private readonly LatencyHistogram _pacerDelay = new();
    private readonly LatencyHistogram _connectionWait = new();

    public void Record(in OperationSample sample)
    {
        _service.Record(sample.ServiceMs);
        _response.Record(sample.ResponseMs);
        _pacerDelay.Record(sample.PacerDelayMs);
        _connectionWait.Record(sample.ConnectionWaitMs);
    }

    /// <summary>A time-out: its pacer delay is known, and its connection wait if it was sent; the rest is only known to be longer than it lasted.</summary>
    public void Censor(in OperationSample sample)
    {
        _response.Censor(sample.ResponseMs);
        _service.Censor(sample.ServiceMs);
        _pacerDelay.Record(sample.PacerDelayMs);
        if (double.IsNaN(sample.ConnectionWaitMs)) _connectionWait.Censor(sample.ResponseMs - sample.PacerDelayMs);
        else _connectionWait.Record(sample.ConnectionWaitMs);
    }

    public void Add(LatencyTally other)
    {
        _service.Add(other._service);
        _response.Add(other._response);
        _pacerDelay.Add(other._pacerDelay);
        _connectionWait.Add(other._connectionWait);
    }

    public double? ResponsePercentile(int perMille) => _response.Percentile(perMille);

    public LatencySet Summarize() => new(_service.Summarize(), _response.Summarize(), _pacerDelay.Summarize(), _connectionWait.Summarize());
}
