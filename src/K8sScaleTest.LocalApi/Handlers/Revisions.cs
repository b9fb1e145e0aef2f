using K8sScaleTest.LocalApi.Http;

namespace K8sScaleTest.LocalApi.Handlers;

/// <summary>What a resourceVersion in a request means.</summary>
internal static class Revisions
{
    /// <summary>How long the API server's cache waits for a revision that is still to come.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Of a get: what is none is an error that nobody translated.</summary>
    public static long Parse(string text) => Read(text, out var wrong) ?? throw new ApiException(ApiStatus.Internal(wrong));

    /// <summary>Of a list, which looks at it before anything else: storage.ValidateListOptions.</summary>
    public static long ParseOfList(string text) => Read(text, out var wrong) ?? throw new ApiException(ApiStatus.BadRequest("invalid resource version: " + wrong));

    private static long? Read(string text, out string wrong)
    {
        wrong = "";
        if (text.Length == 0) return 0;
        if (ulong.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var value)) return (long)Math.Min(value, long.MaxValue);
        wrong = $"resourceVersion: Invalid value: {Go.Quote(text)}: {Go.NumberError("ParseUint", text)}";
        return null;
    }

    /// <summary>Waits until the revision is reached; 504 when it is not in time.</summary>
    public static async ValueTask NotOlderThanAsync(ApiRequest request, long wanted)
    {
        if (!await IsReachedAsync(request, wanted)) throw new ApiException(TooLarge(wanted, request.Resource.Store.Revisions.Current));
    }

    /// <summary>Waits until the revision is reached; false when it is not in time.</summary>
    public static async ValueTask<bool> IsReachedAsync(ApiRequest request, long wanted)
    {
        var revisions = request.Resource.Store.Revisions;
        var begun = TimeProvider.System.GetTimestamp();
        while (revisions.Current < wanted)
        {
            if (TimeProvider.System.GetElapsedTime(begun) >= Patience) return false;
            await Task.Delay(20, request.Aborted);
        }
        return true;
    }

    public static ApiStatus TooLarge(long wanted, long current) =>
        new(504, "Timeout", $"Timeout: Too large resource version: {wanted}, current: {current}")
        {
            Details = new() { Causes = [new Cause("ResourceVersionTooLarge", "Too large resource version", "")], RetryAfterSeconds = 1 },
        };
}
