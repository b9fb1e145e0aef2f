namespace K8sScaleTest.Benchmarks.Logger;

/// <summary>How much is measured.</summary>
/// <param name="Rounds">Rounds of which medians are taken.</param>
/// <param name="Events">Events of the canned stream.</param>
/// <param name="Paced">Events of the paced one.</param>
/// <param name="History">Events in the local server's history.</param>
/// <param name="Replays">How often it is replayed.</param>
internal sealed record LoggerEffort(int Rounds, int Events, int Paced, int History, int Replays)
{
    public static LoggerEffort Whole { get; } = new(3, 500_000, 40_000, 99_999, 5);

    public static LoggerEffort Quick { get; } = new(1, 100_000, 10_000, 30_000, 2);
}
