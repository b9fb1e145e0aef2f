using System.Globalization;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Objectives;

/// <summary>What is asked of a server, as text: <c>create.response.p99 &lt;= 1s</c>, <c>failed == 0</c>.</summary>
/// <remarks>
/// <code>
/// objective  = [ resource "." ] [ kind "." ] what comparison limit
/// resource   = plural name: configmaps, flunders         (all resources without it)
/// kind       = create | update | delete | all            (all without it)
/// what       = time "." figure                           limit: a duration, 1s 250ms 1m30s 800us
///            | succeeded | failed | rejected | unknown | notSent | timeouts    limit: a number, or a share: 0, 1%
///            | rate                                      limit: 95/s, or a share of the requested rate: 99%
///            | throughput                                limit: 95/s
/// time       = service | response | pacer | connectionWait
/// figure     = p50 | p90 | p99 | p99.9 | max | mean
/// comparison = &lt;= | &lt; | &gt;= | &gt; | == | !=                 (the two last of numbers only)
/// </code>
/// Words are case-insensitive and spaces are free. Times and rates are of Steady; numbers and shares of operations are of the whole run. Times are of
/// operations that succeeded; a time-out counts as longer than all of them. A share of the rate is of creates, since those are what a run's rate counts.
/// A delete that finds nothing after a create of unknown effect has neither failed nor been rejected.
/// </remarks>
public sealed record Objective
{
    /// <summary>The text as it was given.</summary>
    public required string Text { get; init; }

    /// <summary>The resource's plural name; null for any.</summary>
    public string? Resource { get; init; }

    /// <summary>The kind of operation; null for all together.</summary>
    public OperationKind? Operation { get; init; }

    /// <summary>What it speaks of.</summary>
    public required ObjectiveMetric Metric { get; init; }

    /// <summary>Which figure of a time.</summary>
    public ObjectiveStatistic Statistic { get; init; }

    /// <summary>How it compares.</summary>
    public required ObjectiveComparison Comparison { get; init; }

    /// <summary>The limit.</summary>
    public required double Limit { get; init; }

    /// <summary>The limit's unit.</summary>
    public required ObjectiveUnit Unit { get; init; }

    /// <summary>Reads an objective.</summary>
    /// <exception cref="FormatException">It is none: says where, and what is possible there.</exception>
    public static Objective Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new ObjectiveParser(text).Parse();
    }

    /// <summary>Whether it speaks of a run's resource: the plural name with or without its group.</summary>
    public bool AppliesTo(string resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return Resource is null || resource.Equals(Resource, StringComparison.OrdinalIgnoreCase)
            || (resource.Length > Resource.Length && resource[Resource.Length] == '.' && resource.StartsWith(Resource, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Holds it against a run.</summary>
    public ObjectiveOutcome Evaluate(Summary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        return new ObjectiveEvaluation(this, summary).Outcome();
    }

    /// <summary>Whether a value keeps it.</summary>
    internal bool Holds(double value) => Comparison switch
    {
        ObjectiveComparison.AtMost => value <= Limit,
        ObjectiveComparison.Below => value < Limit,
        ObjectiveComparison.AtLeast => value >= Limit,
        ObjectiveComparison.Above => value > Limit,
        ObjectiveComparison.Equal => value == Limit,
        _ => value != Limit,
    };

    /// <summary>A value of the limit's unit, in words.</summary>
    public string Show(double value) => Unit switch
    {
        ObjectiveUnit.Milliseconds => value.ToString("#,0.###", CultureInfo.InvariantCulture) + " ms",
        ObjectiveUnit.Percent => value.ToString("0.###", CultureInfo.InvariantCulture) + " %",
        ObjectiveUnit.PerSecond => value.ToString("#,0.##", CultureInfo.InvariantCulture) + "/s",
        _ => value.ToString("#,0", CultureInfo.InvariantCulture),
    };
}
