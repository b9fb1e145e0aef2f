namespace K8sScaleTest.Benchmarks.Driver;

/// <summary>How long the benchmark takes its time.</summary>
/// <param name="Rounds">Turns of (a) and (b), of which medians are taken.</param>
/// <param name="SpinningRounds">Turns with the default thread pool.</param>
/// <param name="FullSpeed">Window at full speed.</param>
/// <param name="Paced">Window at a rate.</param>
/// <param name="LiveObjects">Objects of the population.</param>
internal sealed record Effort(int Rounds, int SpinningRounds, TimeSpan FullSpeed, TimeSpan Paced, int LiveObjects)
{
    public static Effort Whole { get; } = new(3, 2, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5), 50_000);

    public static Effort Quick { get; } = new(1, 1, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3), 50_000);
}
