using System.Diagnostics;
using System.Globalization;

namespace K8sScaleTest.LocalApi.Metrics;

/// <summary>The requests of one kind: how many by status code, how long they took. Counted without a lock; a reader may see one count a moment before the other.</summary>
internal sealed class RequestSeries(string labels)
{
    /// <summary>Upper bounds of the duration's buckets in seconds, those of kube-apiserver since 1.23.</summary>
    public static readonly double[] Bounds = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];

    private const int FirstCode = 100;
    private static readonly long[] BoundTicks = [.. Bounds.Select(b => (long)(b * Stopwatch.Frequency))];

    private readonly long[] _codes = new long[500];
    private readonly long[] _buckets = new long[Bounds.Length + 1];
    private long _ticks;
    private long _active;

    /// <summary>As Prometheus writes them, without code and le.</summary>
    public string Labels => labels;

    /// <summary>Requests of this kind that are being served now; kept for watches.</summary>
    public long Active => Interlocked.Read(ref _active);

    public long Count => _buckets.Sum();

    public double Seconds => (double)Interlocked.Read(ref _ticks) / Stopwatch.Frequency;

    public void Begin() => Interlocked.Increment(ref _active);

    public void End() => Interlocked.Decrement(ref _active);

    public void Add(int code, long ticks)
    {
        if (code is >= FirstCode and < 600) Interlocked.Increment(ref _codes[code - FirstCode]);
        var bucket = 0;
        while (bucket < BoundTicks.Length && ticks > BoundTicks[bucket]) bucket++;
        Interlocked.Increment(ref _buckets[bucket]);
        Interlocked.Add(ref _ticks, ticks);
    }

    public IEnumerable<(string Code, long Count)> Codes()
    {
        for (var i = 0; i < _codes.Length; i++)
        {
            if (Interlocked.Read(ref _codes[i]) is > 0 and var count) yield return ((i + FirstCode).ToString(CultureInfo.InvariantCulture), count);
        }
    }

    /// <summary>Requests that took no longer than each bound; the last is all of them.</summary>
    public long[] Cumulative()
    {
        var result = new long[_buckets.Length];
        long sum = 0;
        for (var i = 0; i < result.Length; i++) result[i] = sum += Interlocked.Read(ref _buckets[i]);
        return result;
    }
}
