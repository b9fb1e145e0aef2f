using System.Globalization;

namespace K8sScaleTest.Benchmarks.Soak;

/// <summary>How the soak is run, and what it must not exceed.</summary>
/// <param name="Minutes">How long the load lasts.</param>
/// <param name="Rate">Writes a second that are due: a third each of creates, updates and deletes.</param>
/// <param name="Watchers">Watches that are open at any time.</param>
/// <param name="MinimumRate">Below this the run means nothing, and fails.</param>
/// <param name="MaxSlope">The growth of the server's memory in percent a minute that the run must not be proven to exceed.</param>
/// <param name="Seed">Of all faults.</param>
internal sealed record SoakOptions(double Minutes, int Rate, int Watchers, int MinimumRate, double MaxSlope, int Seed)
{
    public const string Usage = "soak [-Minutes 10] [-Rate 3000] [-Watchers 200] [-MinimumRate 300] [-MaxSlope 2] [-Seed 1]";

    /// <summary>Throws <see cref="ArgumentException"/> that says what is wrong.</summary>
    public static SoakOptions Parse(IReadOnlyList<string> args)
    {
        var options = new SoakOptions(10, 3000, 200, 300, 2, 1);
        for (var i = 0; i < args.Count; i += 2)
        {
            if (i + 1 == args.Count || !double.TryParse(args[i + 1], CultureInfo.InvariantCulture, out var value) || value <= 0) throw new ArgumentException($"{args[i]} lacks its number above 0. Usage: {Usage}");
            options = args[i] switch
            {
                "-Minutes" => options with { Minutes = value },
                "-Rate" => options with { Rate = (int)value },
                "-Watchers" => options with { Watchers = (int)value },
                "-MinimumRate" => options with { MinimumRate = (int)value },
                "-MaxSlope" => options with { MaxSlope = value },
                "-Seed" => options with { Seed = (int)value },
                _ => throw new ArgumentException($"{args[i]} is unknown. Usage: {Usage}"),
            };
        }
        return options;
    }
}
