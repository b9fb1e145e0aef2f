namespace K8sScaleTest.Engine.Results.Files;

/// <summary>
/// The file (or standard output) into which a run writes its records. Opened before any load, so that a bad path costs nothing; an
/// existing file is written over, as Export-Csv does. What reaches the disk is whole rows, at least once a second. One thread writes.
/// </summary>
/// <typeparam name="TRow">The records in their compact form.</typeparam>
public sealed class RecordFile<TRow> : IDisposable
    where TRow : struct
{
    // Half of the second that a killed process may lose: the caller's loop needs time too.
    private const long FlushIntervalMs = 500;

    private readonly Stream _stream;
    private readonly bool _ownsStream;
    private readonly RecordWriter<TRow> _writer;
    private long _kept;
    private long _flushedAt = Environment.TickCount64;
    private bool _disposed;

    private RecordFile(string path, Stream stream, bool ownsStream, Func<Stream, RecordWriter<TRow>> write)
    {
        Path = path;
        _stream = stream;
        _ownsStream = ownsStream;
        _writer = write(stream);
    }

    /// <summary>The path as it was given, or <c>-</c>.</summary>
    public string Path { get; }

    /// <summary>Rows written so far, those of the buffer included.</summary>
    public long Rows { get; private set; }

    /// <summary>What ended its writing, after which it takes no rows any more; null for nothing.</summary>
    public RecordFileException? Fault { get; private set; }

    /// <summary>Opens a file and writes its header, so that a disk already full shows before any load.</summary>
    /// <exception cref="RecordFileException">It cannot be written; says why.</exception>
    internal static RecordFile<TRow> Create(string path, Func<Stream, RecordWriter<TRow>> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileStream stream;
        try
        {
            stream = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.Read, BufferSize = 0 });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw RecordFileException.For(path, error);
        }

        return Open(path, stream, ownsStream: true, write);
    }

    /// <summary>Writes to standard output, or any stream that stays the caller's.</summary>
    /// <exception cref="RecordFileException">Its reader has gone.</exception>
    internal static RecordFile<TRow> Create(Stream standardOutput, Func<Stream, RecordWriter<TRow>> write)
    {
        ArgumentNullException.ThrowIfNull(standardOutput);
        return Open("-", standardOutput, ownsStream: false, write);
    }

    /// <summary>Writes one row.</summary>
    /// <exception cref="RecordFileException">The disk is full, or the file cannot be written any more; the file holds whole rows up to that point.</exception>
    public void Write(in TRow row)
    {
        ObjectDisposedException.ThrowIf(_disposed || Fault is not null, this);
        if (!_writer.Takes(row)) return;
        var flushes = _writer.Pending;
        try
        {
            Rows++;
            _writer.Write(row);
        }
        catch (Exception error) when (error is IOException || RecordFileException.IsTooLarge(error))
        {
            throw Broken(error);
        }

        if (_writer.Pending < flushes) Flushed();
    }

    /// <summary>Flushes when the last flush is long enough ago that a killed process would lose up to a second; cheap otherwise.</summary>
    /// <exception cref="RecordFileException">As for <see cref="Write"/>.</exception>
    public void FlushIfDue()
    {
        if (Environment.TickCount64 - _flushedAt >= FlushIntervalMs) Flush();
    }

    /// <summary>Hands all rows to the operating system.</summary>
    /// <exception cref="RecordFileException">As for <see cref="Write"/>.</exception>
    public void Flush()
    {
        ObjectDisposedException.ThrowIf(_disposed || Fault is not null, this);
        try
        {
            _writer.Flush();
        }
        catch (Exception error) when (error is IOException || RecordFileException.IsTooLarge(error))
        {
            throw Broken(error);
        }

        Flushed();
    }

    /// <summary>Writes what is left and closes the file. After an error it only closes.</summary>
    /// <exception cref="RecordFileException">The last rows could not be written.</exception>
    public void Dispose()
    {
        if (_disposed) return;
        try
        {
            if (Fault is null) Flush();
        }
        finally
        {
            _disposed = true;
            _writer.Dispose();
            if (_ownsStream) _stream.Dispose();
        }
    }

    /// <summary>As <see cref="Create(string, Func{Stream, RecordWriter{TRow}})"/>, over a stream that the file then owns.</summary>
    internal static RecordFile<TRow> Open(string path, Stream stream, bool ownsStream, Func<Stream, RecordWriter<TRow>> write)
    {
        var file = new RecordFile<TRow>(path, stream, ownsStream, write);
        try
        {
            file._writer.Flush();
        }
        catch (IOException error)
        {
            file.Fault = RecordFileException.For(path, error);
            file._writer.Abandon();
            file.Dispose();
            throw file.Fault;
        }

        file.Flushed();
        return file;
    }

    private void Flushed()
    {
        _flushedAt = Environment.TickCount64;
        if (_stream.CanSeek) _kept = _stream.Length;
    }

    /// <summary>Cuts the file back to its last whole row and says what happened.</summary>
    private RecordFileException Broken(Exception error)
    {
        var lost = CutToWholeRows();
        _writer.Abandon();
        var tail = $"The file is whole up to its last row; missing from it: {lost}.";
        return Fault = new RecordFileException(
            error switch
            {
                IOException full when RecordFileException.IsDiskFull(full) =>
                    $"The disk of '{Path}' is full, so the run was ended. {tail} Make room, or name a file on another disk.",
                IOException gone when RecordFileException.IsBrokenPipe(gone) => $"The reader of {(Path == "-" ? "standard output" : $"'{Path}'")} has gone, so the run was ended. Not written: {lost}.",
                ArgumentOutOfRangeException => $"'{Path}' is as large as its file system, or this process's limit, lets a file be, so the run was ended. {tail} Name a file on another disk, or raise the limit (ulimit -f).",
                _ => $"'{Path}' cannot be written any more, so the run was ended: {error.Message} {tail}",
            },
            error);
    }

    private string CutToWholeRows()
    {
        var all = _writer.WholeRowsWithin(long.MaxValue).Rows;
        var rows = 0;
        if (_ownsStream && _stream.CanSeek)
        {
            try
            {
                (var bytes, rows) = _writer.WholeRowsWithin(_stream.Length - _kept);
                _stream.SetLength(_kept + bytes);
            }
            catch (IOException)
            {
                // A device that cannot be cut (a pipe, /dev/full) holds what it holds; the error on its way says that rows are missing.
                rows = 0;
            }
        }

        Rows -= all - rows;
        return all - rows == 1 ? "1 row" : $"{all - rows} rows";
    }
}
