using System.Diagnostics;

namespace K8sScaleTest.LocalApi.Control;

/// <summary>Moments of the ledger as clients get them: nanoseconds of the monotonic clock, which all processes of a machine share.</summary>
internal static class LedgerTime
{
    /// <summary>Null for what did not happen.</summary>
    public static long? Nanoseconds(long ticks) =>
        ticks == 0 ? null : Stopwatch.Frequency == 1_000_000_000 ? ticks : (long)((Int128)ticks * 1_000_000_000 / Stopwatch.Frequency);
}
