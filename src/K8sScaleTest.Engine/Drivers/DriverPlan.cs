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

    /// <summary>The plan in one line; what only the server's speed decides is left out.</summary>
    /// <param name="objects">What is created.</param>
    public string Describe(string objects)
    {
        var share = Options.Workers > 1 ? Text($", as worker {Options.Worker} of {Options.Workers}") : "";
        var time = Options.Duration is { } duration ? Text($" for {Seconds(duration)} s") : "";
        var most = Creates is { } creates ? Text($"{(creates == Options.Count ? "" : "about ")}{creates:N0} ") : "";
        if (Options.Mode == RunMode.FullSpeed)
        {
            var total = Creates is null ? "" : Text($"{Operations:N0} operations, ");
            return Text($"create {most}{objects} at full speed, {Options.InFlightLimit:N0} operations in flight{time}{share}: {total}population {MeanPopulation:N0}, ")
                + Text($"{Options.DataLength:N0} bytes of data each{(Bytes is null ? "" : Text($", {Bytes:N0} bytes in all"))}");
        }

        return Text($"create {most}{objects} at {Options.Rate:0.######}/s ({Options.Arrival} arrivals){time}{share}: {Operations:N0} operations, {WritesPerSecond:0.##} writes/s, ")
            + Text($"population {MeanPopulation:#,0.#} on average and {HighPopulation:N0} at p99.9, {Bytes:N0} bytes of data");
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("#,0.###", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
