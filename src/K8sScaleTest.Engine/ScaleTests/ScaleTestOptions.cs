using System.Net;
using K8sScaleTest.Engine.Drivers;
using K8sScaleTest.Engine.Observers;
using K8sScaleTest.Engine.Observers.Watches;

namespace K8sScaleTest.Engine.ScaleTests;

/// <summary>The parameters of a scale test: a driver, and who observes what it does. <see cref="Validate"/> says whether they make sense together.</summary>
public sealed record ScaleTestOptions
{
    /// <summary>Loggers at most.</summary>
    public const int MostLoggers = 100;

    /// <summary>The driver; its namespace is the one that is observed.</summary>
    public required DriverOptions Driver { get; init; }

    /// <summary>Loggers, each with an informer and a work queue of its own.</summary>
    public int Loggers { get; init; } = 1;

    /// <summary>Workers of each logger.</summary>
    public int LoggerThreads { get; init; } = 1;

    /// <summary>Whether loggers compare each object with what the dequeue before found.</summary>
    public bool Compare { get; init; }

    /// <summary>Whether one record of each event is wanted of loggers, and not only of each dequeue.</summary>
    public bool PerEvent { get; init; }

    /// <summary>Watchers.</summary>
    public int Watchers { get; init; } = 1;

    /// <summary>Connections that the watchers share; null for as many as they need.</summary>
    public int? WatchConnections { get; init; }

    /// <summary>The shortest time-out that a watcher asks for, in seconds.</summary>
    public int MinTimeoutSeconds { get; init; } = 300;

    /// <summary>The longest.</summary>
    public int MaxTimeoutSeconds { get; init; } = 599;

    /// <summary>Whether a watcher goes on from where its last watch ended, instead of listing anew.</summary>
    public bool Resume { get; init; }

    /// <summary>Events that each watcher reads per second at most; null for as fast as they come.</summary>
    public double? ReadRate { get; init; }

    /// <summary>How long the observers may take until they know all that is there, before the load.</summary>
    public TimeSpan SyncTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long the observers may take to be delivered the last write, after the load.</summary>
    public TimeSpan SentinelTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The watchers' parameters.</summary>
    public WatchOptions Watch => new()
    {
        RunId = Driver.RunId,
        Namespace = Driver.Namespace,
        Watchers = Watchers,
        Connections = WatchConnections,
        HttpVersion = ReadRate is null ? Driver.HttpVersion : HttpVersion.Version11,
        MinTimeoutSeconds = MinTimeoutSeconds,
        MaxTimeoutSeconds = MaxTimeoutSeconds,
        Seed = Driver.Seed,
        Resume = Resume,
        ReadRate = ReadRate,
        RequestTimeout = Driver.RequestTimeout,
    };

    /// <summary>Says what is wrong with the parameters, in words for their user.</summary>
    /// <exception cref="ArgumentException">A parameter is out of range, or two exclude each other.</exception>
    public void Validate()
    {
        Driver.Validate();
        if (Loggers is < 0 or > MostLoggers) throw new ArgumentException($"Loggers is {Loggers}; it must be from 0 to {MostLoggers}.", nameof(Loggers));
        if (Watchers < 0) throw new ArgumentException($"Watchers is {Watchers}; it must not be negative.", nameof(Watchers));
        if (Loggers + Watchers == 0)
            throw new ArgumentException("Neither Loggers nor Watchers is more than 0: nobody would observe the writes. A driver alone is Start-ConfigMapDriver or Start-FlunderDriver.", nameof(Loggers));
        if (Loggers > 0 && LoggerThreads is < 1 or > LoggerOptions.MaxThreads)
            throw new ArgumentException($"LoggerThreads is {LoggerThreads}; it must be from 1 to {LoggerOptions.MaxThreads}.", nameof(LoggerThreads));
        if (Watchers > 0) Watch.Validate();
        if (Driver.Workers > 1)
            throw new ArgumentException($"Workers is {Driver.Workers}: a scale test plays the whole schedule, or the audit would take other workers' writes for lost ones. Use the drivers and loggers of their own.", nameof(Driver.Workers));
        if (SyncTimeout <= TimeSpan.Zero) throw new ArgumentException($"SyncTimeout is {SyncTimeout}; it must be more than 0.", nameof(SyncTimeout));
    }
}
