namespace K8sScaleTest.Engine.Api;

/// <summary>
/// Keeps a credential fresh in the background, so that whoever sends requests reads a field and never waits. A failed refresh keeps the old credential:
/// the server has the last word on it.
/// </summary>
internal sealed class CredentialRefresher : IAsyncDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    /// <summary>How long before its end a credential is renewed, at most; a fifth of its life for short ones.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(1);

    private readonly CredentialSource _source;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _refused = new(0, 1);
    private readonly Task _loop;
    private volatile Credential _current;
    private volatile ApiException? _fault;

    private CredentialRefresher(CredentialSource source, Credential first)
    {
        _source = source;
        _current = first;
        _loop = RefreshAsync(_stop.Token);
    }

    /// <summary>The newest credential.</summary>
    public Credential Current => _current;

    /// <summary>Why the last refresh failed; null when it did not.</summary>
    public ApiException? Fault => _fault;

    /// <summary>Gets the first credential and starts to keep it fresh.</summary>
    /// <exception cref="ApiException">The source gives none.</exception>
    public static async Task<CredentialRefresher> StartAsync(CredentialSource source, CancellationToken cancellationToken) =>
        new(source, await source.FetchAsync(cancellationToken));

    /// <summary>Asks for a new credential soon, since the server refused this one. Cheap; called as often as 401s come.</summary>
    public void Refused()
    {
        if (_refused.CurrentCount > 0) return;
        try
        {
            _refused.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another thread said it at the same time.
        }
    }

    /// <summary>Ends the renewals; one under way is cancelled. Neither field holds anything that needs disposal.</summary>
    public void Stop() => _stop.Cancel();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
        _refused.Dispose();
    }

    private async Task RefreshAsync(CancellationToken stop)
    {
        var retry = FirstRetry;
        var wait = Next(_current);
        try
        {
            while (true)
            {
                var refused = await _refused.WaitAsync(wait, stop);
                try
                {
                    _current = await _source.FetchAsync(stop);
                    _fault = null;
                    retry = FirstRetry;
                    wait = Next(_current);
                }
                catch (ApiException e)
                {
                    _fault = e;
                    wait = retry;
                    retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
                }

                // A server that refuses everything must not make a plugin run in a circle.
                if (refused) await Task.Delay(FirstRetry, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    private TimeSpan Next(Credential credential)
    {
        if (credential.Expires is not { } expires) return _source.Period ?? Timeout.InfiniteTimeSpan;
        var left = expires - DateTimeOffset.UtcNow;
        var margin = left / 5 < Margin ? left / 5 : Margin;
        var wait = left - margin;
        if (wait < FirstRetry) wait = FirstRetry;
        // Timers take no more than 49 days.
        return wait < TimeSpan.FromDays(1) ? wait : TimeSpan.FromDays(1);
    }
}
