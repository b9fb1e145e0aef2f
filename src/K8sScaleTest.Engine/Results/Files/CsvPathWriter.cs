using K8sScaleTest.Engine.ScaleTests;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>Path records as CSV.</summary>
internal sealed class CsvPathWriter(Stream stream) : CsvRecordWriter<PathRow>(stream, PathColumns.Names)
{
    private protected override void Fields(in PathRow row)
    {
        var run = row.Run;
        var clock = run.Clock;
        Text(run.RunId);
        Name(OperationNames.Of(row.Operation));
        Text(run.Resource);
        Text(run.Namespace);
        Text(row.Name);
        Text(row.Uid.ToString());
        Number((long)row.ResourceVersion, row.ResourceVersion != 0);
        Name(OperationNames.Of(row.Phase));
        Name(OperationNames.Of(row.Outcome));
        Time(clock, row.Scheduled);
        Time(clock, row.Launched);
        Time(clock, row.Sent, row.Sent != 0);
        Time(clock, row.Finished);
        Time(clock, row.Received);
        Time(clock, row.Handled);
        Time(clock, row.Dequeued);
        Number(clock.ToUnixMicroseconds(row.Launched));
        Number(clock.ToUnixMicroseconds(row.Finished));
        Number(clock.ToUnixMicroseconds(row.Received));
        Number(clock.ToUnixMicroseconds(row.Dequeued));
        Interval(row.Finished - row.Scheduled);
        Interval(row.Received - row.Launched);
        Interval(row.Received - row.Finished);
        Interval(row.Handled - row.Received);
        Interval(row.Dequeued - row.Handled);
        Interval(row.Dequeued - row.Scheduled);
        Number(row.Events);
    }
}
