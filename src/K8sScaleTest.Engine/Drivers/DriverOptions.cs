using K8sScaleTest.Engine.Objects;
using K8sScaleTest.Engine.Pacing;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Drivers;

/// <summary>The parameters of one driver's run. <see cref="Validate"/> says whether they make sense together.</summary>
public sealed record DriverOptions
{
    /// <summary>Creates per second that are allowed at most.</summary>
    public const double MaxRate = ArrivalSchedule.MaximumRate;

    /// <summary>Creates of a run that are allowed at most.</summary>
    public const long MaxCount = ArrivalSchedule.MaximumCount;

    /// <summary>Operations in flight when nothing is said, open loop: beyond it they are shed.</summary>
    public const int DefaultMaxInFlight = 10_000;

    /// <summary>Operations kept going when nothing is said, full speed.</summary>
    public const int DefaultFullSpeedInFlight = 64;

    /// <summary>A ConfigMap's data may be this long (the API server's limit of all its values together).</summary>
    public const int MaxDataLength = 1024 * 1024;

    /// <summary>The run's ID.</summary>
    public required string RunId { get; init; }

    /// <summary>This worker's number, from 0.</summary>
    public int Worker { get; init; }

    /// <summary>How many workers share the schedule.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Namespace of the objects.</summary>
    public string Namespace { get; init; } = "scaletest";

    /// <summary>By schedule or at full speed.</summary>
    public RunMode Mode { get; init; }

    /// <summary>Creates per second over all workers; without meaning at full speed.</summary>
    public double Rate { get; init; } = 1;

    /// <summary>How the gaps between creates are distributed.</summary>
    public ArrivalKind Arrival { get; init; }

    /// <summary>Seed of the schedule.</summary>
    public ulong Seed { get; init; }

    /// <summary>Creates of all workers together; null when only the duration ends them.</summary>
    public long? Count { get; init; }

    /// <summary>How long creates go on; null when only the count ends them.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Mean population of all workers together; null when the lifetime is given.</summary>
    public long? MaxPopulation { get; init; }

    /// <summary>Lifetime of an object; null when the population is given.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>What the lifetime is counted from.</summary>
    public LifetimeOrigin LifetimeFrom { get; init; }

    /// <summary>Updates of each object, spread over its lifetime.</summary>
    public int Updates { get; init; }

    /// <summary>Length of the data that an object carries, in bytes.</summary>
    public int DataLength { get; init; }

    /// <summary>Bytes that the first update adds to an object's data; 0 where objects are not updated.</summary>
    public int UpdateDataLength { get; init; }

    /// <summary>HTTP/2 or HTTP/1.1.</summary>
    public Version HttpVersion { get; init; } = System.Net.HttpVersion.Version20;

    /// <summary>Connections; null for the default of the HTTP version.</summary>
    public int? Connections { get; init; }

    /// <summary>After this long without its whole response an operation ends as Unknown (or NotSent).</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(65);

    /// <summary>Operations in flight at most; null for the mode's default.</summary>
    public int? MaxInFlight { get; init; }

    /// <summary>How long deleting what lives may take once the run was stopped.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Leaves what lives where it is when the run is stopped.</summary>
    public bool NoCleanup { get; init; }

    /// <summary>When the schedule begins; null for as soon as all is ready.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>Deletes objects of this run and worker that exist already, instead of refusing the run.</summary>
    public bool DeleteExisting { get; init; }

    /// <summary>Makes the namespace if it does not exist.</summary>
    public bool CreateNamespace { get; init; }

    /// <summary>Operations in flight at most, in effect.</summary>
    public int InFlightLimit => MaxInFlight ?? (Mode == RunMode.FullSpeed ? DefaultFullSpeedInFlight : DefaultMaxInFlight);

    /// <summary>An object's lifetime: given, or the population over the rate (Little's law).</summary>
    public TimeSpan EffectiveLifetime =>
        Lifetime ?? (Mode == RunMode.FullSpeed ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min((MaxPopulation ?? 0) / Rate, TimeSpan.MaxValue.TotalSeconds / 2)));

    /// <summary>The mean population that the parameters ask for.</summary>
    public double RequestedPopulation => MaxPopulation ?? (Rate * (Lifetime ?? TimeSpan.Zero).TotalSeconds);

    /// <summary>Digits of the number in every name.</summary>
    public int NameDigits => NewSchedule().NameDigits;

    /// <summary>Says what is wrong with the parameters, in words for their user.</summary>
    /// <exception cref="ArgumentException">A parameter is out of range, or two exclude each other.</exception>
    public void Validate()
    {
        if (Mode == RunMode.OpenLoop && !(Rate >= ArrivalSchedule.MinimumRate && Rate <= MaxRate))
            throw Bad(nameof(Rate), $"Rate is {Rate} creates per second; it must be at least {ArrivalSchedule.MinimumRate:0.000000} and at most {MaxRate:N0} (or Max for full speed).");
        if (Count is { } count && (count < 1 || count > MaxCount))
            throw Bad(nameof(Count), $"Count is {count}; it must be from 1 to {MaxCount:N0}.");
        if (Duration is { } duration && duration <= TimeSpan.Zero)
            throw Bad(nameof(Duration), $"Duration is {duration}; it must be more than 0.");
        if (Count is null && Duration is null)
            throw Bad(nameof(Count), "Neither Count nor Duration says when the run ends.");
        if (MaxPopulation is { } population && (population < 1 || population > MaxCount))
            throw Bad(nameof(MaxPopulation), $"MaxPopulation is {population}; it must be from 1 to {MaxCount:N0}.");
        if (MaxPopulation is not null && Lifetime is not null)
            throw Bad(nameof(Lifetime), "Lifetime and MaxPopulation exclude each other: lifetime = population / rate. Give one of them.");
        if (MaxPopulation is null && Lifetime is null)
            throw Bad(nameof(MaxPopulation), "Neither MaxPopulation nor Lifetime says how long objects live.");
        if (Mode == RunMode.FullSpeed && Lifetime is not null)
            throw Bad(nameof(Lifetime), "At full speed (Rate Max) the oldest object is deleted once MaxPopulation live: give MaxPopulation, not Lifetime.");
        if (Lifetime is { } lifetime && (lifetime <= TimeSpan.Zero || lifetime > TimeSpan.FromDays(365)))
            throw Bad(nameof(Lifetime), $"Lifetime is {lifetime}; it must be more than 0 and at most 365 days.");
        if (Mode == RunMode.OpenLoop && EffectiveLifetime > TimeSpan.FromDays(365))
            throw Bad(nameof(MaxPopulation), $"With MaxPopulation {MaxPopulation:N0} at a rate of {Rate}/s objects would live for {EffectiveLifetime.TotalDays:N0} days: lower the population or raise the rate.");
        if (Updates is < 0 or > 1000)
            throw Bad(nameof(Updates), $"Updates is {Updates}; it must be from 0 to 1,000.");
        if (DataLength is < 0 or > MaxDataLength)
            throw Bad(nameof(DataLength), $"DataLength is {DataLength:N0} bytes; it must be from 0 to {MaxDataLength:N0} (1 MiB): the API server takes no more.");
        if (DataLength > MaxDataLength - UpdateDataLength)
            throw Bad(nameof(DataLength), $"DataLength is {DataLength:N0} bytes, and an update adds {UpdateDataLength}: where objects are updated it must be at most {MaxDataLength - UpdateDataLength:N0}, since the API server takes no more than {MaxDataLength:N0} (1 MiB) in one object.");
        if (Workers < 1) throw Bad(nameof(Workers), $"Workers is {Workers}; it must be at least 1.");
        if (Worker < 0 || Worker >= Workers)
            throw Bad(nameof(Worker), $"Worker is {Worker} of {Workers}; workers are numbered from 0 to Workers - 1.");
        if (Connections is { } connections and (< 1 or > 10_000))
            throw Bad(nameof(Connections), $"Connections is {connections}; it must be from 1 to 10,000.");
        if (InFlightLimit is < 1 or > 1_000_000)
            throw Bad(nameof(MaxInFlight), $"MaxInFlight is {InFlightLimit}; it must be from 1 to 1,000,000.");
        if (RequestTimeout < TimeSpan.FromMilliseconds(1) || RequestTimeout > TimeSpan.FromDays(1))
            throw Bad(nameof(RequestTimeout), $"RequestTimeout is {RequestTimeout}; it must be from 1 ms to 1 day.");
        if (DrainTimeout < TimeSpan.Zero || DrainTimeout > TimeSpan.FromDays(1))
            throw Bad(nameof(DrainTimeout), $"DrainTimeout is {DrainTimeout}; it must be from 0 to 1 day.");
        if (RunIdentity.Fault(RunId, NameDigits) is { } fault) throw Bad(nameof(RunId), fault);
    }

    /// <summary>This worker's share of the one global schedule. At full speed it gives the names alone.</summary>
    internal ArrivalSchedule NewSchedule() => new(
        Mode == RunMode.FullSpeed ? ArrivalKind.Constant : Arrival,
        Mode == RunMode.FullSpeed ? MaxRate : Rate,
        Seed,
        Mode == RunMode.FullSpeed ? Count ?? MaxCount : Count,
        Mode == RunMode.FullSpeed ? null : Duration is { } duration ? duration.Ticks * 100 : null,
        Worker,
        Workers);

    /// <summary>The parameters by name, as they stand in the run's own files: no secrets are among them.</summary>
    public IReadOnlyDictionary<string, string> ToDictionary()
    {
        var invariant = System.Globalization.CultureInfo.InvariantCulture;
        var values = new Dictionary<string, string>
        {
            ["RunId"] = RunId,
            ["Worker"] = Worker.ToString(invariant),
            ["Workers"] = Workers.ToString(invariant),
            ["Namespace"] = Namespace,
            ["Rate"] = Mode == RunMode.FullSpeed ? "Max" : Rate.ToString("R", invariant),
            ["Arrival"] = Arrival.ToString(),
            ["Seed"] = Seed.ToString(invariant),
            ["LifetimeSeconds"] = EffectiveLifetime.TotalSeconds.ToString("R", invariant),
            ["LifetimeFrom"] = LifetimeFrom.ToString(),
            ["Updates"] = Updates.ToString(invariant),
            ["DataLength"] = DataLength.ToString(invariant),
            ["HttpVersion"] = HttpVersion.ToString(),
            ["Connections"] = (Connections ?? Api.ConnectionPool.Default(HttpVersion)).ToString(invariant),
            ["MaxInFlight"] = InFlightLimit.ToString(invariant),
            ["RequestTimeoutSeconds"] = RequestTimeout.TotalSeconds.ToString("R", invariant),
        };
        if (StartAt is { } start) values["StartAt"] = start.UtcDateTime.ToString("O", invariant);
        if (Count is { } count) values["Count"] = count.ToString(invariant);
        if (Duration is { } duration) values["DurationSeconds"] = duration.TotalSeconds.ToString("R", invariant);
        if (MaxPopulation is { } population) values["MaxPopulation"] = population.ToString(invariant);
        return values;
    }

    private static ArgumentException Bad(string parameter, string message) => new(message, parameter);
}
