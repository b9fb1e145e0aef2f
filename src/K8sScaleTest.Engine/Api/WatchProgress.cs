using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Api;

/// <summary>What has become of a watch so far.</summary>
internal sealed class WatchProgress(ObservedEvent observed, IEventConsumer consumer)
{
    private long _firstByte;
    private long _lastByte;
    private long _events;
    private long _bookmarks;
    private ulong _lastResourceVersion;
    private ApiStatus? _error;

    /// <summary>Is filled in for each event.</summary>
    public ObservedEvent Observed => observed;

    public long Requested { get; init; }

    public long Opened { get; set; }

    public int StatusCode { get; set; }

    /// <summary>Something came, be it less than an event.</summary>
    public void Came(long received)
    {
        if (_firstByte == 0) _firstByte = received;
    }

    /// <summary>Hands the event on; false when it ends the watch.</summary>
    public bool Take(long received)
    {
        _lastByte = received;
        if (observed.Kind == ObservedEventKind.Error)
        {
            _error = observed.Status;
            return false;
        }

        if (observed.Kind == ObservedEventKind.Bookmark) _bookmarks++;
        else _events++;
        if (observed.Subject.ResourceVersion != 0) _lastResourceVersion = observed.Subject.ResourceVersion;
        observed.Received = received;
        consumer.OnEvent(observed);
        return true;
    }

    /// <summary>What came in one piece has all been handed on.</summary>
    public void Pause() => consumer.OnPause();

    public WatchResult ToResult(StreamEnd end, ResponseWindow? window) => new()
    {
        End = end,
        StatusCode = StatusCode,
        Status = _error,
        Reason = _error?.Reason,
        Message = _error?.Message,
        Requested = Requested,
        Opened = Opened,
        FirstByte = _firstByte,
        LastByte = _lastByte,
        Ended = RunClock.Now,
        Events = _events,
        Bookmarks = _bookmarks,
        Bytes = window?.Total ?? 0,
        PartialBytes = end == StreamEnd.Refused ? 0 : window?.Length ?? 0,
        LastResourceVersion = _lastResourceVersion,
    };
}
