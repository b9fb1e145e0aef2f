using K8sScaleTest.Engine.Pacing;

namespace K8sScaleTest.Engine.Tests.Pacing;

public sealed class NaturalLogarithmTests
{
    [Fact]
    public void It_is_within_one_unit_of_the_last_place_of_the_platforms_own_over_the_unit_interval()
    {
        var random = new Xoshiro256(3);
        for (var i = 0; i < 1_000_000; i++)
        {
            var x = random.NextAboveZero();
            AssertClose(x);
        }
    }

    [Fact]
    public void It_is_as_close_over_all_magnitudes()
    {
        var random = new Xoshiro256(4);
        for (var i = 0; i < 100_000; i++)
        {
            // Any positive finite number, subnormal ones too: random bits without the sign, the largest exponent excluded.
            var x = BitConverter.UInt64BitsToDouble(random.Next() % 0x7FF0_0000_0000_0000);
            AssertClose(x);
        }
    }

    [Fact]
    public void It_is_as_close_around_one_and_around_the_powers_of_two()
    {
        for (var i = -1000; i <= 1000; i++)
        {
            AssertClose(1 + (i * 1e-9));
            AssertClose(1 + (i * Math.ScaleB(1, -52)));
            AssertClose(Math.ScaleB(1, i));
        }
    }

    [Theory]
    [InlineData(1.0, 0.0)]
    [InlineData(0.0, double.NegativeInfinity)]
    [InlineData(-1.0, double.NaN)]
    [InlineData(double.NaN, double.NaN)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    public void Its_special_values_are_those_of_IEEE_754(double x, double expected) => Assert.Equal(expected, NaturalLogarithm.Of(x));

    private static void AssertClose(double x)
    {
        var (ours, theirs) = (NaturalLogarithm.Of(x), Math.Log(x));
        if (ours == theirs) return;
        Assert.True(ours == Math.BitIncrement(theirs) || ours == Math.BitDecrement(theirs), $"ln({x:R}): {ours:R}, Math.Log: {theirs:R}");
    }
}
