using System.Text;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>RFC 4180 with a header. Lines end with LF, which every reader of the RFC takes and line tools prefer.</summary>
internal sealed class CsvOperationWriter : OperationWriter
{
    public CsvOperationWriter(Stream stream)
        : base(stream)
    {
        Buffer.Append(Encoding.UTF8.GetBytes(string.Join(',', OperationColumns.Names)));
        EndRow();
    }

    private protected override void Format(in OperationRow row)
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
        Name(row.Outcome == Outcome.Succeeded ? "True"u8 : "False"u8);
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
        CsvField.Append(Buffer, row.AuditId);
    }

    private void Name(ReadOnlySpan<byte> name)
    {
        Buffer.Append(name);
        Buffer.Append((byte)',');
    }

    private void Text(string? value)
    {
        CsvField.Append(Buffer, value);
        Buffer.Append((byte)',');
    }

    private void Number(long value, bool known = true)
    {
        if (known) Buffer.Append(value);
        Buffer.Append((byte)',');
    }

    private void Time(RunClock clock, long ticks, bool known = true)
    {
        if (known) Buffer.Append(clock.ToUtc(ticks));
        Buffer.Append((byte)',');
    }

    private void Interval(long ticks, bool known = true)
    {
        if (known) Buffer.AppendMilliseconds(RunClock.ToNanoseconds(ticks));
        Buffer.Append((byte)',');
    }
}
