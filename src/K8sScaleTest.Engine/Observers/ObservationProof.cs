using K8sScaleTest.Engine.Api;

namespace K8sScaleTest.Engine.Observers;

/// <summary>Finds out, with a list of one object and a watch that is closed as soon as it is open, what would fail every list and every watch of a collection.</summary>
internal static class ObservationProof
{
    // The watch is closed at once; where it is not, the server ends it.
    private static readonly TimeSpan WatchTimeout = TimeSpan.FromMinutes(5);

    /// <summary>Asks the server.</summary>
    /// <param name="target">The server.</param>
    /// <param name="options">What is to be listed and watched.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <exception cref="ApiException">The server could not be reached, does not serve it, or does not let this user list or watch it.</exception>
    public static async Task RunAsync(ApiTarget target, ListWatchOptions options, CancellationToken cancellationToken)
    {
        var path = options.Resource.CollectionPath(options.Namespace);
        using var client = new ApiClient(target, options.HttpVersion, options.UserAgent, options.RequestTimeout);
        using (await client.GetAsync(path + "?limit=1" + Query("labelSelector", options.LabelSelector) + Query("fieldSelector", options.FieldSelector), cancellationToken))
        {
        }

        using var connection = ApiConnection.ForReads(target, 0);
        using var opened = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var result = await new ListWatch(target, connection, options).WatchAsync(new() { Timeout = WatchTimeout }, new FirstWord(opened), opened.Token);
        cancellationToken.ThrowIfCancellationRequested();
        if (result.End == StreamEnd.Refused) throw client.Failure(HttpMethod.Get, path + "?watch=true", result.StatusCode, result.Status!);
    }

    private static string Query(string name, string? value) => string.IsNullOrEmpty(value) ? "" : $"&{name}={Uri.EscapeDataString(value)}";

    /// <summary>Closes a watch as soon as the server has accepted it.</summary>
    private sealed class FirstWord(CancellationTokenSource opened) : IEventConsumer
    {
        public void OnOpened(long when) => opened.Cancel();

        public void OnEvent(ObservedEvent observed)
        {
        }

        public void OnPause()
        {
        }
    }
}
