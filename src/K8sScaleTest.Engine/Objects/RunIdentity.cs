using System.Globalization;
using System.Text.RegularExpressions;

namespace K8sScaleTest.Engine.Objects;

/// <summary>How a run is named, and the labels and annotations by which its objects are known.</summary>
public static partial class RunIdentity
{
    /// <summary>The label on every object of every run, with the value <see cref="Purpose"/>.</summary>
    public const string PurposeLabel = "purpose";

    /// <summary>The value of <see cref="PurposeLabel"/>.</summary>
    public const string Purpose = "scaletest";

    /// <summary>The label that holds the run's ID.</summary>
    public const string RunLabel = "scaletest/run";

    /// <summary>The label that holds the worker's number.</summary>
    public const string WorkerLabel = "scaletest/worker";

    /// <summary>The annotation that holds the time of the create, in the originals' layout (milliseconds).</summary>
    public const string CreateTimestampAnnotation = "scaletest/createTimestamp";

    /// <summary>The annotation that holds the time of the last update, in the originals' layout (milliseconds).</summary>
    public const string UpdateTimestampAnnotation = "scaletest/updateTimestamp";

    /// <summary>The annotation that holds the launch of the create, in microseconds since 1970 (UTC).</summary>
    public const string LaunchedAnnotation = "scaletest/launchedUnixMicros";

    /// <summary>The annotation that holds the launch of the last update, in microseconds since 1970 (UTC).</summary>
    public const string UpdatedAnnotation = "scaletest/updatedUnixMicros";

    /// <summary>The longest value of a label.</summary>
    private const int MaxLabelLength = 63;

    /// <summary>The longest DNS-1123 subdomain.</summary>
    private const int MaxNameLength = 253;

    /// <summary>A new run's ID, <c>MMDD.hhmm.NNNN</c>, as the originals make it.</summary>
    /// <param name="now">The time that the ID shows.</param>
    /// <param name="random">Draws its last four digits.</param>
    public static string NewRunId(DateTimeOffset now, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return string.Create(CultureInfo.InvariantCulture, $"{now:MMdd'.'HHmm}.{random.Next(10_000):0000}");
    }

    /// <summary>
    /// Says what is wrong with a run's ID, or null. It must be a label's value, and <c>&lt;runid&gt;-&lt;number&gt;</c> must be an object's name (a DNS-1123 subdomain).
    /// </summary>
    /// <param name="runId">The ID.</param>
    /// <param name="nameDigits">How many digits the numbers of the run's objects have.</param>
    public static string? Fault(string? runId, int nameDigits = 1)
    {
        if (string.IsNullOrEmpty(runId)) return "The run ID is empty: give letters, digits, '-' and '.', such as 1124.0930.0042.";
        if (runId.Length > MaxLabelLength)
            return $"The run ID '{runId}' has {runId.Length} characters; a label's value may have {MaxLabelLength}. Choose a shorter one.";
        if (!Subdomain().IsMatch(runId))
        {
            return $"The run ID '{runId}' would make invalid object names: it may hold lower-case letters, digits, '-' and '.', and each part between dots must "
                + "begin and end with a letter or digit, such as 1124.0930.0042.";
        }

        var length = runId.Length + 1 + nameDigits;
        return length > MaxNameLength ? $"The run ID '{runId}' would make object names of {length} characters; {MaxNameLength} are allowed. Choose a shorter one." : null;
    }

    /// <summary>The label selector of one run's objects.</summary>
    /// <param name="runId">The run's ID.</param>
    public static string SelectorOf(string runId) => $"{PurposeLabel}={Purpose},{RunLabel}={runId}";

    /// <summary>The label selector of all runs' objects.</summary>
    public static string SelectorOfAll => $"{PurposeLabel}={Purpose}";

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Subdomain();
}
