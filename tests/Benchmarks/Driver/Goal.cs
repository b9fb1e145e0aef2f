using System.Globalization;

namespace K8sScaleTest.Benchmarks.Driver;

/// <summary>What a figure of ours is to be, and whether it is.</summary>
internal sealed record Goal(string Text, bool Met)
{
    public static Goal AtMost(double value, double limit, string unit) => new(Invariant($"at most {limit:#,0.##} {unit}"), value <= limit);

    public static Goal AtLeast(double value, double limit, string unit) => new(Invariant($"at least {limit:#,0.##} {unit}"), value >= limit);

    public static Goal RatioAtMost(double ours, double plain, double limit) => new(Invariant($"at most {limit:0.##} of (b)"), ours <= limit * plain);

    public override string ToString() => $"{Text}: {(Met ? "met" : "MISSED")}";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
