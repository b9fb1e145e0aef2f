namespace K8sScaleTest.Engine.Api;

/// <summary>Takes the events of a watch as they come, in their order.</summary>
public interface IEventConsumer
{
    /// <summary>The server has accepted the watch, and sent its headers.</summary>
    /// <param name="opened">When, in ticks.</param>
    void OnOpened(long opened);

    /// <summary>Takes one event, bookmarks included, which is valid only during the call.</summary>
    void OnEvent(ObservedEvent observed);

    /// <summary>What came in one piece has all been handed on; what follows may be long in coming.</summary>
    void OnPause();
}
