namespace K8sScaleTest.Engine.Drivers;

/// <summary>The stages of a driver's run.</summary>
public enum DriverStage
{
    /// <summary>Checking the server, opening connections.</summary>
    Preparing,

    /// <summary>Driving.</summary>
    Driving,

    /// <summary>Stopped: requests under way are awaited and what lives is deleted.</summary>
    Draining,

    /// <summary>Over.</summary>
    Ended,
}
