using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Pacing;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Tests.Drivers;

public sealed class DriverPlanTests
{
    private static readonly DriverOptions Options = new() { RunId = "r", Rate = 100, Count = 10_000, MaxPopulation = 500, Updates = 2, DataLength = 2000 };

    [Fact]
    public void It_says_operations_rates_population_and_bytes()
    {
        var plan = DriverPlan.Of(Options);
        Assert.Equal((10_000, 40_000, 400, 500, 20_000_000), (plan.Creates, plan.Operations, plan.WritesPerSecond, plan.MeanPopulation, plan.Bytes));
        Assert.Equal(
            "create 10,000 ConfigMaps at 100/s (Poisson arrivals): 40,000 operations, 400 writes/s, population 500 on average and 569 at p99.9, 20,000,000 bytes of data",
            plan.Describe("ConfigMaps"));
    }

    [Theory]
    [InlineData(ArrivalKind.Poisson, 569)] // 500 + 3.0902 x sqrt(500)
    [InlineData(ArrivalKind.Uniform, 540)] // the gaps' squared coefficient of variation is 1/3
    [InlineData(ArrivalKind.Constant, 500)]
    public void The_population_at_p999_follows_the_arrivals(ArrivalKind arrival, double expected) =>
        Assert.Equal(expected, DriverPlan.Of(Options with { Arrival = arrival }).HighPopulation, 0.5);

    [Fact]
    public void The_population_cannot_exceed_what_is_created() =>
        Assert.Equal((50, 50), (DriverPlan.Of(Options with { Count = 50 }).MeanPopulation, DriverPlan.Of(Options with { Count = 50 }).HighPopulation));

    [Theory]
    [InlineData(1000, 10, 1000)]
    [InlineData(500, 10, 500)]
    [InlineData(null, 10, 1000)]
    public void Count_and_duration_bound_the_creates_together(int? count, int seconds, double creates) =>
        Assert.Equal(creates, DriverPlan.Of(Options with { Count = count, Duration = TimeSpan.FromSeconds(seconds) }).Creates);

    [Fact]
    public void At_full_speed_it_leaves_out_what_only_the_servers_speed_decides()
    {
        var options = Options with { Mode = RunMode.FullSpeed, Rate = DriverOptions.MaxRate, Count = null, Duration = TimeSpan.FromSeconds(90), MaxPopulation = 100, Updates = 0 };
        Assert.Equal("create Flunders at full speed, 64 operations in flight for 90 s: population 100, 2,000 bytes of data each", DriverPlan.Of(options).Describe("Flunders"));
        Assert.Equal(
            "create 5,000 Flunders at full speed, 64 operations in flight for 90 s: 10,000 operations, population 100, 2,000 bytes of data each, 10,000,000 bytes in all",
            DriverPlan.Of(options with { Count = 5000 }).Describe("Flunders"));
    }
}
