using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>Operation records as JSON lines.</summary>
internal sealed class JsonLinesOperationWriter(Stream stream) : JsonLinesRecordWriter<OperationRow>(stream, OperationColumns.Names)
{
    private protected override void Members(in OperationRow row)
    {
        var run = row.Run;
        var clock = run.Clock;
        var sent = row.Sent != 0;
        Text(run.RunId);
        Number(run.Worker);
        Number(row.Sequence);
        Name(OperationNames.Of(row.Operation));
        Text(run.Resource);
        Text(run.Namespace);
        Text(row.Name);
        Name(OperationNames.Of(row.Phase));
        Name(OperationNames.Of(row.Outcome));
        Flag(row.Outcome == Outcome.Succeeded);
        Number(row.StatusCode, row.StatusCode != 0);
        Text(row.Reason);
        Text(row.Error);
        Number(row.Attempts);
        Time(clock, row.Scheduled);
        Time(clock, row.Launched);
        Time(clock, row.Sent, sent);
        Time(clock, row.Finished);
        Number(clock.ToUnixMicroseconds(row.Scheduled));
        Number(clock.ToUnixMicroseconds(row.Launched));
        Number(sent ? clock.ToUnixMicroseconds(row.Sent) : 0, sent);
        Number(clock.ToUnixMicroseconds(row.Finished));
        Interval(row.Launched - row.Scheduled);
        Interval(row.Sent - row.Launched, sent);
        Interval(row.Finished - row.Sent, sent);
        Interval(row.Finished - row.Scheduled);
        Text(row.Server);
        Number(row.Connection, row.Connection >= 0);
        Number(row.StreamsInFlight);
        Number(row.RequestBytes);
        Number(row.ResponseBytes);
        Text(row.ResourceVersion);
        Text(row.Uid);
        Text(row.RetryAfter);
        Text(row.FlowSchemaUid);
        Text(row.PriorityLevelUid);
        Text(row.AuditId);
    }
}
