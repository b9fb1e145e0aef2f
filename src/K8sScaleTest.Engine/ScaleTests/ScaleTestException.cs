namespace K8sScaleTest.Engine.ScaleTests;

/// <summary>A scale test that did not come to its load; the message says why and what to do.</summary>
public sealed class ScaleTestException : Exception
{
    /// <summary>A fault in words for the user.</summary>
    public ScaleTestException(string message)
        : base(message)
    {
    }
}
