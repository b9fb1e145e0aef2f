using System.Globalization;

namespace K8sScaleTest;

/// <summary>
/// The verdict on a scale test: the driver's, unless that is Valid; then what the observers and the objectives say. A test that the generator disturbed proves nothing
/// about a server, and neither does one whose horizon stayed open; lost events are lost in any case.
/// </summary>
internal static class ScaleTestVerdict
{
    private static readonly string[] Undecided = ["Inconclusive", "Invalid", "Overloaded"];

    public static (string Verdict, string Code, string Reason, string Advice) Of(ScaleTestResult result)
    {
        var driver = result.Driver;
        var faults = Faults(result.Audit);
        if (Undecided.Contains(driver.Verdict)) return (driver.Verdict, driver.VerdictReason, faults is null ? driver.Reason : $"{driver.Reason}; besides, {faults}", driver.Advice);
        if (faults is not null)
            return ("Failed", "EventFault", faults, ".Audit names the events, and how each is known.");
        if (result.HorizonFault is { } open)
            return ("Inconclusive", "HorizonOpen", $"the audit has no end: {open.TrimEnd('.')}", "What came last may be missing, or late. Give the observers more time (-SentinelTimeout), or see what ended their watches.");
        var missed = result.Objectives.Where(objective => objective.Passed == false && objective.Unit is not null).ToList();
        if (missed.Count > 0)
            return ("Failed", "ObjectiveMissed", $"missed: {string.Join("; ", missed.Select(objective => $"{objective.Objective} (it was {objective.Actual})"))}", "");
        return (driver.Verdict, driver.VerdictReason, $"{driver.Reason}; {Delivered(result)}", driver.Advice);
    }

    private static string? Faults(IReadOnlyList<WatcherAudit> audit)
    {
        var affected = audit.Count(each => each.Missed + each.Duplicated + each.OutOfOrder + each.Regressed > 0);
        return affected == 0
            ? null
            : Text($"the server broke its word to {affected:N0} of {audit.Count:N0} observers: {audit.Sum(each => each.Missed):N0} events missed, {audit.Sum(each => each.Duplicated):N0} duplicated, ")
                + Text($"{audit.Sum(each => each.OutOfOrder):N0} out of order, {audit.Sum(each => each.Regressed):N0} regressed");
    }

    private static string Delivered(ScaleTestResult result)
    {
        var gaps = result.Audit.Sum(each => each.Gaps);
        return Text($"{result.Audit.Count:N0} observers were delivered every event once and in order")
            + (gaps == 0 ? "" : Text($", but for {gaps:N0} gaps between watches"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
