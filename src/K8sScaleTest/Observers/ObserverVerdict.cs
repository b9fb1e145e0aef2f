using System.Globalization;
using K8sScaleTest.Engine.Observers.Auditing;

namespace K8sScaleTest;

/// <summary>What the audit of observers that write nothing says of the server.</summary>
internal static class ObserverVerdict
{
    public static (string Verdict, string Reason) Of(IReadOnlyList<AuditResult> audit)
    {
        var events = audit.Sum(each => each.Events);
        var affected = audit.Count(each => each.FaultCount > 0);
        if (affected > 0)
        {
            var whom = audit.Count == 1 ? "" : Text($" to {affected:N0} of {audit.Count:N0} watchers");
            return ("Failed", Text($"the server broke its word{whom}: {audit.Sum(each => each.Missed):N0} events missed, {audit.Sum(each => each.Duplicated):N0} duplicated, ")
                + Text($"{audit.Sum(each => each.OutOfOrder):N0} out of order, {audit.Sum(each => each.Regressed):N0} regressed; with -OutFile the summary's Audit names them"));
        }

        return events == 0
            ? ("Inconclusive", "no event was delivered, so that nothing can be said of their order")
            : ("Valid", Text($"{events:N0} events were delivered once and in order, as far as {(audit.Count == 1 ? "" : "watchers, ")}lists and histories can tell"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
