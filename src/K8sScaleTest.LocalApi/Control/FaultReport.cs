using System.Diagnostics;
using K8sScaleTest.LocalApi.Faults;

namespace K8sScaleTest.LocalApi.Control;

/// <summary>A fault as the control endpoint shows it.</summary>
internal sealed class FaultReport(FaultRule rule)
{
    public int Id => rule.Id;

    /// <summary>Active, or Spent: its time or its count is over, or it happened once.</summary>
    public string State => rule.IsActive ? "Active" : "Spent";

    /// <summary>What it was about and met.</summary>
    public long Matched => rule.Matched;

    /// <summary>How often it happened.</summary>
    public long Applied => rule.Applied;

    /// <summary>With which all draws can be repeated.</summary>
    public ulong Seed => rule.Seed;

    /// <summary>On the monotonic clock.</summary>
    public long OrderedNanoseconds => LedgerTime.Nanoseconds(rule.Ordered)!.Value;

    public double? RemainingMilliseconds => rule.Expires == long.MaxValue ? null : Math.Max(0, Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), rule.Expires).TotalMilliseconds);

    /// <summary>What became of a fault that happens once.</summary>
    public string? Result => rule.Result;

    /// <summary>What may not have been meant, such as a resource that does not exist.</summary>
    public string? Warning => rule.Warning;

    public FaultDefinition Fault => rule.Definition;
}
