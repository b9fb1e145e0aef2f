using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>
/// The Go programs' columns: before, after, operation, name, error. Before is the launch, as theirs was the moment before the
/// call. Name and error are always in quotes, as theirs were, but what is inside is escaped as RFC 4180 has it, not in Go's fashion, which no CSV reader takes.
/// </summary>
internal sealed class OriginalOperationWriter(Stream stream) : RecordWriter<OperationRow>(stream)
{
    /// <summary>The Go programs knew no warm-up: their readers would take its dry runs for objects.</summary>
    internal override bool Takes(in OperationRow row) => row.Phase != Phase.WarmUp;

    private protected override void Format(in OperationRow row)
    {
        var clock = row.Run.Clock;
        Time(clock.ToUtc(row.Launched));
        Time(clock.ToUtc(row.Finished));
        Buffer.Append(OperationNames.OriginalOf(row.Operation));
        Buffer.Append((byte)',');
        CsvField.AppendQuoted(Buffer, row.Name);
        Buffer.Append((byte)',');
        CsvField.AppendQuoted(Buffer, row.Outcome == Outcome.Succeeded ? "" : row.Error ?? row.Reason ?? "failed");
    }

    private void Time(DateTime utc)
    {
        OriginalTime.Append(Buffer, utc);
        Buffer.Append((byte)',');
    }
}
