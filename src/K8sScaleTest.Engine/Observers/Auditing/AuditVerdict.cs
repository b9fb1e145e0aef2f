using System.Globalization;

namespace K8sScaleTest.Engine.Observers.Auditing;

/// <summary>What the audit of observers that write nothing says of the server.</summary>
public static class AuditVerdict
{
    /// <summary>
    /// A watch that was told nothing for longer than this before its end is told of: servers send a bookmark about each minute. One that hangs sends none, nor does one
    /// that was restored from a backup and is behind the resourceVersion that the watch goes on from.
    /// </summary>
    public static readonly TimeSpan SilenceWorthAWord = TimeSpan.FromMinutes(2);

    /// <summary>The verdict and its reason.</summary>
    /// <param name="audit">What was found of each observer.</param>
    /// <returns>Failed, where the server broke its word; Inconclusive, where it gave none; Valid.</returns>
    public static (string Verdict, string Reason) Of(IReadOnlyList<AuditResult> audit)
    {
        ArgumentNullException.ThrowIfNull(audit);
        var events = audit.Sum(each => each.Events);
        var affected = audit.Count(each => each.FaultCount > 0);
        if (affected > 0)
        {
            var whom = audit.Count == 1 ? "" : Text($" to {affected:N0} of {audit.Count:N0} watchers");
            return ("Failed", Text($"the server broke its word{whom}: {audit.Sum(each => each.Missed):N0} events missed, {audit.Sum(each => each.Duplicated):N0} duplicated, ")
                + Text($"{audit.Sum(each => each.OutOfOrder):N0} out of order, {audit.Sum(each => each.Regressed):N0} regressed; with -OutFile the summary's Audit names them"));
        }

        return events == 0
            ? ("Inconclusive", "no event was delivered, so that nothing can be said of their order" + Silence(audit))
            : ("Valid", (events == 1 ? "1 event was" : Text($"{events:N0} events were")) + Text($" delivered once and in order, as far as {(audit.Count == 1 ? "" : "watchers, ")}lists and histories can tell") + Silence(audit));
    }

    private static string Silence(IReadOnlyList<AuditResult> audit)
    {
        var silent = audit.Count(each => each.Silence > SilenceWorthAWord);
        if (silent == 0) return "";
        var longest = audit.Max(each => each.Silence).TotalSeconds;
        return audit.Count == 1
            ? Text($"; in its last {longest:N0} s the watch was told nothing, not even a bookmark, and of those nothing is known")
            : Text($"; {silent:N0} of {audit.Count:N0} watchers were told nothing in their last {longest:N0} s or less, not even a bookmark, and of those nothing is known");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
