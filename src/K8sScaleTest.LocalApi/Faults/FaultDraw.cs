namespace K8sScaleTest.LocalApi.Faults;

/// <summary>
/// Random numbers by count: the draw for the n-th request of a rule is a function of seed and n, whichever thread asks and whatever else is drawn meanwhile. So a
/// seed repeats exactly. (SplitMix64, Steele, Lea and Flood 2014.)
/// </summary>
internal static class FaultDraw
{
    /// <summary>A number from 0 (included) to 1 (excluded).</summary>
    /// <param name="seed">The rule's.</param>
    /// <param name="ordinal">Which draw.</param>
    /// <param name="purpose">Tells draws about the same thing apart.</param>
    public static double Uniform(ulong seed, long ordinal, uint purpose) =>
        (Mixed(Mixed(seed + 0x9E3779B97F4A7C15UL * ((ulong)ordinal + 1)) + 0xD1B54A32D192ED03UL * purpose) >> 11) * (1.0 / (1UL << 53));

    /// <summary>A seed for one of many that share a rule.</summary>
    public static ulong Derived(ulong seed, long which) => Mixed(seed ^ Mixed((ulong)which + 0x632BE59BD9B4E019UL));

    private static ulong Mixed(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9UL;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EBUL;
        return x ^ (x >> 31);
    }
}
