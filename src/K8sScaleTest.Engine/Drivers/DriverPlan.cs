using System.Globalization;
using K8sScaleTest.Engine.Pacing;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Drivers;

/// <summary>What a run's parameters amount to, known before any request is sent.</summary>
/// <param name="Creates">Creates of all workers, on average where chance decides; null when only time does (full speed).</param>
/// <param name="Operations">Writes of all workers: creates, updates and deletes.</param>
/// <param name="WritesPerSecond">Writes per second in Steady; null at full speed.</param>
/// <param name="MeanPopulation">Objects that live in Steady, on average.</param>
/// <param name="HighPopulation">The population that is exceeded 0.1 % of the time (p99.9).</param>
/// <param name="Bytes">Data that is sent in creates, in bytes.</param>
public sealed record DriverPlan(double? Creates, double? Operations, double? WritesPerSecond, double MeanPopulation, double HighPopulation, double? Bytes)
{
    private const double Normal999 = 3.0902; // the normal distribution's 99.9 % point

    private DriverOptions Options { get; init; } = null!;

    /// <summary>
    /// The plan of a run. With Poisson arrivals and a fixed lifetime the population is Poisson distributed (the M/D/infinity queue);
    /// with other renewal arrivals its variance is the mean times the squared coefficient of variation of the gaps (1/3 when uniform,
    /// 0 when constant). The p99.9 is the normal approximation.
    /// </summary>
    public static DriverPlan Of(DriverOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var fullSpeed = options.Mode == RunMode.FullSpeed;
        double? byTime = options.Duration is { } duration && !fullSpeed ? options.Rate * duration.TotalSeconds : null;
        double? creates = (options.Count, byTime) switch
        {
            ({ } count, { } expected) => Math.Min(count, expected),
            ({ } count, null) => count,
            (null, var expected) => expected,
        };
        var mean = options.RequestedPopulation;
        if (creates is { } most) mean = Math.Min(mean, most);
        var variation = options.Arrival switch { ArrivalKind.Poisson => 1.0, ArrivalKind.Uniform => 1.0 / 3, _ => 0.0 };
        var high = fullSpeed ? mean + options.InFlightLimit : mean + (Normal999 * Math.Sqrt(mean * variation));
        return new(
            creates,
            creates * (2 + options.Updates),
            fullSpeed ? null : options.Rate * (2 + options.Updates),
            mean,
            creates is { } limit ? Math.Min(high, limit) : high,
            creates * options.DataLength)
        {
            Options = options,
        };
    }

    /// <summary>The plan in one line.</summary>
    /// <param name="objects">What is created.</param>
    public string Describe(string objects)
    {
        string Number(double? value, string format = "N0") => value is { } number ? number.ToString(format, CultureInfo.InvariantCulture) : "?";
        var mode = Options.Mode == RunMode.FullSpeed
            ? $"at full speed, {Options.InFlightLimit} operations in flight"
            : $"at {Options.Rate.ToString("0.######", CultureInfo.InvariantCulture)}/s ({Options.Arrival} arrivals)";
        var share = Options.Workers > 1 ? $", as worker {Options.Worker} of {Options.Workers}" : "";
        var time = Options.Duration is { } duration ? $" for {duration}" : "";
        return $"create {Number(Creates)} {objects} {mode}{time}{share}: {Number(Operations)} operations, {Number(WritesPerSecond, "0.##")} writes/s, "
            + $"population {Number(MeanPopulation, "0.#")} on average and {Number(HighPopulation, "0")} at p99.9, {Number(Bytes)} bytes of data";
    }
}
