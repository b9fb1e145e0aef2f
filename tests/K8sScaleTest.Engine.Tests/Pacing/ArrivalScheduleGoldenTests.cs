using K8sScaleTest.Engine.Pacing;

namespace K8sScaleTest.Engine.Tests.Pacing;

/// <summary>
/// The schedule of a seed is a promise to whoever repeats a run, on any machine and with any later version. These offsets (ns; the first six,
/// the 100th and the 10,000th) were not made by this code: a program in another language computed them with 60 decimal digits.
/// </summary>
public sealed class ArrivalScheduleGoldenTests
{
    public static TheoryData<ArrivalKind, double, ulong, long[], long, long> Vectors => new()
    {
        { ArrivalKind.Poisson, 1.0, 0UL, [508722837, 799377199, 3072209437, 3947864405, 4258478376, 4258729971], 98490784793, 9981977043155 },
        { ArrivalKind.Poisson, 100.0, 1UL, [3525096, 10055968, 15605386, 24987463, 28594602, 48003786], 829821082, 100940110859 },
        { ArrivalKind.Poisson, 1000.0, 42UL, [2478571, 3448842, 3834441, 3912735, 3920965, 4182668], 80411925, 10113694572 },
        {
            ArrivalKind.Poisson, 0.1, ulong.MaxValue, [5800101135, 8447115034, 15233708085, 18142000664, 23812014339, 26935302689], 895471174968,
            99627081454558
        },
        { ArrivalKind.Poisson, 333.3, 20261124UL, [1746952, 1880010, 13543972, 14727960, 16004486, 16103456], 231787034, 30817204074 },
        { ArrivalKind.Poisson, 1000000.0, 7UL, [356, 1633, 1808, 1827, 1836, 1972], 92724, 10042905 },
        { ArrivalKind.Uniform, 1.0, 0UL, [1202525999, 2698074184, 2904114163, 3737292319, 5203285877, 7202782749], 103766065991, 10025754865126 },
        { ArrivalKind.Uniform, 100.0, 1UL, [14058437, 24467169, 35949283, 43775855, 57719423, 60590864], 1103941709, 99547816330 },
        { ArrivalKind.Uniform, 777.7, 42UL, [215669, 1190287, 2939145, 5317165, 7867773, 9847301], 141852791, 12799825987 },
        { ArrivalKind.Constant, 3.0, 0UL, [333333333, 666666667, 1000000000, 1333333333, 1666666667, 2000000000], 33333333333, 3333333333333 },
        { ArrivalKind.Constant, 100.0, 5UL, [10000000, 20000000, 30000000, 40000000, 50000000, 60000000], 1000000000, 100000000000 },
        { ArrivalKind.Constant, 0.7, ulong.MaxValue, [1428571429, 2857142857, 4285714286, 5714285714, 7142857143, 8571428571], 142857142857, 14285714285714 },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_seed_gives_these_offsets(ArrivalKind kind, double rate, ulong seed, long[] first, long hundredth, long tenThousandth)
    {
        var schedule = new ArrivalSchedule(kind, rate, seed, 10_000, null);
        Assert.Equal(first[0], schedule.FirstOffsetNanoseconds);
        long[] offsets = [.. schedule.Play().Select(arrival => arrival.OffsetNanoseconds)];
        Assert.Equal(first, offsets[..6]);
        Assert.Equal(hundredth, offsets[99]);
        Assert.Equal(tenThousandth, offsets[9_999]);
        Assert.Equal(10_000, offsets.Length);
    }
}
