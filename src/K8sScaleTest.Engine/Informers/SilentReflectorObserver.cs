using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Informers;

/// <summary>An observer that looks away.</summary>
internal sealed class SilentReflectorObserver : IReflectorObserver
{
    public static SilentReflectorObserver Instance { get; } = new();

    public void OnListed(ListQuery query, ListResult result)
    {
    }

    public void OnReplaced(ulong resourceVersion, int objects)
    {
    }

    public void OnWatchStarted(ulong resourceVersion, long opened)
    {
    }

    public void OnEvent(ObservedEvent observed)
    {
    }

    public void OnWatchEnded(WatchQuery query, WatchResult result, ulong resourceVersion, bool started)
    {
    }

    public void OnBackingOff(TimeSpan wait, string why)
    {
    }

    public void OnWarning(string message)
    {
    }
}
