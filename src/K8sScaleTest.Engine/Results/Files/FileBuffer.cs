namespace K8sScaleTest.Engine.Results.Files;

/// <summary>A window over a stream that grows to hold the row being read, and no further.</summary>
internal sealed class FileBuffer(Stream stream)
{
    private const int Initial = 256 * 1024;

    private byte[] _bytes = new byte[Initial];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>What was read and not yet consumed.</summary>
    public ReadOnlySpan<byte> Available => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Reads more behind what is available.</summary>
    /// <returns>False at the end of the stream.</returns>
    public bool Fill()
    {
        if (_ended) return false;
        if (_start > 0)
        {
            Available.CopyTo(_bytes);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _bytes.Length) Array.Resize(ref _bytes, _bytes.Length * 2);
        var read = stream.Read(_bytes.AsSpan(_end));
        _end += read;
        _ended = read == 0;
        return !_ended;
    }

    public void Consume(int bytes) => _start += bytes;

    /// <summary>The first line without its end, up to a length that no header has.</summary>
    public ReadOnlySpan<byte> PeekLine()
    {
        const int Longest = 64 * 1024;
        while (Available.IndexOf((byte)'\n') < 0 && Available.Length < Longest && Fill())
        {
        }

        var end = Available.IndexOf((byte)'\n');
        var line = end >= 0 ? Available[..end] : Available;
        return line.TrimEnd((byte)'\r');
    }
}
