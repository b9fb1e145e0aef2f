namespace K8sScaleTest.Engine.Results.Files;

/// <summary>
/// Writes records to a stream. Rows gather in a buffer and reach the stream only whole and in large pieces; a row in
/// steady state allocates nothing. Not thread-safe: one thread writes.
/// </summary>
/// <typeparam name="TRow">The records in their compact form.</typeparam>
public abstract class RecordWriter<TRow> : IDisposable
    where TRow : struct
{
    /// <summary>Rows are handed to the stream once this many bytes have gathered.</summary>
    public const int FlushSize = 64 * 1024;

    private readonly Stream _stream;

    // Where each row of the buffer ends: what a partial write must be cut back to. A line feed will not do, since a quoted field may hold one.
    private readonly List<int> _rowEnds = new(1024);

    private protected RecordWriter(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
    }

    /// <summary>Bytes that wait for the next flush.</summary>
    public int Pending => Buffer.Length;

    private protected Utf8Buffer Buffer { get; } = new(FlushSize + 4096);

    /// <summary>Writes one row.</summary>
    /// <exception cref="IOException">The stream took no more; the rows of the buffer are still there.</exception>
    public void Write(in TRow row)
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
    internal virtual bool Takes(in TRow row) => true;

    private protected abstract void Format(in TRow row);

    private protected void EndRow()
    {
        Buffer.Append((byte)'\n');
        _rowEnds.Add(Buffer.Length);
    }
}
