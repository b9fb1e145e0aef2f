namespace K8sScaleTest.Benchmarks.Server;

/// <summary>What was measured of one server; null for what could not be.</summary>
internal sealed record ServerFigures
{
    public double WritesPerSecond { get; init; }

    public double ListSeconds { get; init; }

    public double ListMegabytes { get; init; }

    /// <summary>How much the server's resident memory rose above what it was before the list.</summary>
    public double? ListPeakMegabytes { get; init; }

    public double SyncSeconds { get; init; }

    public double? DeliveryP50 { get; init; }

    public double? DeliveryP99 { get; init; }

    public double DeliveryMax { get; init; }

    public double DeliveriesPerSecond { get; init; }

    public double BurstDeliveriesPerSecond { get; init; }

    public double? KilobytesPerWatcher { get; init; }

    public double? BytesPerObject { get; init; }

    public double? HeldMegabytes { get; init; }
}
