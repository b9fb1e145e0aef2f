using System.Diagnostics;

namespace K8sScaleTest.Engine.Records;

/// <summary>
/// The one clock of a run: <see cref="Stopwatch"/> ticks, anchored to UTC once. All intervals are differences of ticks;
/// UTC is only ever derived from ticks through the anchor, so that a step of the wall clock cannot bend an interval.
/// </summary>
public sealed class RunClock
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Anchors a new clock to the present moment.</summary>
    public RunClock()
        : this(Anchor())
    {
    }

    /// <summary>A clock with a given anchor, for tests and for readers of files.</summary>
    /// <param name="anchor">A tick count and the UTC moment, in nanoseconds since 1970, that it stands for.</param>
    public RunClock((long Ticks, long UnixNanoseconds) anchor)
    {
        AnchorTicks = anchor.Ticks;
        AnchorUnixNanoseconds = anchor.UnixNanoseconds;
    }

    /// <summary>The present moment, in ticks.</summary>
    public static long Now => Stopwatch.GetTimestamp();

    /// <summary>Tick count of the anchor.</summary>
    public long AnchorTicks { get; }

    /// <summary>UTC of the anchor, in nanoseconds since 1970.</summary>
    public long AnchorUnixNanoseconds { get; }

    /// <summary>The UTC moment of a tick count, in nanoseconds since 1970.</summary>
    public long ToUnixNanoseconds(long ticks) => AnchorUnixNanoseconds + ToNanoseconds(ticks - AnchorTicks);

    /// <summary>The UTC moment of a tick count, in whole microseconds since 1970 (rounded down).</summary>
    public long ToUnixMicroseconds(long ticks) => Math.DivRem(ToUnixNanoseconds(ticks), 1000).Quotient;

    /// <summary>The UTC moment of a tick count (a <see cref="DateTime"/> counts in 100 ns).</summary>
    public DateTime ToUtc(long ticks) => DateTime.UnixEpoch.AddTicks(ToUnixNanoseconds(ticks) / 100);

    /// <summary>How far the wall clock has moved against this one since the anchor, in nanoseconds: drift, or a step.</summary>
    public long WallClockOffsetNanoseconds()
    {
        var (ticks, unix) = Anchor();
        return unix - ToUnixNanoseconds(ticks);
    }

    /// <summary>An interval of ticks in nanoseconds.</summary>
    public static long ToNanoseconds(long ticks) =>
        Stopwatch.Frequency == NanosecondsPerSecond ? ticks : (long)((Int128)ticks * NanosecondsPerSecond / Stopwatch.Frequency);

    /// <summary>An interval of nanoseconds in ticks.</summary>
    public static long FromNanoseconds(long nanoseconds) =>
        Stopwatch.Frequency == NanosecondsPerSecond ? nanoseconds : (long)((Int128)nanoseconds * Stopwatch.Frequency / NanosecondsPerSecond);

    /// <summary>An interval of ticks in milliseconds.</summary>
    public static double ToMilliseconds(long ticks) => ticks * 1000.0 / Stopwatch.Frequency;

    private static (long Ticks, long UnixNanoseconds) Anchor()
    {
        // The tightest of a few bracketed readings: a preemption between two clock reads must not become a constant error.
        var best = long.MaxValue;
        (long, long) anchor = default;
        for (var i = 0; i < 8; i++)
        {
            var before = Stopwatch.GetTimestamp();
            var utc = DateTime.UtcNow;
            var after = Stopwatch.GetTimestamp();
            if (after - before >= best) continue;
            best = after - before;
            anchor = (before + ((after - before) / 2), (utc - DateTime.UnixEpoch).Ticks * 100);
        }

        return anchor;
    }
}
