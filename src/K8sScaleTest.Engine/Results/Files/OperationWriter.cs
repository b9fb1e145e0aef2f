using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>
/// Writes operation rows to a stream. Rows gather in a buffer and reach the stream only whole and in large pieces; a row in
/// steady state allocates nothing. Not thread-safe: one thread writes.
/// </summary>
public abstract class OperationWriter : IDisposable
{
    /// <summary>Rows are handed to the stream once this many bytes have gathered.</summary>
    public const int FlushSize = 64 * 1024;

    private readonly Stream _stream;

    // Where each row of the buffer ends: what a partial write must be cut back to. A line feed will not do, since a quoted field may hold one.
    private readonly List<int> _rowEnds = new(1024);

    private protected OperationWriter(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
    }

    /// <summary>Bytes that wait for the next flush.</summary>
    public int Pending => Buffer.Length;

    private protected Utf8Buffer Buffer { get; } = new(FlushSize + 4096);

    /// <summary>A writer of the given format; formats with a header write it at once.</summary>
    /// <param name="stream">Stays the caller's to close.</param>
    /// <param name="format">What to write.</param>
    public static OperationWriter Create(Stream stream, OutputFormat format) => format switch
    {
        OutputFormat.Csv => new CsvOperationWriter(stream),
        OutputFormat.JsonLines => new JsonLinesOperationWriter(stream),
        OutputFormat.Original => new OriginalOperationWriter(stream),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a format of operation records."),
    };

    /// <summary>Writes one row.</summary>
    /// <exception cref="IOException">The stream took no more; the rows of the buffer are still there.</exception>
    public void Write(in OperationRow row)
    {
        Format(row);
        EndRow();
        if (Buffer.Length >= FlushSize) Flush();
    }

    /// <summary>Hands all whole rows to the stream.</summary>
    /// <exception cref="IOException">The stream took no more; the rows of the buffer are still there.</exception>
    public void Flush()
    {
        if (Buffer.Length == 0) return;
        _stream.Write(Buffer.Written);
        _stream.Flush();
        Buffer.Clear();
        _rowEnds.Clear();
    }

    /// <summary>Flushes; the stream stays open.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Of the first bytes of the buffer, those that make whole rows.</summary>
    internal (int Bytes, int Rows) WholeRowsWithin(long bytes)
    {
        var rows = _rowEnds.Count;
        while (rows > 0 && _rowEnds[rows - 1] > bytes) rows--;
        return (rows == 0 ? 0 : _rowEnds[rows - 1], rows);
    }

    /// <summary>Gives up the rows of the buffer, after a write that failed.</summary>
    internal void Abandon()
    {
        Buffer.Clear();
        _rowEnds.Clear();
    }

    /// <summary>Flushes, and gives the buffer back.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        try
        {
            Flush();
        }
        finally
        {
            Buffer.Dispose();
        }
    }

    /// <summary>Whether the format has a place for this row.</summary>
    internal virtual bool Takes(in OperationRow row) => true;

    private protected abstract void Format(in OperationRow row);

    private protected void EndRow()
    {
        Buffer.Append((byte)'\n');
        _rowEnds.Add(Buffer.Length);
    }
}
