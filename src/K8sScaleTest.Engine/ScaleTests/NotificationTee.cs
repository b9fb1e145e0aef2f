using K8sScaleTest.Engine.Observers.Paths;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.ScaleTests;

/// <summary>Gives a logger's records to the joining, and those that stand for a dequeue to whoever wants them.</summary>
internal sealed class NotificationTee(PathJoin? join, string sentinel, bool perEvent, IRecordConsumer<NotificationRow> consumer) : IRecordConsumer<NotificationRow>
{
    /// <inheritdoc/>
    public void Take(in NotificationRow row)
    {
        // The sentinel is no write of the driver.
        if (join is not null && row.Key != sentinel) join.Add(row);
        if (perEvent || row.IsLast) consumer.Take(row);
    }

    /// <inheritdoc/>
    public void Pause() => consumer.Pause();
}
