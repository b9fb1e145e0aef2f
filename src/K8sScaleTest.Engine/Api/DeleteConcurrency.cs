namespace K8sScaleTest.Engine.Api;

/// <summary>
/// How many deletes a clean-up has under way at once, round by round: a worker that is refused retires until the round's end, so that each round finds
/// what the server takes, and the next one begins with that. Rounds without a refusal make it grow again.
/// </summary>
internal sealed class DeleteConcurrency
{
    private readonly int _most;

    /// <param name="most">Where it begins, and its limit.</param>
    public DeleteConcurrency(int most) => Current = _most = most;

    /// <summary>Workers of the next round.</summary>
    public int Current { get; private set; }

    /// <summary>
    /// Whether a delete's end says that the server, or the way to it, takes no more for now. Any other failure is about the object alone.
    /// </summary>
    /// <param name="statusCode">The response's status; 0 without a response.</param>
    public static bool IsRefusal(int statusCode) => statusCode is 0 or 429 or 503 or 504;

    /// <summary>A round has ended.</summary>
    /// <param name="kept">Workers that were not refused.</param>
    /// <param name="retired">Workers that were.</param>
    public void RoundEnded(int kept, int retired)
    {
        if (retired == 0) Current = Math.Min(_most, Current + Math.Max(1, Current / 4));
        else Current = kept > 0 ? kept : Math.Max(1, Current / 2);
    }
}
