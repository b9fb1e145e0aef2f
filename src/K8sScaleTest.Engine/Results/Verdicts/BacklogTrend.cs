namespace K8sScaleTest.Engine.Results.Verdicts;

/// <summary>
/// Whether operations piled up through Steady. The backlog at the end of a second is all that were due by then and had no answer: in flight, waiting for
/// a connection, shed, or timed out (the two last never leave it: a generator that gives up does not make a server faster).
/// </summary>
/// <param name="FirstThird">Median backlog over the seconds of the first third of Steady.</param>
/// <param name="MiddleThird">Over those of the second third.</param>
/// <param name="LastThird">Over those of the last third.</param>
/// <param name="FirstServiceMs">Median service time of the run's first creates that succeeded, in ms; NaN when none did.</param>
/// <param name="LastServiceMs">Median service time of the creates of the last third, in ms; infinite when most of them timed out.</param>
/// <remarks>
/// Medians, because a server that stalls for two seconds and catches up has a large mean and no queue that grows. A queue that is fed faster
/// than it is served grows linearly, so a share of the growth must have come by the middle third: what began only at the end did not grow
/// through Steady. The noise: in a stable system the number in flight is about Poisson, so two samples of means a and b differ by
/// sqrt(a + b); three of those, which also asks for at least ten operations from an empty queue. The service time is asked besides, because
/// a backlog in front of our own connections is no word on the server.
/// </remarks>
public sealed record BacklogTrend(double FirstThird, double MiddleThird, double LastThird, double FirstServiceMs, double LastServiceMs)
{
    /// <summary>How much slower than at first the server must have become.</summary>
    public const double SlowerFactor = 1.5;

    private const double NoiseDeviations = 3;
    private const double ShareByMiddle = 0.2;

    /// <summary>Whether the backlog grew through Steady beyond its noise.</summary>
    public bool Grew
    {
        get
        {
            var growth = LastThird - FirstThird;
            return growth > NoiseDeviations * Math.Sqrt(FirstThird + LastThird + 1) && MiddleThird - FirstThird >= ShareByMiddle * growth;
        }
    }

    /// <summary>Whether the server became at least 1.5 times as slow as it was at first (or never answered in time).</summary>
    public bool Slowed => double.IsNaN(FirstServiceMs) ? double.IsPositiveInfinity(LastServiceMs) : LastServiceMs >= SlowerFactor * FirstServiceMs;
}
