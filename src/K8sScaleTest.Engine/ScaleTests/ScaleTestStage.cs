namespace K8sScaleTest.Engine.ScaleTests;

/// <summary>What a scale test is doing.</summary>
public enum ScaleTestStage
{
    /// <summary>Checks the server, opens the driver's connections.</summary>
    Preparing,

    /// <summary>Waits until the observers know all that is there.</summary>
    Syncing,

    /// <summary>The driver drives, and deletes what it made.</summary>
    Driving,

    /// <summary>Waits until the observers were delivered the last write.</summary>
    Closing,

    /// <summary>All has ended.</summary>
    Ended,
}
