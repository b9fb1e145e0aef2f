using System.Text;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>RFC 4180 with a header. Lines end with LF, which every reader of the RFC takes and line tools prefer.</summary>
/// <typeparam name="TRow">The records in their compact form.</typeparam>
internal abstract class CsvRecordWriter<TRow> : RecordWriter<TRow>
    where TRow : struct
{
    private bool _first;

    private protected CsvRecordWriter(Stream stream, IReadOnlyList<string> columns)
        : base(stream)
    {
        Buffer.Append(Encoding.UTF8.GetBytes(string.Join(',', columns)));
        EndRow();
    }

    /// <summary>Writes the fields in the columns' order.</summary>
    private protected abstract void Fields(in TRow row);

    private protected sealed override void Format(in TRow row)
    {
        _first = true;
        Fields(row);
    }

    private protected void Name(ReadOnlySpan<byte> name)
    {
        Separate();
        Buffer.Append(name);
    }

    private protected void Flag(bool value) => Name(value ? "True"u8 : "False"u8);

    private protected void Text(string? value)
    {
        Separate();
        CsvField.Append(Buffer, value);
    }

    private protected void Number(long value, bool known = true)
    {
        Separate();
        if (known) Buffer.Append(value);
    }

    private protected void Time(RunClock clock, long ticks, bool known = true)
    {
        Separate();
        if (known) Buffer.Append(clock.ToUtc(ticks));
    }

    private protected void Interval(long ticks, bool known = true)
    {
        Separate();
        if (known) Buffer.AppendMilliseconds(RunClock.ToNanoseconds(ticks));
    }

    private void Separate()
    {
        if (!_first) Buffer.Append((byte)',');
        _first = false;
    }
}
