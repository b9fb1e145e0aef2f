using System.Globalization;
using System.Text.Json;
using K8sScaleTest.Engine.Observers.Auditing;
using K8sScaleTest.TestSupport;

namespace K8sScaleTest.Engine.Tests.ScaleTests;

/// <summary>Faults on the events of a run in words, each once for each watch that it befell: as a local API server's ledger has them, and as an audit found them.</summary>
internal static class LedgerTruth
{
    /// <summary>
    /// What the server did to events on their way to watches that went on after it. What was lost behind the last event that its watch delivered nobody promised: the
    /// next watch begins before it.
    /// </summary>
    public static async Task<IReadOnlyList<string>> OfAsync(LocalApiProcess server, string runId)
    {
        List<string> faults = [];
        var deliveries = await server.Control.LedgerAsync("deliveries?resource=configmaps", TestContext.Current.CancellationToken);
        foreach (var watch in deliveries.GroupBy(each => each.GetProperty("watch").GetInt64()))
        {
            var ordered = watch.OrderBy(each => each.GetProperty("sequence").GetInt64()).ToList();
            var last = ordered.FindLastIndex(each => Result(each) is "Delivered" or "Doubled" or "Reordered");
            for (var i = 0; i < ordered.Count; i++)
            {
                if (!Key(ordered[i]).Contains($"/{runId}-", StringComparison.Ordinal)) continue;
                AuditFaultKind? kind = Result(ordered[i]) switch
                {
                    "Lost" when i < last => AuditFaultKind.Missed,
                    "Doubled" => AuditFaultKind.Duplicated,
                    "Reordered" => AuditFaultKind.OutOfOrder,
                    _ => null,
                };
                if (kind is null) continue;
                var isDelete = ordered[i].GetProperty("type").GetString() == "DELETED";
                faults.Add(Text(kind.Value, isDelete, Key(ordered[i]), ordered[i].GetProperty("resourceVersion").GetUInt64()));
            }
        }

        return [.. faults.Order(StringComparer.Ordinal)];
    }

    /// <summary>All events of the driver's objects, in the words for one that was missed; not those of the sentinel, the last of which come after the horizon.</summary>
    public static async Task<IReadOnlyList<string>> EventsAsync(LocalApiProcess server, string runId) =>
    [
        .. (await server.Control.LedgerAsync("events?resource=configmaps", TestContext.Current.CancellationToken))
            .Where(each => Key(each).Contains($"/{runId}-", StringComparison.Ordinal) && !Key(each).EndsWith("-000", StringComparison.Ordinal))
            .Select(each => Text(AuditFaultKind.Missed, each.GetProperty("type").GetString() == "DELETED", Key(each), each.GetProperty("resourceVersion").GetUInt64())),
    ];

    /// <summary>The deletes of the run that no watch was delivered, in the words for one that was missed.</summary>
    public static async Task<IReadOnlyList<string>> DeletesDeliveredToNobodyAsync(LocalApiProcess server, string runId) =>
    [
        .. (await server.Control.LedgerAsync("deliveries?resource=configmaps", TestContext.Current.CancellationToken))
            .Where(each => Key(each).Contains($"/{runId}-", StringComparison.Ordinal) && each.GetProperty("type").GetString() == "DELETED")
            .GroupBy(Key)
            .Where(deletes => deletes.All(each => Result(each) is not ("Delivered" or "Doubled" or "Reordered")))
            .Select(deletes => Text(AuditFaultKind.Missed, isDelete: true, deletes.Key, 0)),
    ];

    /// <summary>What is left of some faults when each of others is taken away once.</summary>
    public static IReadOnlyList<string> Without(IEnumerable<string> faults, IEnumerable<string> others)
    {
        var left = faults.ToList();
        foreach (var other in others) left.Remove(other);
        return left;
    }

    /// <summary>What the audit found.</summary>
    public static IReadOnlyList<string> Found(IEnumerable<AuditResult> audit) =>
        [.. audit.SelectMany(each => each.Faults).Select(fault => Text(fault.Kind, fault.Event == AuditEventKind.Deleted, fault.Key ?? "?", fault.ResourceVersion)).Order(StringComparer.Ordinal)];

    // A delete that nobody was delivered has no known resourceVersion; each object is deleted once.
    public static string Text(AuditFaultKind kind, bool isDelete, string key, ulong version) =>
        isDelete ? $"{kind} delete of {key}" : string.Create(CultureInfo.InvariantCulture, $"{kind} {key} at {version}");

    private static string Result(JsonElement delivery) => delivery.GetProperty("result").GetString()!;

    private static string Key(JsonElement delivery) => delivery.GetProperty("key").GetString()!;
}
