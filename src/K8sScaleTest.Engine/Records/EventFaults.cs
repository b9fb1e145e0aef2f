using System.Text.Json.Serialization;

namespace K8sScaleTest.Engine.Records;

/// <summary>How often a server broke its word on events to the observers of a run, as their audit found.</summary>
/// <param name="Observers">Watchers and informers under audit.</param>
/// <param name="Events">Events delivered to them.</param>
/// <param name="Missed">Events that were not delivered.</param>
/// <param name="Duplicated">Events delivered again.</param>
/// <param name="OutOfOrder">Events delivered after later ones.</param>
/// <param name="Regressed">Lists, bookmarks and events that went back.</param>
public readonly record struct EventFaults(int Observers, long Events, long Missed, long Duplicated, long OutOfOrder, long Regressed)
{
    /// <summary>All of them.</summary>
    [JsonIgnore]
    public long Count => Missed + Duplicated + OutOfOrder + Regressed;

    /// <summary>What two runs' observers were delivered, together.</summary>
    public static EventFaults operator +(EventFaults one, EventFaults other) => new(
        one.Observers + other.Observers,
        one.Events + other.Events,
        one.Missed + other.Missed,
        one.Duplicated + other.Duplicated,
        one.OutOfOrder + other.OutOfOrder,
        one.Regressed + other.Regressed);
}
