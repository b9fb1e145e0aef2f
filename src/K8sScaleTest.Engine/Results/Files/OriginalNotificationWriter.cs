using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>
/// The Go loggers' columns: dequeued, operation, key, creationTimestamp, adds, updates, deletes, first enqueue, last enqueue, and for ConfigMaps the comparison
/// (0 not compared, 2 equal, 3 differs, as all does that has no predecessor). The key is in quotes, as theirs was. They knew three operations: an object that no worker ever saw is a delete, one that took another's name an update.
/// </summary>
internal sealed class OriginalNotificationWriter(Stream stream) : RecordWriter<NotificationRow>(stream)
{
    // What the Go programs wrote for an object that is gone.
    private static readonly DateTime Gone = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>One row for each dequeue.</summary>
    internal override bool Takes(in NotificationRow row) => row.IsLast;

    private protected override void Format(in NotificationRow row)
    {
        var clock = row.Run.Clock;
        var gone = row.Operation is NotificationKind.Delete or NotificationKind.CreateDelete || row.CreationUnixSeconds == 0;
        OriginalTime.Append(Buffer, clock.ToUtc(row.Dequeued));
        Buffer.Append(row.Operation switch
        {
            NotificationKind.Create => ",create,"u8,
            NotificationKind.Update or NotificationKind.Recreate => ",update,"u8,
            _ => ",delete,"u8,
        });
        CsvField.AppendQuoted(Buffer, row.Key);
        Buffer.Append((byte)',');
        OriginalTime.Append(Buffer, gone ? Gone : DateTime.UnixEpoch.AddSeconds(row.CreationUnixSeconds), milliseconds: false);
        Number(row.QueuedAdds);
        Number(row.QueuedUpdates);
        Number(row.QueuedDeletes);
        Buffer.Append((byte)',');
        OriginalTime.Append(Buffer, clock.ToUtc(row.FirstEnqueued));
        Buffer.Append((byte)',');
        OriginalTime.Append(Buffer, clock.ToUtc(row.LastEnqueued));

        // flunder-logger had no comparison, and no column for it.
        if (!row.Run.Resource.StartsWith("flunders.", StringComparison.Ordinal)) Number(row.Compared ? row.Duplicate ? 2 : 3 : 0);
    }

    private void Number(int value)
    {
        Buffer.Append((byte)',');
        Buffer.Append(value);
    }
}
