namespace K8sScaleTest.Engine.Informers;

/// <summary>client-go's default rate limiter of controllers: per item exponential, over all items a token bucket; the longer wait holds.</summary>
internal sealed class ItemRateLimiter<T>
    where T : notnull
{
    private const double FirstSeconds = 0.005;
    private const double LongestSeconds = 1000;
    private const double TokensPerSecond = 10;
    private const double Burst = 100;
    private readonly Lock _gate = new();
    private readonly Dictionary<T, int> _failures;
    private readonly TimeProvider _time;
    private double _tokens = Burst;
    private long _filled;

    public ItemRateLimiter(TimeProvider time, IEqualityComparer<T>? comparer)
    {
        _time = time;
        _failures = new(comparer);
        _filled = time.GetTimestamp();
    }

    /// <summary>How long the item has to wait this time.</summary>
    public TimeSpan Next(T item)
    {
        lock (_gate)
        {
            var failures = _failures.GetValueOrDefault(item);
            _failures[item] = failures + 1;
            var own = Math.Min(LongestSeconds, FirstSeconds * Math.Pow(2, failures));

            // Tokens may be owed: whoever comes later waits longer.
            var now = _time.GetTimestamp();
            _tokens = Math.Min(Burst, _tokens + (_time.GetElapsedTime(_filled, now).TotalSeconds * TokensPerSecond)) - 1;
            _filled = now;
            var shared = _tokens >= 0 ? 0 : -_tokens / TokensPerSecond;
            return TimeSpan.FromSeconds(Math.Max(own, shared));
        }
    }

    public void Forget(T item)
    {
        lock (_gate) _failures.Remove(item);
    }

    public int Requeues(T item)
    {
        lock (_gate) return _failures.GetValueOrDefault(item);
    }
}
