using System.Buffers;
using System.Buffers.Text;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>
/// The Go programs' columns: before, after, operation, name, error. Before is the launch, as theirs was the moment before the
/// call. Quoted as RFC 4180 has it, not in Go's fashion, which no CSV reader takes.
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
        CsvField.Append(Buffer, row.Name);
        Buffer.Append((byte)',');
        if (row.Outcome != Outcome.Succeeded) CsvField.Append(Buffer, row.Error ?? row.Reason ?? "failed");
    }

    /// <summary>Go's layout <c>2006-01-02 15:04:05.000</c>, which cuts to the millisecond.</summary>
    private void Time(DateTime utc)
    {
        Span<byte> text = stackalloc byte[24];
        Put(text, 0, utc.Year, 4, '-');
        Put(text, 5, utc.Month, 2, '-');
        Put(text, 8, utc.Day, 2, ' ');
        Put(text, 11, utc.Hour, 2, ':');
        Put(text, 14, utc.Minute, 2, ':');
        Put(text, 17, utc.Second, 2, '.');
        Put(text, 20, utc.Millisecond, 3, ',');
        Buffer.Append(text);
    }

    private static void Put(Span<byte> text, int at, int value, byte digits, char after)
    {
        Utf8Formatter.TryFormat(value, text[at..], out _, new StandardFormat('D', digits));
        text[at + digits] = (byte)after;
    }
}
