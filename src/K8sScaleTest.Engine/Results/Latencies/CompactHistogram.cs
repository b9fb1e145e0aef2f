namespace K8sScaleTest.Engine.Results.Latencies;

/// <summary>
/// Counts of durations in sixteen buckets to the octave (6 % wide), of which only the used range is stored: a second of a run takes a few
/// hundred bytes, so that a day of seconds can be kept until the limits, which depend on medians known only at the end, are applied.
/// </summary>
/// <remarks>Buckets begin at 2 ms divided by powers of two, so that the verdict's lowest limit is a boundary and counts beyond it are exact.</remarks>
internal sealed class CompactHistogram
{
    private const double UnitMs = 2.0 / 2048;
    private const int PerOctave = 16;
    private const int Octave = 4;
    private const double LongestMs = 86_400_000;

    private int[] _counts = [];
    private int _first;

    public long Total { get; private set; }

    public void Add(double ms)
    {
        Add(BucketOf(ms), 1);
    }

    public void Add(CompactHistogram other)
    {
        for (var i = 0; i < other._counts.Length; i++)
        {
            if (other._counts[i] != 0) Add(other._first + i, other._counts[i]);
        }
    }

    /// <summary>The median in ms; NaN of nothing.</summary>
    /// <param name="above">Observations known only to lie above all others: the median is infinite when it falls among them.</param>
    public double Median(long above = 0)
    {
        if (Total + above == 0) return double.NaN;
        var rank = (Total + above) / 2.0;
        if (rank > Total) return double.PositiveInfinity;
        double seen = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            if (seen + _counts[i] < rank || _counts[i] == 0)
            {
                seen += _counts[i];
                continue;
            }

            var (low, high) = (LowerBound(_first + i), LowerBound(_first + i + 1));
            return low + ((high - low) * ((rank - seen) / _counts[i]));
        }

        return LowerBound(_first + _counts.Length);
    }

    /// <summary>How many lie above a limit; within the limit's own bucket they are taken to be spread evenly.</summary>
    public long CountAbove(double ms)
    {
        var bucket = BucketOf(ms);
        var (low, high) = (LowerBound(bucket), LowerBound(bucket + 1));
        double count = 0;
        for (var i = Math.Max(0, bucket - _first); i < _counts.Length; i++)
        {
            count += _first + i == bucket ? _counts[i] * (high - ms) / (high - low) : _counts[i];
        }

        return (long)Math.Round(count);
    }

    private static int BucketOf(double ms)
    {
        var units = Math.Clamp(ms, 0, LongestMs) / UnitMs;
        if (units < PerOctave) return (int)units;
        var exponent = Math.ILogB(units);
        return (int)Math.ScaleB(units, Octave - exponent) + ((exponent - Octave) * PerOctave);
    }

    private static double LowerBound(int bucket)
    {
        if (bucket < PerOctave) return bucket * UnitMs;
        var (octave, within) = Math.DivRem(bucket - PerOctave, PerOctave);
        return Math.ScaleB(PerOctave + within, octave) * UnitMs;
    }

    private void Add(int bucket, int count)
    {
        Total += count;
        if (_counts.Length == 0)
        {
            _first = bucket;
            _counts = [count];
            return;
        }

        if (bucket < _first || bucket >= _first + _counts.Length)
        {
            var first = Math.Min(bucket, _first);
            var wider = new int[Math.Max(bucket + 1, _first + _counts.Length) - first];
            _counts.CopyTo(wider, _first - first);
            (_first, _counts) = (first, wider);
        }

        _counts[bucket - _first] += count;
    }
}
