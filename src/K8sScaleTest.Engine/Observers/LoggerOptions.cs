using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Informers;

namespace K8sScaleTest.Engine.Observers;

/// <summary>The parameters of one logger. <see cref="Validate"/> says whether they make sense.</summary>
public sealed record LoggerOptions
{
    /// <summary>Workers that are allowed at most.</summary>
    public const int MaxThreads = 1024;

    /// <summary>The longest duration of a logger or a watch: timers count no further.</summary>
    public static readonly TimeSpan LongestDuration = TimeSpan.FromDays(45);

    /// <summary>The run's ID.</summary>
    public required string RunId { get; init; }

    /// <summary>What is logged.</summary>
    public required ApiResource Resource { get; init; }

    /// <summary>The namespace; null for all of them.</summary>
    public string? Namespace { get; init; }

    /// <summary>A label selector.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>A field selector.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Workers that take keys from the queue at once.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Whether to compare each object with what the dequeue before found.</summary>
    public bool Compare { get; init; }

    /// <summary>How long to log; null until it is stopped.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The program that it stands in for; the User-Agent begins with it.</summary>
    public required string Program { get; init; }

    /// <summary>HTTP/2 or HTTP/1.1.</summary>
    public Version HttpVersion { get; init; } = System.Net.HttpVersion.Version20;

    /// <summary>How the informer lists and watches.</summary>
    public InformerOptions Informer { get; init; } = new();

    /// <summary>How long headers of a request may take.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(65);

    /// <summary>Whether one record of each event is wanted, and not only of each dequeue.</summary>
    public bool PerEvent { get; init; }

    /// <summary>The User-Agent header.</summary>
    public string UserAgent => $"{Program} K8sScaleTest/{typeof(LoggerOptions).Assembly.GetName().Version!.ToString(3)}";

    /// <summary>Says what is wrong.</summary>
    /// <exception cref="ArgumentException">Something is; the parameter's name is that of the property.</exception>
    public void Validate()
    {
        if (Objects.RunIdentity.Fault(RunId) is { } fault) throw new ArgumentException(fault, nameof(RunId));
        if (Threads is < 1 or > MaxThreads) throw new ArgumentException($"-Threads is {Threads}: give 1 to {MaxThreads} workers.", nameof(Threads));
        if (Duration is { } duration && duration <= TimeSpan.Zero) throw new ArgumentException("-Duration is 0: give how long to log, or leave it out to log until Ctrl+C.", nameof(Duration));
        if (Duration > LongestDuration) throw new ArgumentException($"-Duration is {Duration.Value.TotalDays:0.#} days: give at most {LongestDuration.TotalDays}, or leave it out to log until Ctrl+C.", nameof(Duration));
        if (RequestTimeout < TimeSpan.FromMilliseconds(1) || RequestTimeout > TimeSpan.FromDays(1))
            throw new ArgumentException($"-RequestTimeout is {RequestTimeout}: give 1 ms to 1 day.", nameof(RequestTimeout));
        if (Namespace is not null && !Resource.Namespaced)
            throw new ArgumentException($"{Resource.QualifiedName} are not in namespaces: leave -Namespace out.", nameof(Namespace));
    }

    /// <summary>The parameters by name, for the file beside the records.</summary>
    public IReadOnlyDictionary<string, string> ToDictionary()
    {
        var invariant = System.Globalization.CultureInfo.InvariantCulture;
        var parameters = new Dictionary<string, string>
        {
            ["RunId"] = RunId,
            ["Resource"] = Resource.QualifiedName,
            ["ApiVersion"] = Resource.ApiVersion,
            ["Threads"] = Threads.ToString(invariant),
            ["Compare"] = Compare.ToString(),
            ["PerEvent"] = PerEvent.ToString(),
            ["HttpVersion"] = HttpVersion.ToString(2),
            ["WatchList"] = Informer.WatchList.ToString(),
        };
        if (Namespace is not null) parameters["Namespace"] = Namespace;
        if (LabelSelector is not null) parameters["LabelSelector"] = LabelSelector;
        if (FieldSelector is not null) parameters["FieldSelector"] = FieldSelector;
        if (Duration is { } duration) parameters["Duration"] = duration.ToString("c", invariant);
        return parameters;
    }
}
