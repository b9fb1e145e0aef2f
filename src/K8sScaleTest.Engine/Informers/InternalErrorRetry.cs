namespace K8sScaleTest.Engine.Informers;

/// <summary>For how long internal errors of a watch are borne: client-go's RetryWithDeadline, which starts anew after a minute without one.</summary>
internal sealed class InternalErrorRetry(TimeSpan limit, TimeProvider time)
{
    private static readonly TimeSpan Calm = TimeSpan.FromMinutes(1);
    private long _first;
    private long _last;

    /// <summary>An internal error came: whether to watch again without a relist.</summary>
    public bool ShouldRetry()
    {
        if (limit == TimeSpan.Zero) return false;
        var now = time.GetTimestamp();
        if (_last == 0 || time.GetElapsedTime(_last, now) > Calm) _first = now;
        _last = now;
        return time.GetElapsedTime(_first, now) < limit;
    }
}
