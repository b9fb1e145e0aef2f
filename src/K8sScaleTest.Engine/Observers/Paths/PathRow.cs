using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Observers.Paths;

/// <summary>
/// The whole way of one write: from the driver through the server to a logger's worker, in ticks of one monotonic clock. An event that came before the
/// acknowledgement did so: <see cref="AcknowledgedToReceived"/> is negative then.
/// </summary>
/// <param name="Write">The write, as its driver recorded it.</param>
/// <param name="Notification">Its event, as the logger recorded it.</param>
/// <param name="Certain">Whether the event is known to be of this write; false for a write of unknown outcome, of which it may be.</param>
public readonly record struct PathRow(OperationRow Write, NotificationRow Notification, bool Certain)
{
    /// <summary>From the launch to the event's arrival, in ticks.</summary>
    public long LaunchedToReceived => Notification.Received - Write.Launched;

    /// <summary>From the request on the wire to the event's arrival, in ticks.</summary>
    public long SentToReceived => Notification.Received - Write.Sent;

    /// <summary>From the whole response to the event's arrival, in ticks: often negative.</summary>
    public long AcknowledgedToReceived => Notification.Received - Write.Finished;

    /// <summary>From the launch to the handler, in ticks.</summary>
    public long LaunchedToHandled => Notification.Handled - Write.Launched;

    /// <summary>From the launch to the worker, in ticks: the whole path.</summary>
    public long LaunchedToDequeued => Notification.Dequeued - Write.Launched;
}
