namespace K8sScaleTest.Benchmarks.Server;

/// <summary>How much the benchmark asks of a server.</summary>
/// <param name="Writes">Creates at full speed, of which the rate is taken.</param>
/// <param name="Listed">ConfigMaps in the list.</param>
/// <param name="Informers">Clients that list and watch at the same time.</param>
/// <param name="Synced">ConfigMaps that each of them lists.</param>
/// <param name="Watchers">Watches of the fan-out, each on a connection of its own.</param>
/// <param name="EventsPerSecond">Writes a second that all of them see.</param>
/// <param name="Seconds">How long.</param>
/// <param name="Burst">Writes at once, for the highest rate of deliveries.</param>
/// <param name="Held">200-byte ConfigMaps, of which the memory is taken; 0 for none.</param>
internal sealed record ServerEffort(int Writes, int Listed, int Informers, int Synced, int Watchers, int EventsPerSecond, int Seconds, int Burst, int Held)
{
    public static ServerEffort Whole { get; } = new(100_000, 100_000, 100, 5000, 1000, 50, 20, 500, 1_000_000);

    public static ServerEffort Quick { get; } = new(50_000, 100_000, 100, 1000, 1000, 50, 5, 200, 100_000);

    /// <summary>What a kube-apiserver with an etcd does in reasonable time on two cores; the local one is asked the same, for the ratio.</summary>
    public static ServerEffort Compared { get; } = new(3000, 3000, 20, 1000, 100, 20, 5, 100, 0);
}
