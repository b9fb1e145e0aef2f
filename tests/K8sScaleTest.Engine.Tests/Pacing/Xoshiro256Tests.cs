using K8sScaleTest.Engine.Pacing;

namespace K8sScaleTest.Engine.Tests.Pacing;

public sealed class Xoshiro256Tests
{
    [Fact]
    public void SplitMix64_gives_the_published_sequence()
    {
        // The first outputs for seed 1234567 of S. Vigna's splitmix64.c, as many implementations test them.
        ulong state = 1234567;
        ulong[] sequence = [.. Enumerable.Range(0, 5).Select(_ => Xoshiro256.SplitMix64(ref state))];
        Assert.Equal([6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821], sequence);
    }

    [Fact]
    public void The_generator_gives_the_published_sequence()
    {
        // State 1, 2, 3, 4, as in the tests of the Rust crate rand_xoshiro, taken from the reference implementation.
        var random = new Xoshiro256(1, 2, 3, 4);
        ulong[] sequence = [.. Enumerable.Range(0, 6).Select(_ => random.Next())];
        Assert.Equal([11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600], sequence);
    }

    [Fact]
    public void Numbers_stay_within_their_half_open_ranges()
    {
        var random = new Xoshiro256(9);
        for (var i = 0; i < 100_000; i++)
        {
            Assert.InRange(random.NextFromZero(), 0, Math.BitDecrement(1.0));
            Assert.InRange(random.NextAboveZero(), double.Epsilon, 1.0);
        }
    }
}
