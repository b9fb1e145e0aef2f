namespace K8sScaleTest.Engine.Drivers;

/// <summary>Where a run stands.</summary>
/// <param name="Stage">What it is doing.</param>
/// <param name="Elapsed">Time since the load began.</param>
/// <param name="Creates">Creates launched.</param>
/// <param name="Operations">Operations ended.</param>
/// <param name="Failed">Operations ended otherwise than with success.</param>
/// <param name="InFlight">Operations under way.</param>
/// <param name="Population">Objects that live.</param>
/// <param name="ResponseP99Ms">99th percentile of the response time of succeeded creates so far, ms; null with fewer than 1,000.</param>
/// <param name="RecordsWaiting">Records measured and not yet written or counted.</param>
public readonly record struct DriverProgress(
    DriverStage Stage, TimeSpan Elapsed, long Creates, long Operations, long Failed, int InFlight, long Population, double? ResponseP99Ms, int RecordsWaiting);
