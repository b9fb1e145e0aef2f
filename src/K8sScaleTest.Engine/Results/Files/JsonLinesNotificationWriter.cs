using System.Globalization;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>Notification records as JSON lines.</summary>
internal sealed class JsonLinesNotificationWriter(Stream stream) : JsonLinesRecordWriter<NotificationRow>(stream, NotificationColumns.Names)
{
    private protected override void Members(in NotificationRow row)
    {
        var clock = row.Run.Clock;
        var written = row.WrittenUnixMicroseconds != 0;
        Text(row.Run.RunId);
        Text(row.Run.Resource);
        Name(NotificationNames.Of(row.Operation));
        Text(row.Key);
        Text(NotificationKey.NamespaceOf(row.Key));
        Text(NotificationKey.NameOf(row.Key));
        Text(row.Uid == Guid.Empty ? null : row.Uid.ToString());
        Text(row.ResourceVersion == 0 ? null : row.ResourceVersion.ToString(CultureInfo.InvariantCulture));
        Time(clock, NotificationNames.TicksOf(clock, row.CreationUnixSeconds), row.CreationUnixSeconds != 0);
        Name(NotificationNames.Of(row.Event));
        Number(row.EventNumber);
        Number(row.Events);
        Number(row.QueuedAdds);
        Number(row.QueuedUpdates);
        Number(row.QueuedDeletes);
        Flag(row.ExistedBefore);
        Flag(row.FromList);
        Flag(row.Compared);
        if (row.Compared) Flag(row.Duplicate);
        else Text(null);
        Time(clock, row.Received);
        Time(clock, row.Handled);
        Time(clock, row.FirstEnqueued);
        Time(clock, row.LastEnqueued);
        Time(clock, row.Dequeued);
        Number(clock.ToUnixMicroseconds(row.Received));
        Number(clock.ToUnixMicroseconds(row.Handled));
        Number(clock.ToUnixMicroseconds(row.FirstEnqueued));
        Number(clock.ToUnixMicroseconds(row.LastEnqueued));
        Number(clock.ToUnixMicroseconds(row.Dequeued));
        Interval(row.Handled - row.Received);
        Interval(row.Dequeued - row.FirstEnqueued);
        Number(row.WrittenUnixMicroseconds, written);
        Text(row.LatencyFrom);
        Interval(row.LatencyTicks(row.Received), written);
        Interval(row.LatencyTicks(row.Handled), written);
        Interval(row.LatencyTicks(row.Dequeued), written);
    }
}
