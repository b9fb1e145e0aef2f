namespace K8sScaleTest.LocalApi.Metrics;

/// <summary>A number that many count up, without a lock.</summary>
internal sealed class Tally
{
    private long _value;

    public long Value => Interlocked.Read(ref _value);

    public void Add(long count) => Interlocked.Add(ref _value, count);
}
