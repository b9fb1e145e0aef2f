using System.Numerics;

namespace K8sScaleTest.Engine.Pacing;

/// <summary>
/// The generator xoshiro256** 1.0 of D. Blackman and S. Vigna ("Scrambled Linear Pseudorandom Number Generators", ACM TOMS 47(4),
/// 2021; their reference code is in the public domain). Its own code and not <see cref="Random"/>, whose sequence for a seed may
/// change with the version of .NET: a schedule must not.
/// </summary>
internal struct Xoshiro256
{
    private const double UnitInTheLastPlace = 1.0 / (1L << 53);

    private ulong _s0, _s1, _s2, _s3;

    /// <summary>Fills the state from a seed through <see cref="SplitMix64"/>, as the authors advise: similar seeds give unrelated states.</summary>
    public Xoshiro256(ulong seed)
    {
        _s0 = SplitMix64(ref seed);
        _s1 = SplitMix64(ref seed);
        _s2 = SplitMix64(ref seed);
        _s3 = SplitMix64(ref seed);
    }

    /// <summary>Takes a whole state, for comparison with published sequences.</summary>
    public Xoshiro256(ulong s0, ulong s1, ulong s2, ulong s3) => (_s0, _s1, _s2, _s3) = (s0, s1, s2, s3);

    /// <summary>The generator SplitMix64 of G. Steele, D. Lea and C. Flood (OOPSLA 2014), with the constants of S. Vigna's version.</summary>
    public static ulong SplitMix64(ref ulong state)
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>The next 64 bits.</summary>
    public ulong Next()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A number from 0 up to but not including 1: a multiple of 2^-53, so exact.</summary>
    public double NextFromZero() => (Next() >> 11) * UnitInTheLastPlace;

    /// <summary>A number above 0 and up to 1: a multiple of 2^-53, so exact, and one whose logarithm is finite.</summary>
    public double NextAboveZero() => ((Next() >> 11) + 1) * UnitInTheLastPlace;
}
