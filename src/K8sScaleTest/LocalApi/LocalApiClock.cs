using System.Text.Json;

namespace K8sScaleTest;

/// <summary>Brings the ledger's monotonic nanoseconds to UTC, by one reading of both clocks.</summary>
internal sealed class LocalApiClock
{
    private readonly DateTime _utc;
    private readonly long _nanoseconds;

    public LocalApiClock(JsonElement summary)
    {
        _nanoseconds = summary.GetProperty("nanoseconds").GetInt64();
        _utc = summary.GetProperty("utc").GetDateTime().ToUniversalTime();
    }

    public DateTime Utc(long nanoseconds) => _utc.AddTicks((nanoseconds - _nanoseconds) / 100);
}
