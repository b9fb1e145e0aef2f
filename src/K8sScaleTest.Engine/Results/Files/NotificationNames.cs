using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>The words of notification records, encoded once.</summary>
internal static class NotificationNames
{
    private static readonly byte[][] Kinds = Encode<NotificationKind>();
    private static readonly byte[][] Events = Encode<NotifiedEvent>();

    public static ReadOnlySpan<byte> Of(NotificationKind kind) => Kinds[(int)kind];

    public static ReadOnlySpan<byte> Of(NotifiedEvent notified) => Events[(int)notified];

    /// <summary>The tick count of a moment in seconds since 1970, for columns that take ticks.</summary>
    public static long TicksOf(RunClock clock, long unixSeconds) =>
        clock.AnchorTicks + RunClock.FromNanoseconds((unixSeconds * 1_000_000_000) - clock.AnchorUnixNanoseconds);

    private static byte[][] Encode<T>()
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(System.Text.Encoding.UTF8.GetBytes)];
}
