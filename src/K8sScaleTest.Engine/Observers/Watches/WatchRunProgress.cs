namespace K8sScaleTest.Engine.Observers.Watches;

/// <summary>Where a run of watches stands.</summary>
/// <param name="Elapsed">Time since it began.</param>
/// <param name="Open">Watches that are open now.</param>
/// <param name="Begun">Watchers that have had a watch open, whether it still is or not.</param>
/// <param name="Events">Events so far, without bookmarks.</param>
/// <param name="Windows">Watches that have ended.</param>
/// <param name="Lists">Lists so far.</param>
/// <param name="Errors">Lists and watches that ended otherwise than in order.</param>
/// <param name="RecordsWaiting">Records on their way to the file or the pipeline.</param>
public readonly record struct WatchRunProgress(TimeSpan Elapsed, int Open, int Begun, long Events, long Windows, long Lists, long Errors, int RecordsWaiting);
