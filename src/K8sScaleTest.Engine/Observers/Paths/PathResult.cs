namespace K8sScaleTest.Engine.Observers.Paths;

/// <summary>How the joining of writes to events went.</summary>
public sealed record PathResult
{
    /// <summary>Writes that took effect, whose events are looked for.</summary>
    public long Writes { get; init; }

    /// <summary>Those of them whose event was found.</summary>
    public long Joined { get; init; }

    /// <summary>Those whose event was not found in time: lost, or told by a list together with a later one.</summary>
    public long Unjoined { get; init; }

    /// <summary>Those that could not be looked for: the response had no uid or resourceVersion.</summary>
    public long Unidentified { get; init; }

    /// <summary>Writes of unknown outcome, which may have taken effect.</summary>
    public long Unknown { get; init; }

    /// <summary>Those of them for which there is an event that no other write accounts for.</summary>
    public long UnknownJoined { get; init; }

    /// <summary>Events of this run's objects that no write accounts for.</summary>
    public long Unaccounted { get; init; }

    /// <summary>The most writes and events that waited for each other at once.</summary>
    public int MostWaiting { get; init; }

    /// <summary>The share of the writes that were joined; NaN without any.</summary>
    public double JoinedShare => Writes == 0 ? double.NaN : (double)Joined / Writes;

    /// <summary>The ways by kind of write, certain ones only.</summary>
    public IReadOnlyList<PathStatistics> Statistics { get; init; } = [];
}
