namespace K8sScaleTest.Engine.Drivers;

/// <summary>What an object's lifetime is counted from.</summary>
public enum LifetimeOrigin
{
    /// <summary>The end of its create, as the originals do.</summary>
    Response,

    /// <summary>The schedule of its create (but never before that create has ended).</summary>
    Schedule,
}
