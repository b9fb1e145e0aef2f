namespace K8sScaleTest.Engine.Pacing;

/// <summary>
/// A natural logarithm whose every bit is the same on every machine, which <see cref="Math.Log(double)"/> does not promise: it calls
/// the C library. Made of IEEE 754 additions, multiplications, divisions and bit operations alone (.NET neither reorders nor fuses
/// them), after <c>__ieee754_log</c> of fdlibm 5.3 (<c>e_log.c</c>), whose error is below 1 ulp and whose notice reads:
/// <para>Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunPro, a Sun Microsystems, Inc. business.
/// Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice is preserved.</para>
/// </summary>
internal static class NaturalLogarithm
{
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double Lg1 = 6.666666666666735130e-01;
    private const double Lg2 = 3.999999999940941908e-01;
    private const double Lg3 = 2.857142874366239149e-01;
    private const double Lg4 = 2.222219843214978396e-01;
    private const double Lg5 = 1.818357216161805012e-01;
    private const double Lg6 = 1.531383769920937332e-01;
    private const double Lg7 = 1.479819860511658591e-01;
    private const double TwoTo54 = 18014398509481984.0;

    /// <summary>ln(<paramref name="x"/>); -infinity for 0, NaN below it.</summary>
    public static double Of(double x)
    {
        if (double.IsNaN(x) || x < 0) return double.NaN;
        if (x == 0) return double.NegativeInfinity;
        if (double.IsPositiveInfinity(x)) return x;

        // x = 2^k (1 + f) with sqrt(2)/2 < 1 + f < sqrt(2).
        var k = 0;
        if (double.IsSubnormal(x))
        {
            k = -54;
            x *= TwoTo54;
        }

        var bits = BitConverter.DoubleToInt64Bits(x);
        var high = (int)(bits >> 32);
        k += (high >> 20) - 1023;
        high &= 0x000fffff;
        var half = (high + 0x95f64) & 0x100000;
        k += half >> 20;
        var f = BitConverter.Int64BitsToDouble(((long)(high | (half ^ 0x3ff00000)) << 32) | (uint)bits) - 1.0;
        double dk = k;

        if ((0x000fffff & (2 + high)) < 3)
        {
            // |f| < 2^-20
            if (f == 0) return (dk * Ln2High) + (dk * Ln2Low);
            var r = f * f * (0.5 - (0.33333333333333333 * f));
            return k == 0 ? f - r : (dk * Ln2High) - ((r - (dk * Ln2Low)) - f);
        }

        // ln(1 + f) = f - s (f - R), with s = f / (2 + f) and R a polynomial in s^2 (a Remez approximation, error below 2^-58.45).
        var s = f / (2.0 + f);
        var z = s * s;
        var w = z * z;
        var odd = z * (Lg1 + (w * (Lg3 + (w * (Lg5 + (w * Lg7))))));
        var even = w * (Lg2 + (w * (Lg4 + (w * Lg6))));
        var polynomial = odd + even;
        if (((high - 0x6147a) | (0x6b851 - high)) > 0)
        {
            // Near sqrt(2) the same with f^2 / 2 apart, which loses fewer bits.
            var halfSquare = 0.5 * f * f;
            return k == 0
                ? f - (halfSquare - (s * (halfSquare + polynomial)))
                : (dk * Ln2High) - ((halfSquare - ((s * (halfSquare + polynomial)) + (dk * Ln2Low))) - f);
        }

        return k == 0 ? f - (s * (f - polynomial)) : (dk * Ln2High) - (((s * (f - polynomial)) - (dk * Ln2Low)) - f);
    }
}
