namespace K8sScaleTest.Engine.Drivers;

/// <summary>A way to make operations due: by schedule, or at full speed.</summary>
internal interface IDriver
{
    /// <summary>Completes when all objects are deleted (or known to be left over); faults when the run cannot go on.</summary>
    Task Completion { get; }

    /// <summary>Creates launched or shed so far.</summary>
    long CreatesLaunched { get; }

    /// <summary>When Steady begins and ends, in ticks; the end is far away while it is not known.</summary>
    (long Start, long End) Steady { get; }

    /// <summary>How long a worker waited, on average, for a server that gave no answer; null for a driver that has no workers.</summary>
    TimeSpan? Waited { get; }

    /// <summary>Begins.</summary>
    void Start();

    /// <summary>Launches nothing more.</summary>
    void Stop();

    /// <summary>Takes the objects that still exist, or may, and have no operation under way; only after <see cref="Stop"/>. Each is given out once.</summary>
    IReadOnlyCollection<LiveObject> Survivors();
}
