using K8sScaleTest.Engine.Api;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Drivers;

/// <summary>How a run ended, beside its records.</summary>
/// <param name="Health">The generator's health over the run.</param>
/// <param name="Stopped">Whether it was stopped before its end.</param>
/// <param name="LeftBehind">Objects of this run that still exist as far as could be found out.</param>
/// <param name="LeftBehindFault">Why that could not be found out, such as that this user may not list them; null when it could.</param>
public sealed record DriverResult(RunHealth Health, bool Stopped, long LeftBehind, string? LeftBehindFault)
{
    /// <summary>Whether it is known what is left.</summary>
    public bool LeftBehindKnown => LeftBehindFault is null;

    /// <summary>At full speed: the server gave no answer any more, so that the run ended early; null otherwise.</summary>
    public ApiException? Lost { get; init; }
}
