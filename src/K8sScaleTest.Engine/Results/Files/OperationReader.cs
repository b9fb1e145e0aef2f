using System.Text;
using K8sScaleTest.Engine.Records;

namespace K8sScaleTest.Engine.Results.Files;

/// <summary>
/// Reads files of operation records in one streaming pass: this module's CSV and JSON lines, and what Export-Csv of any culture made of the records.
/// Columns may come in any order, but all that a summary needs must be there.
/// </summary>
public sealed class OperationReader : IDisposable
{
    private readonly Stream _stream;
    private readonly SampleSource _source;

    private OperationReader(string path, Stream stream)
    {
        Path = path;
        _stream = stream;
        var buffer = new FileBuffer(stream);
        var first = buffer.PeekLine();
        if (first.IsEmpty && buffer.Available.IsEmpty) throw ForeignFile.Empty(path);
        _source = first.TrimStart(" \t"u8) switch
        {
            [(byte)'{', ..] => new JsonSampleSource(buffer, path),
            [(byte)'[', ..] => throw ForeignFile.Json(path, first.TrimStart(" \t"u8)),
            _ => CsvSampleSource.Open(buffer, path),
        };
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Records read so far.</summary>
    public long Records { get; private set; }

    /// <summary>Lines at the end that a killed writer left unfinished: 0 or 1, known when all was read.</summary>
    public int CutLines { get; private set; }

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="OperationFileException">It is missing, empty, foreign, or may not be read; says what was found and what is needed.</exception>
    public static OperationReader Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Stream? stream = null;
        try
        {
            stream = AsUtf8(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0));
            var reader = new OperationReader(path, stream);
            stream = null;
            return reader;
        }
        catch (Exception error) when (error is UnauthorizedAccessException or (IOException and not OperationFileException))
        {
            throw new OperationFileException(
                error switch
                {
                    _ when Directory.Exists(path) => $"'{path}' is a directory. Name the files in it (a wildcard will do).",
                    FileNotFoundException or DirectoryNotFoundException => $"'{path}' does not exist.",
                    UnauthorizedAccessException => $"'{path}' cannot be read: this user may not.",
                    _ => $"'{path}' cannot be read: {error.Message}",
                },
                error);
        }
        finally
        {
            stream?.Dispose();
        }
    }

    /// <summary>Reads a file from beginning to end.</summary>
    /// <exception cref="OperationFileException">As for <see cref="Open"/>, or a line in the middle is broken: says which and how.</exception>
    public static IEnumerable<OperationSample> Read(string path)
    {
        using var reader = Open(path);
        foreach (var sample in reader.Read()) yield return sample;
    }

    /// <summary>Reads what is left.</summary>
    /// <exception cref="OperationFileException">A line in the middle is broken, or there was no record at all.</exception>
    public IEnumerable<OperationSample> Read()
    {
        OperationSample sample = default;
        while (_source.Read(ref sample))
        {
            if (_source.Problem is { } problem)
            {
                if (!_source.MayBeCut) throw new OperationFileException($"'{Path}' is broken at line {_source.Line}: {problem}.");
                CutLines++;
                break;
            }

            Records++;
            yield return sample;
        }

        if (Records == 0) throw ForeignFile.NoRecords(Path);
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    /// <summary>The file as UTF-8 without a byte order mark, whatever Export-Csv's -Encoding was.</summary>
    private static Stream AsUtf8(FileStream file)
    {
        if (!file.CanSeek) return file; // a pipe cannot be looked at twice
        Span<byte> mark = stackalloc byte[3];
        var read = file.ReadAtLeast(mark, mark.Length, throwOnEndOfStream: false);
        Encoding? other = null;
        var skip = 0;
        switch (mark[..read])
        {
            case [0xEF, 0xBB, 0xBF]: skip = 3; break;
            case [0xFF, 0xFE, ..]: (other, skip) = (Encoding.Unicode, 2); break;
            case [0xFE, 0xFF, ..]: (other, skip) = (Encoding.BigEndianUnicode, 2); break;
        }

        file.Position = skip;
        return other is null ? file : Encoding.CreateTranscodingStream(file, other, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }
}
