using System.Globalization;
using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Objects;

namespace K8sScaleTest.Engine.Observers.Watches;

/// <summary>The parameters of a run of watches. <see cref="Validate"/> says whether they make sense together.</summary>
public sealed record WatchOptions
{
    /// <summary>Watchers at most.</summary>
    public const int MostWatchers = 100_000;

    /// <summary>Watches on one HTTP/2 connection when nothing is said: API servers allow 100 to 250 streams.</summary>
    public const int WatchersPerConnection = 100;

    private const int LongestTimeout = 24 * 60 * 60;

    /// <summary>The run's ID.</summary>
    public required string RunId { get; init; }

    /// <summary>The namespace; null for all of them.</summary>
    public string? Namespace { get; init; }

    /// <summary>A label selector, as kubectl takes it.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>A field selector, as kubectl takes it.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>How many watchers.</summary>
    public int Watchers { get; init; } = 1;

    /// <summary>Connections that they share; null for as many as their number and the version of HTTP need.</summary>
    public int? Connections { get; init; }

    /// <summary>HTTP/2 or HTTP/1.1.</summary>
    public Version HttpVersion { get; init; } = System.Net.HttpVersion.Version20;

    /// <summary>The shortest time-out that a watch asks for, in seconds.</summary>
    public int MinTimeoutSeconds { get; init; } = 300;

    /// <summary>The longest.</summary>
    public int MaxTimeoutSeconds { get; init; } = 599;

    /// <summary>Seed of the time-outs.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether a watch goes on from where the last one ended, instead of listing anew.</summary>
    public bool Resume { get; init; }

    /// <summary>Whether to begin with a WatchList; a server without it is listed.</summary>
    public bool WatchList { get; init; }

    /// <summary>How long a server may be silent in a WatchList's initial events before it is taken for one that does not know them; ten seconds, as client-go's.</summary>
    public TimeSpan InitialEventsPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Events that each watcher reads per second at most; null for as fast as they come.</summary>
    public double? ReadRate { get; init; }

    /// <summary>After how long the run ends; null for never.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>How long headers may take.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(65);

    /// <summary>Whether the first error ends the run.</summary>
    public bool StopOnError { get; init; }

    /// <summary>The program that the User-Agent names.</summary>
    public string Program { get; init; } = "object-watch";

    /// <summary>The connections in effect.</summary>
    public int ConnectionsInEffect => Connections ?? (SharesConnections ? (Watchers + WatchersPerConnection - 1) / WatchersPerConnection : Watchers);

    /// <summary>HTTP/1.1 carries one watch on a connection.</summary>
    public bool SharesConnections => HttpVersion.Major >= 2;

    /// <summary>Says what is wrong with the parameters, in words for their user.</summary>
    /// <exception cref="ArgumentException">A parameter is out of range, or two exclude each other.</exception>
    public void Validate()
    {
        if (Watchers is < 1 or > MostWatchers) throw Bad(nameof(Watchers), $"Watchers is {Watchers}; it must be from 1 to {MostWatchers:N0}.");
        if (MinTimeoutSeconds < 1 || MaxTimeoutSeconds > LongestTimeout || MinTimeoutSeconds > MaxTimeoutSeconds)
            throw Bad("TimeoutSeconds", $"TimeoutSeconds is {MinTimeoutSeconds}..{MaxTimeoutSeconds}; give a number of seconds from 1 to {LongestTimeout:N0}, or a range of them, such as 300..599.");
        if (ReadRate is { } rate && !(rate > 0 && rate <= 1_000_000)) throw Bad(nameof(ReadRate), $"ReadRate is {rate} events per second; it must be more than 0 and at most 1,000,000.");
        if (ReadRate is not null && SharesConnections)
            throw Bad(nameof(HttpVersion), "A slow reader (ReadRate) needs a connection of its own over HTTP/1.1: over HTTP/2 the client takes in 64 KiB and more whether anybody reads or not.");
        if (Connections is { } connections && (connections < 1 || connections > Watchers))
            throw Bad(nameof(Connections), $"Connections is {connections}; it must be from 1 to the number of watchers ({Watchers:N0}).");
        if (Connections is { } few && !SharesConnections && few != Watchers)
            throw Bad(nameof(Connections), $"Over HTTP/1.1 (as with ReadRate) each watcher needs a connection of its own: leave Connections out, or give {Watchers:N0}.");
        if (Duration is { } duration && duration <= TimeSpan.Zero) throw Bad(nameof(Duration), $"Duration is {duration}; it must be more than 0.");
        if (Duration > LoggerOptions.LongestDuration) throw Bad(nameof(Duration), $"Duration is {Duration.Value.TotalDays:0.#} days; it must be at most {LoggerOptions.LongestDuration.TotalDays}, or be left out.");
        if (RequestTimeout < TimeSpan.FromMilliseconds(1) || RequestTimeout > TimeSpan.FromDays(1))
            throw Bad(nameof(RequestTimeout), $"RequestTimeout is {RequestTimeout}; it must be from 1 ms to 1 day.");
        if (RunIdentity.Fault(RunId) is { } fault) throw Bad(nameof(RunId), fault);
    }

    /// <summary>As <see cref="Validate"/>, and whether they make sense for what is watched: of a resource without namespaces, one namespace would be all of it unsaid.</summary>
    /// <exception cref="ArgumentException">They do not.</exception>
    public void ValidateFor(ApiResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        Validate();
        if (Namespace is not null && !resource.Namespaced) throw Bad(nameof(Namespace), $"{resource.QualifiedName} are not in namespaces: leave -Namespace out.");
    }

    /// <summary>The parameters by name, as a run's log has them: no secrets are among them.</summary>
    public IReadOnlyDictionary<string, string> ToDictionary()
    {
        var invariant = CultureInfo.InvariantCulture;
        var parameters = new Dictionary<string, string>
        {
            ["RunId"] = RunId,
            ["Watchers"] = Watchers.ToString(invariant),
            ["Connections"] = ConnectionsInEffect.ToString(invariant),
            ["HttpVersion"] = HttpVersion.ToString(2),
            ["TimeoutSeconds"] = string.Create(invariant, $"{MinTimeoutSeconds}..{MaxTimeoutSeconds}"),
            ["Seed"] = Seed.ToString(invariant),
            ["Resume"] = Resume.ToString(),
            ["WatchList"] = WatchList.ToString(),
            ["RequestTimeoutSeconds"] = RequestTimeout.TotalSeconds.ToString("R", invariant),
        };
        if (Namespace is not null) parameters["Namespace"] = Namespace;
        if (LabelSelector is not null) parameters["LabelSelector"] = LabelSelector;
        if (FieldSelector is not null) parameters["FieldSelector"] = FieldSelector;
        if (ReadRate is { } rate) parameters["ReadRate"] = rate.ToString("R", invariant);
        if (Duration is { } duration) parameters["DurationSeconds"] = duration.TotalSeconds.ToString("R", invariant);
        return parameters;
    }

    private static ArgumentException Bad(string parameter, FormattableString message) => new(message.ToString(CultureInfo.InvariantCulture), parameter);

    private static ArgumentException Bad(string parameter, string message) => new(message, parameter);
}
