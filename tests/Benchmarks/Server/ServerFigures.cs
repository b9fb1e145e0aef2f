namespace K8sScaleTest.Benchmarks.Server;

/// <summary>What was measured of one server; null for what could not be.</summary>
internal sealed record ServerFigures
{
    public double? WritesPerSecond { get; init; }

    /// <summary>Of the server, in microseconds: what a busy machine does not change, unlike a rate.</summary>
    public double? CpuPerWrite { get; init; }

    /// <summary>Of the server, in microseconds, at the steady rate.</summary>
    public double? CpuPerDelivery { get; init; }

    public double? ListSeconds { get; init; }

    public double? ListMegabytes { get; init; }

    /// <summary>How much the server's resident memory rose above what it was before the list.</summary>
    public double? ListPeakMegabytes { get; init; }

    public double? SyncSeconds { get; init; }

    /// <summary>From commit to the last watcher's connection having taken it, in ms, as the server's own ledger has it.</summary>
    public double? CommitToLastP50 { get; init; }

    public double? CommitToLastP99 { get; init; }

    public double? DeliveryP50 { get; init; }

    public double? DeliveryP99 { get; init; }

    public double? DeliveryMax { get; init; }

    public double? DeliveriesPerSecond { get; init; }

    /// <summary>The highest steady rate that is delivered in time, unlike <see cref="DeliveriesPerSecond"/>, which cannot exceed what was offered.</summary>
    public double? MostDeliveriesPerSecond { get; init; }

    public double? BurstDeliveriesPerSecond { get; init; }

    public double? KilobytesPerWatcher { get; init; }

    public double? BytesPerObject { get; init; }

    public double? HeldMegabytes { get; init; }
}
