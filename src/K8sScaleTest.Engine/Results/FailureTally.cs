using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results;

/// <summary>Counts failures by their reason.</summary>
internal sealed class FailureTally
{
    // Reasons are a server's to choose: one that gives a new one each time must not fill the memory.
    private const int Capacity = 1000;
    private const string Other = "(other)";

    private readonly Dictionary<(OperationKind Operation, Outcome Outcome, int StatusCode, string Reason), (long Count, long InSteady)> _counts = [];

    public void Record(in OperationSample sample)
    {
        var key = (sample.Operation, sample.Outcome, sample.StatusCode, string.IsNullOrEmpty(sample.Reason) ? "(none)" : sample.Reason);
        if (_counts.Count >= Capacity && !_counts.ContainsKey(key)) key.Item4 = Other;
        var (count, inSteady) = _counts.GetValueOrDefault(key);
        _counts[key] = (count + 1, inSteady + (sample.Phase == Phase.Steady ? 1 : 0));
    }

    public IReadOnlyList<FailureCount> Complete() =>
    [
        .. _counts.Select(entry => CountOf(entry.Key, entry.Value))
            .OrderByDescending(failure => failure.Count).ThenBy(failure => failure.Operation).ThenBy(failure => failure.Reason, StringComparer.Ordinal),
    ];

    private static FailureCount CountOf((OperationKind Operation, Outcome Outcome, int StatusCode, string Reason) key, (long All, long InSteady) count) =>
        new(key.Operation, key.Outcome, key.StatusCode, key.Reason, count.All, count.InSteady);
}
