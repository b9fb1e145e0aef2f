namespace K8sScaleTest.LocalApi.Faults;

/// <summary>The time that the server tells its clients: UTC, unless a fault skews it.</summary>
internal static class ServerClock
{
    private static volatile FaultRule? _skew;

    public static DateTimeOffset UtcNow => _skew is { } skew ? Skewed(skew) : DateTimeOffset.UtcNow;

    /// <summary>Whether it is wrong at the moment.</summary>
    public static bool IsSkewed => _skew is { IsActive: true };

    /// <summary>The fault that skews it; null for none.</summary>
    public static void SkewBy(FaultRule? skew) => _skew = skew;

    private static DateTimeOffset Skewed(FaultRule skew) =>
        skew.IsActive ? DateTimeOffset.UtcNow.AddMilliseconds(skew.Definition.SkewMilliseconds!.Value) : DateTimeOffset.UtcNow;
}
