using System.Globalization;

namespace K8sScaleTest;

/// <summary>
/// The verdict on a scale test: the driver's, which knows what the audit found and whether it has an end, unless that is Valid; then what the objectives say.
/// </summary>
internal static class ScaleTestVerdict
{
    public static (string Verdict, string Code, string Reason, string Advice) Of(ScaleTestResult result)
    {
        var driver = result.Driver;
        if (driver.Verdict != "Valid") return (driver.Verdict, driver.VerdictReason, driver.Reason + Besides(result), driver.Advice);
        var missed = result.Objectives.Where(objective => objective.Passed == false).ToList();
        if (missed.Count > 0)
            return ("Failed", "ObjectiveMissed", $"missed: {string.Join("; ", missed.Select(objective => $"{objective.Objective} (it was {objective.Actual})"))}", "");
        var unknown = result.Objectives.Where(objective => objective.Passed is null).ToList();
        if (unknown.Count > 0)
            return ("Inconclusive", "ObjectiveUndetermined", $"it cannot be told: {string.Join("; ", unknown.Select(objective => $"{objective.Objective} ({objective.Reason.TrimEnd('.')})"))}", driver.Mode == "FullSpeed" ? "" : "Let it run longer (-Count, -Duration), or ask for a lower percentile.");
        var gaps = result.Audit.Sum(each => each.Gaps);
        var delivered = Text($"{result.Audit.Count:N0} observers were delivered every event once and in order") + (gaps == 0 ? "" : Text($", but for {gaps:N0} gaps between watches"));
        return (driver.Verdict, driver.VerdictReason, $"{driver.Reason}; {delivered}", driver.Advice);
    }

    /// <summary>An event that was lost is lost, whatever the times are worth.</summary>
    private static string Besides(ScaleTestResult result)
    {
        var faults = result.Audit.Sum(each => each.Missed + each.Duplicated + each.OutOfOrder + each.Regressed);
        return faults == 0 || result.Driver.VerdictReason == "EventFaults"
            ? ""
            : Text($"; of the server it does say that it broke its word on events {faults:N0} times, see the audit");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
