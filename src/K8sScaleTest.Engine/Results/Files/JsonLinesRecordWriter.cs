using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>One JSON object a line, in the columns' order; what is missing is left out.</summary>
/// <typeparam name="TRow">The records in their compact form.</typeparam>
internal abstract class JsonLinesRecordWriter<TRow> : RecordWriter<TRow>
    where TRow : struct
{
    private readonly SearchValues<char> _plain = SearchValues.Create(PlainCharacters());

    // `"Name":` of every column, encoded once.
    private readonly byte[][] _keys;
    private int _column;

    private protected JsonLinesRecordWriter(Stream stream, IReadOnlyList<string> columns)
        : base(stream) =>
        _keys = [.. columns.Select(name => Encoding.UTF8.GetBytes($"\"{name}\":"))];

    /// <summary>Writes the members in the columns' order.</summary>
    private protected abstract void Members(in TRow row);

    private protected sealed override void Format(in TRow row)
    {
        _column = 0;
        Members(row);
        Buffer.Append((byte)'}');
    }

    private void Key()
    {
        Buffer.Append(_column == 0 ? (byte)'{' : (byte)',');
        Buffer.Append(_keys[_column++]);
    }

    private protected void Name(ReadOnlySpan<byte> name)
    {
        Key();
        Quoted(name);
    }

    private void Quoted(ReadOnlySpan<byte> value)
    {
        Buffer.Append((byte)'"');
        Buffer.Append(value);
        Buffer.Append((byte)'"');
    }

    private protected void Flag(bool value)
    {
        Key();
        Buffer.Append(value ? "true"u8 : "false"u8);
    }

    private protected void Text(string? value)
    {
        if (value is null)
        {
            _column++;
            return;
        }

        Key();
        Buffer.Append((byte)'"');
        // Nearly every text is plain; the encoder's string is for server messages with quotes in them.
        Buffer.Append(value.AsSpan().ContainsAnyExcept(_plain) ? JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value) : value);
        Buffer.Append((byte)'"');
    }

    private protected void Number(long value, bool known = true)
    {
        if (!known)
        {
            _column++;
            return;
        }

        Key();
        Buffer.Append(value);
    }

    private protected void Time(RunClock clock, long ticks, bool known = true)
    {
        if (!known)
        {
            _column++;
            return;
        }

        Key();
        Buffer.Append((byte)'"');
        Buffer.Append(clock.ToUtc(ticks));
        Buffer.Append((byte)'"');
    }

    private protected void Interval(long ticks, bool known = true)
    {
        if (!known)
        {
            _column++;
            return;
        }

        Key();
        Buffer.AppendMilliseconds(RunClock.ToNanoseconds(ticks));
    }

    private static string PlainCharacters() =>
        string.Concat(Enumerable.Range(' ', 127 - ' ').Select(code => (char)code).Where(c => c is not '"' and not '\\'));
}
