using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Informers;

/// <summary>
/// Is told what a reflector does: for records, warnings and the audit. From <see cref="OnWatchStarted"/> to <see cref="OnWatchEnded"/> everything that
/// happens after the one's resourceVersion and up to the other's was covered without a break. Called serially, between two events: it must not take long.
/// </summary>
public interface IReflectorObserver
{
    /// <summary>A page was asked for and came, or not.</summary>
    /// <param name="query">What was asked for.</param>
    /// <param name="result">How it went.</param>
    void OnListed(ListQuery query, ListResult result);

    /// <summary>A list, or the initial events of a WatchList, replaced all that was known. What happened since the last watch ended was not seen event by event: a gap.</summary>
    /// <param name="resourceVersion">As of which.</param>
    /// <param name="objects">How many objects there are.</param>
    void OnReplaced(ulong resourceVersion, int objects);

    /// <summary>A watch was opened, or the initial events of a WatchList are over: events follow.</summary>
    /// <param name="resourceVersion">After which; 0 where that is not known.</param>
    /// <param name="opened">When, in ticks.</param>
    void OnWatchStarted(ulong resourceVersion, long opened);

    /// <summary>An event or a bookmark of a watch that was started, before the store decides what it is; valid only during the call.</summary>
    void OnEvent(ObservedEvent observed);

    /// <summary>A watch ended, or could not be opened.</summary>
    /// <param name="query">What was asked for.</param>
    /// <param name="result">How it went.</param>
    /// <param name="resourceVersion">Up to which it covered everything; what was last seen when it never started.</param>
    /// <param name="started">Whether <see cref="OnWatchStarted"/> was called for it.</param>
    void OnWatchEnded(WatchQuery query, WatchResult result, ulong resourceVersion, bool started);

    /// <summary>The reflector waits before it goes on.</summary>
    /// <param name="wait">How long.</param>
    /// <param name="why">What for, in words.</param>
    void OnBackingOff(TimeSpan wait, string why);

    /// <summary>Something that a user should know.</summary>
    void OnWarning(string message);
}
