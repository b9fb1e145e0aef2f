using K8sScaleTest.Engine.Observers.Paths;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>Path records as CSV.</summary>
internal sealed class CsvPathWriter(Stream stream) : CsvRecordWriter<PathRow>(stream, PathColumns.Names)
{
    private protected override void Fields(in PathRow row)
    {
        var write = row.Write;
        var told = row.Notification;
        var run = write.Run;
        var clock = run.Clock;
        Text(run.RunId);
        Name(OperationNames.Of(write.Operation));
        Text(run.Resource);
        Text(run.Namespace);
        Text(write.Name);
        Text(told.Uid.ToString());
        Number((long)told.ResourceVersion, told.ResourceVersion != 0);
        Name(OperationNames.Of(write.Phase));
        Name(OperationNames.Of(write.Outcome));
        Time(clock, write.Scheduled);
        Time(clock, write.Launched);
        Time(clock, write.Sent, write.Sent != 0);
        Time(clock, write.Finished);
        Time(clock, told.Received);
        Time(clock, told.Handled);
        Time(clock, told.Dequeued);
        Number(clock.ToUnixMicroseconds(write.Launched));
        Number(clock.ToUnixMicroseconds(write.Finished));
        Number(clock.ToUnixMicroseconds(told.Received));
        Number(clock.ToUnixMicroseconds(told.Dequeued));
        Interval(write.Finished - write.Scheduled);
        Interval(told.Received - write.Launched);
        Interval(told.Received - write.Finished);
        Interval(told.Handled - told.Received);
        Interval(told.Dequeued - told.Handled);
        Interval(told.Dequeued - write.Scheduled);
        Number(told.Events);
    }
}
