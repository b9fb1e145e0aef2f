using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>One JSON object a line, in the columns' order; what is missing is left out.</summary>
internal sealed class JsonLinesOperationWriter : OperationWriter
{
    // `"Name":` of every column, encoded once.
    private static readonly byte[][] Keys = [.. OperationColumns.Names.Select(name => Encoding.UTF8.GetBytes($"\"{name}\":"))];
    private static readonly SearchValues<char> Plain = SearchValues.Create(PlainCharacters());
    private int _column;

    public JsonLinesOperationWriter(Stream stream)
        : base(stream)
    {
    }

    private protected override void Format(in OperationRow row)
    {
        var run = row.Run;
        var clock = run.Clock;
        var sent = row.Sent != 0;
        _column = 0;
        Text(run.RunId);
        Number(run.Worker);
        Number(row.Sequence);
        Name(OperationNames.Of(row.Operation));
        Text(run.Resource);
        Text(run.Namespace);
        Text(row.Name);
        Name(OperationNames.Of(row.Phase));
        Name(OperationNames.Of(row.Outcome));
        Key();
        Buffer.Append(row.Outcome == Outcome.Succeeded ? "true"u8 : "false"u8);
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
        Buffer.Append((byte)'}');
    }

    private void Key()
    {
        Buffer.Append(_column == 0 ? (byte)'{' : (byte)',');
        Buffer.Append(Keys[_column++]);
    }

    private void Name(ReadOnlySpan<byte> name)
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

    private void Text(string? value)
    {
        if (value is null)
        {
            _column++;
            return;
        }

        Key();
        Buffer.Append((byte)'"');
        // Nearly every text is plain; the encoder's string is for server messages with quotes in them.
        Buffer.Append(value.AsSpan().ContainsAnyExcept(Plain) ? JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(value) : value);
        Buffer.Append((byte)'"');
    }

    private void Number(long value, bool known = true)
    {
        if (!known)
        {
            _column++;
            return;
        }

        Key();
        Buffer.Append(value);
    }

    private void Time(RunClock clock, long ticks, bool known = true)
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

    private void Interval(long ticks, bool known = true)
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
