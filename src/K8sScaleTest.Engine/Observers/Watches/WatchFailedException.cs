namespace K8sScaleTest.Engine.Observers.Watches;

/// <summary>A list or a watch ended out of order, and the run was asked to end with it.</summary>
public sealed class WatchFailedException : Exception
{
    internal WatchFailedException(int watcher, string reason, string message)
        : base(message)
    {
        Watcher = watcher;
        Reason = reason;
    }

    /// <summary>The watcher's number.</summary>
    public int Watcher { get; }

    /// <summary>Why, in a word.</summary>
    public string Reason { get; }
}
