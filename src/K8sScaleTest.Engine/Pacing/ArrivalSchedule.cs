using System.Globalization;

namespace K8sScaleTest.Engine.Pacing;

/// <summary>
/// When creates are due. There is one global schedule, a pure function of kind, rate and seed; this is one worker's share of it:
/// worker k of n plays the arrivals whose index modulo n is k, so that any number of workers plays the same run.
/// <para>
/// Times are whole nanoseconds after the start, from integer and basic IEEE 754 arithmetic alone, so that a seed gives the same
/// schedule on every machine. A random gap is rounded to the nearest nanosecond and the sum is an integer: rounding to nearest has no
/// bias (for exponential gaps of mean m ns it moves the mean by 1/(24 m) ns), and nothing is lost however long the run.
/// An arrival at the very end of the duration still belongs to it: 100/s for 60 s at equal gaps are 6,000.
/// </para>
/// Not thread-safe.
/// </summary>
public sealed class ArrivalSchedule
{
    /// <summary>The highest rate, per second: the mean gap must be far above the nanosecond that is the unit.</summary>
    public const double MaximumRate = 1_000_000;

    /// <summary>The lowest rate, per second: one arrival in 11.6 days.</summary>
    public const double MinimumRate = 0.000_001;

    /// <summary>The largest count.</summary>
    public const long MaximumCount = 1_000_000_000;

    private const double NanosecondsPerSecond = 1e9;

    private readonly ArrivalKind _kind;
    private readonly double _rate;
    private readonly double _meanGap;
    private readonly long _limit;
    private readonly long _duration;
    private readonly int _worker;
    private readonly int _workers;
    private Xoshiro256 _random;
    private long _nextIndex;
    private long _offset;
    private bool _ended;

    /// <summary>Makes the share of one worker.</summary>
    /// <param name="kind">The distribution of the gaps.</param>
    /// <param name="ratePerSecond">Arrivals per second of all workers together.</param>
    /// <param name="seed">What the random gaps are drawn from.</param>
    /// <param name="count">Arrivals of all workers together, or null when the duration alone ends them.</param>
    /// <param name="durationNanoseconds">Length of the schedule in ns, or null when the count alone ends it.</param>
    /// <param name="worker">This worker's number, from 0.</param>
    /// <param name="workers">The number of workers.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range; the message says which range.</exception>
    /// <exception cref="ArgumentException">Neither a count nor a duration ends the schedule.</exception>
    public ArrivalSchedule(
        ArrivalKind kind, double ratePerSecond, ulong seed, long? count, long? durationNanoseconds, int worker = 0, int workers = 1)
    {
        if (!Enum.IsDefined(kind)) throw OutOfRange(nameof(kind), $"'{kind}' is no kind of arrival: it must be Poisson, Constant or Uniform.");
        if (!(ratePerSecond is >= MinimumRate and <= MaximumRate))
            throw OutOfRange(nameof(ratePerSecond), $"The rate must be between {MinimumRate:0.000000} and {MaximumRate:N0} per second, not {ratePerSecond}.");
        if (count is < 1 or > MaximumCount)
            throw OutOfRange(nameof(count), $"The count must be between 1 and {MaximumCount:N0}, not {count}.");
        if (durationNanoseconds is <= 0)
            throw OutOfRange(nameof(durationNanoseconds), $"The duration must be longer than nothing, not {durationNanoseconds / NanosecondsPerSecond} s.");
        if (workers < 1) throw OutOfRange(nameof(workers), $"There must be at least one worker, not {workers}.");
        if (worker < 0 || worker >= workers)
            throw OutOfRange(nameof(worker), $"The worker's number must be between 0 and {workers - 1} ({workers} workers, counted from 0), not {worker}.");
        if (count is null && durationNanoseconds is null) throw new ArgumentException("A count, a duration or both must end the schedule.");

        _kind = kind;
        _rate = ratePerSecond;
        _meanGap = NanosecondsPerSecond / ratePerSecond;
        _duration = durationNanoseconds ?? long.MaxValue;
        _worker = worker;
        _workers = workers;
        var bound = durationNanoseconds is { } duration ? UpperBound(ratePerSecond, duration) : long.MaxValue;
        _limit = Math.Min(count ?? long.MaxValue, bound);
        NameDigits = (count ?? bound).ToString(CultureInfo.InvariantCulture).Length;

        _random = new(seed);
        FirstOffsetNanoseconds = NextOffset();
        _random = new(seed);
    }

    /// <summary>When the first arrival of the global schedule, whoever plays it, is due, in ns after the start.</summary>
    public long FirstOffsetNanoseconds { get; }

    /// <summary>
    /// The offset in ns of the last arrival of the global schedule, whoever plays it: known, and not null, once <see cref="TryNext"/> has
    /// returned false and unless there was none at all.
    /// </summary>
    public long? LastOffsetNanoseconds => _ended && _nextIndex > 0 ? _offset : null;

    /// <summary>
    /// What the number of arrivals of the global schedule cannot exceed: the count, or what eight standard deviations of a Poisson process
    /// allow within the duration (chance of more: below 10^-14; the schedule ends there in any case), whichever is less.
    /// </summary>
    public long? TotalCount => _limit;

    /// <summary>Digits to which numbers in names are padded: those of the count or, where there is none, of <see cref="TotalCount"/>.</summary>
    public int NameDigits { get; }

    /// <summary>This worker's next arrival, in order; false when the schedule has ended.</summary>
    public bool TryNext(out Arrival arrival)
    {
        while (!_ended)
        {
            // Other workers' arrivals are drawn too: that is what makes the schedule one and the same.
            var offset = _nextIndex < _limit ? NextOffset() : long.MaxValue;
            if (offset > _duration || offset == long.MaxValue)
            {
                _ended = true;
                break;
            }

            _offset = offset;
            var index = _nextIndex++;
            if (index % _workers != _worker) continue;
            arrival = new(index, offset);
            return true;
        }

        arrival = default;
        return false;
    }

    /// <summary>Mean plus eight standard deviations of a Poisson count, and ten for where the mean is small.</summary>
    private static long UpperBound(double rate, long duration)
    {
        var mean = rate * (duration / NanosecondsPerSecond);
        return (long)Math.Ceiling(mean + (8 * Math.Sqrt(mean)) + 10);
    }

    private static ArgumentOutOfRangeException OutOfRange(string parameter, FormattableString message) =>
        new(parameter, message.ToString(CultureInfo.InvariantCulture));

    /// <summary>The offset of the arrival after the present one; <see cref="long.MaxValue"/> where 292 years do not suffice.</summary>
    private long NextOffset()
    {
        if (_kind == ArrivalKind.Constant)
        {
            // Not a sum: no error can build up. Within 1 ns of the exact value for the first 26 days.
            var offset = Math.Round((_nextIndex + 1) * NanosecondsPerSecond / _rate);
            return offset < long.MaxValue ? (long)offset : long.MaxValue;
        }

        var gap = Math.Round(_meanGap * (_kind == ArrivalKind.Uniform
            ? 2 * _random.NextFromZero()
            : -NaturalLogarithm.Of(_random.NextAboveZero())));
        return gap < long.MaxValue - _offset ? _offset + (long)gap : long.MaxValue;
    }
}
