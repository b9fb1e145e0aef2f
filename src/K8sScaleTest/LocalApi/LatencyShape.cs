using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.Json.Nodes;

namespace K8sScaleTest;

/// <summary>Distributions of latencies in the words of the control endpoint.</summary>
internal static class LatencyShape
{
    private static readonly DurationAttribute Durations = new();

    public static JsonObject Constant(TimeSpan latency) => new() { ["shape"] = "Constant", ["milliseconds"] = latency.TotalMilliseconds };

    public static JsonObject Uniform(TimeSpan from, TimeSpan to) => new() { ["shape"] = "Uniform", ["from"] = from.TotalMilliseconds, ["to"] = to.TotalMilliseconds };

    public static JsonObject Exponential(TimeSpan mean) => new() { ["shape"] = "Exponential", ["mean"] = mean.TotalMilliseconds };

    public static JsonObject LogNormal(TimeSpan median, double sigma) => new() { ["shape"] = "LogNormal", ["median"] = median.TotalMilliseconds, ["sigma"] = sigma };

    /// <summary>Throws <see cref="ArgumentException"/> that says which part is wrong, and how.</summary>
    public static JsonObject Mix(IReadOnlyList<Hashtable> parts) => new() { ["shape"] = "Mix", ["of"] = new JsonArray([.. parts.Select((part, i) => (JsonNode)Part(part, i + 1))]) };

    private static JsonObject Part(Hashtable part, int number)
    {
        var names = part.Keys.Cast<object>().Select(key => key.ToString()!.ToUpperInvariant()).Order(StringComparer.Ordinal).ToArray();
        var latency = string.Join(" ", names.Where(name => name != "WEIGHT")) switch
        {
            "LATENCY" => Constant(Time("Latency")),
            "FROM TO" => Uniform(Time("From"), Time("To")),
            "MEAN" => Exponential(Time("Mean")),
            "MEDIAN SIGMA" => LogNormal(Time("Median"), Number("Sigma")),
            _ => throw new ArgumentException($"-LatencyMix, part {number}: a hashtable with Weight and Latency, or From and To, or Mean, or Median and Sigma is wanted, not one with {string.Join(", ", part.Keys.Cast<object>())}."),
        };
        if (!names.Contains("WEIGHT")) throw new ArgumentException($"-LatencyMix, part {number}: Weight is missing: how often it is drawn, relative to the others.");
        latency["weight"] = Number("Weight");
        return latency;

        object Value(string name) => part.Cast<DictionaryEntry>().First(entry => string.Equals(entry.Key.ToString(), name, StringComparison.OrdinalIgnoreCase)).Value ?? "";

        TimeSpan Time(string name)
        {
            try
            {
                return (TimeSpan)Durations.Transform(null!, Value(name));
            }
            catch (ArgumentTransformationMetadataException bad)
            {
                throw new ArgumentException($"-LatencyMix, part {number}, {name}: {bad.Message}", bad);
            }
        }

        double Number(string name)
        {
            try
            {
                return Convert.ToDouble(Value(name) is PSObject wrapped ? wrapped.BaseObject : Value(name), CultureInfo.InvariantCulture);
            }
            catch (Exception bad) when (bad is FormatException or InvalidCastException or OverflowException)
            {
                throw new ArgumentException($"-LatencyMix, part {number}, {name}: '{Value(name)}' is no number.", bad);
            }
        }
    }
}
